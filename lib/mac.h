/* mac.h - message authentication codes; OpenSSL's.
 *
 * A key is prepared once and used for many messages.
 *
 * Errors:  _new NULL when memory is out (or OpenSSL lacks the hash); -1 from
 *          mac_once for the same.
 * Owns:    a copy of the key, wiped by mac_free.
 */
#ifndef HOOKLINE_MAC_H
#define HOOKLINE_MAC_H

#include "buf.h"

#define MAC_MAX 64		/* bytes of the longest */

enum mac_hash { MAC_SHA1, MAC_SHA256, MAC_SHA384, MAC_SHA512 };

struct mac;

struct mac *mac_new(enum mac_hash, struct span key);	/* HMAC */
/* The bare hash of the key and then the message, which is no HMAC: for what
 * some provider has once decided so. */
struct mac *mac_new_prefix(enum mac_hash, struct span key);
void mac_free(struct mac *);		/* NULL is allowed */

/* A message, piece by piece; mac_end answers the size. */
void mac_begin(struct mac *);
void mac_add(struct mac *, struct span);
size_t mac_end(struct mac *, unsigned char out[MAC_MAX]);

/* HMAC of one message; the size, or -1. */
int mac_once(enum mac_hash, struct span key, struct span message,
    unsigned char out[MAC_MAX]);

/* Are n bytes equal?  Takes as long whether they are or not. */
int mac_equal(const void *, const void *, size_t n);
/* The same for texts of any length, whose difference doesn't show, either. */
int mac_equal_text(struct span, struct span);

/* Zeroes, even what is not read any more. */
void mac_wipe(void *, size_t n);
/* All of a buffer's memory, which is given back (buf_done). */
void mac_wipe_buf(struct buf *);

#endif
