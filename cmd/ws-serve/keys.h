/* keys.h - who may come in, from files: names with passwords, and tokens.
 *
 * A file has one a line; empty lines and those that begin with `#` don't
 * count.
 *
 *	NAME:PASSWORD	as it stands, or a hash (pwhash.h)
 *	[NAME:]TOKEN	of the characters that a token may have
 *
 * Neither is kept: what is looked up and compared is an HMAC under a key that
 * nobody knows.  So how long that takes tells nothing of them, and a memory
 * dump does not hold them.  A hash's password is compared in the same way once
 * it has proved to fit.
 *
 * Errors:  -1 (NULL) and why, STATUS_USAGE; a message names the line, not what
 *          is in it.
 * Source:  RFC 7617 (Basic), RFC 6750 section 2.1 (Bearer).
 */
#ifndef WS_SERVE_KEYS_H
#define WS_SERVE_KEYS_H

#include "names.h"
#include "why.h"

#define KEYS_PROOF 32

struct keys;

/* Either may be NULL. */
struct keys *keys_new(const char *basic_file, const char *token_file,
    struct why *);
void keys_free(struct keys *);			/* NULL is allowed */

/* Those of the files as they are now, in the old ones' place; on -1 these
 * stay. */
int keys_reload(struct keys **, struct why *);

/* Is there such a token?  *user is whose, or empty; good until a reload. */
int keys_token(const struct keys *, struct span token, struct span *user);

/* What it takes to find out about a hash, in another thread. */
struct keys_question {
	char *hash, *password, *user;
	int no_user;		/* it only takes as long */
	unsigned char proof[KEYS_PROOF];
};

enum keys_answer { KEYS_NO, KEYS_YES, KEYS_ASK };

/* Do they fit?  KEYS_ASK: that takes long; *question is to be asked, and done
 * with.  KEYS_NO, too, when memory is out.  *user as above. */
enum keys_answer keys_basic(const struct keys *, struct span name,
    struct span password, struct span *user, struct keys_question *question);

int keys_ask(const struct keys_question *);
/* It did fit: as long as the files say the same, that is known from now on. */
void keys_learn(struct keys *, const struct keys_question *);
void keys_question_done(struct keys_question *);

#endif
