/* sign.h - signatures on webhooks: checked, and made.
 *
 * One engine under named schemes (hookline-signatures.7 lists them;
 * lib/sign/presets.c has them), and `hmac:...` for any other.  A struct sign
 * is a list of schemes with the keys made of the secrets; it has many
 * messages to check, or to sign.
 *
 * Checking: any scheme and any secret that fits will do.  But a signature
 * that is there and wrong is not made good by a weaker one of the same
 * scheme; and what is told twice (two signature fields) is refused.
 *
 * A secret with a named scheme's name is that scheme's alone (`github` is
 * github-sha1's, too), and a scheme that has such takes no other.  What is a
 * public key to one scheme is no other scheme's secret, as others know it.
 *
 * Errors:  sign_new, sign_rekey, sign_make: -1 (NULL) and why: STATUS_USAGE
 *          for a scheme that isn't known or a secret that is no key of it;
 *          STATUS_SOME when memory is out.
 * Owns:    its keys, wiped when freed, and what it answers, until the next
 *          call with the same struct sign.  The secrets are copied but for
 *          their names, which it borrows until sign_free or sign_rekey; it
 *          keeps the schemes' strings.
 */
#ifndef HOOKLINE_SIGN_H
#define HOOKLINE_SIGN_H

#include <stdint.h>

#include "http1.h"
#include "secret.h"
#include "why.h"

struct sign;

enum sign_use { SIGN_CHECK, SIGN_MAKE };

struct sign *sign_new(enum sign_use, const struct opt_list *schemes,
    const struct secrets *, struct why *);
void sign_free(struct sign *);		/* NULL is allowed */

/* Other secrets from now on.  On -1 the old keys stay in force. */
int sign_rekey(struct sign *, const struct secrets *, struct why *);

/* Does one of the schemes sign the URL?  Else sign_message.url may be left
 * empty. */
int sign_needs_url(const struct sign *);

/* Does one of the schemes sign an id of the event's?  Else sign_verdict.id is
 * never there. */
int sign_tells_id(const struct sign *);

struct sign_message {
	struct span method;
	struct span url;	/* absolute, as the sender wrote it */
	const struct http1_field *fields;
	size_t nfields;
	struct span body;
	int64_t now_s;		/* the clock: seconds since the epoch */
	/* To check: */
	int64_t tolerance_s;	/* how old, or how new, it may be */
	struct span certificate;	/* sns: PEM; p NULL: not there (yet) */
	int want_id;		/* else verdict.id may be left out */
	/* To sign: */
	struct span id;		/* the event's, the same for each attempt */
};

enum sign_result {
	SIGN_OK,
	SIGN_BAD,		/* reason tells */
	SIGN_FETCH		/* get certificate_url, and check again */
};

struct sign_verdict {
	enum sign_result result;
	const char *scheme;	/* "github"; of `hmac:...` its first word;
				   NULL: none of several was there */
	const char *key;	/* the secret's name; NULL: there is none */
	struct span id;		/* the event's, if it is signed; else p NULL */
	struct span certificate_url;
	char reason[160];	/* for a log: no secret, no signature in it */
};

void sign_check(struct sign *, const struct sign_message *,
    struct sign_verdict *);

/* The header fields that sign a message, of all the schemes. */
int sign_make(struct sign *, const struct sign_message *,
    const struct http1_field **fields, size_t *n, struct why *);

/* Is it a field that holds a secret itself, for one of the schemes?  Its
 * value is not to be told to others. */
int sign_is_token(const struct sign *, struct span name);

/* Is it a field that one of the schemes writes, or would be taken for one by
 * who checks?  An older one is to be replaced. */
int sign_writes(const struct sign *, struct span name);

#endif
