/* pwhash.h - passwords kept as hashes, as crypt(5), htpasswd(1) and mkpasswd(1)
 * have them: "$2y$...", "$6$...", "$y$...".
 *
 * Slow, which is their purpose (2 ms to a second): to be called in another
 * thread (loop_work), which it may be.
 *
 * Owns:    nothing; what it needs meanwhile is wiped.
 * Source:  crypt(5) of libxcrypt.
 */
#ifndef HOOKLINE_PWHASH_H
#define HOOKLINE_PWHASH_H

/* Is it written like a hash: does it begin as one?  Then no password of such
 * a form is taken for what it is. */
int pwhash_looks(const char *text);

/* Is it a hash of a kind that this machine can make, and none cut short? */
int pwhash_known(const char *hash);

/* Is it the password's?  Not if memory is out. */
int pwhash_fits(const char *hash, const char *password);

#endif
