/* sign/spec.h - a way to sign, as a line of text; private to sign/.
 *
 *	hmac:header=X-Sig,prefix=sha256=,template={timestamp}.{body},...
 *
 * Named schemes are lists of such lines (presets.c), and users write their
 * own: hookline-signatures.7 describes them.  `\` before a comma, `\` or `n`
 * stands for that character, or a line feed.
 *
 * Errors:  -1 and why, STATUS_USAGE: "spec: what is wrong with it".
 * Owns:    its text, until spec_done; spans point into it.
 */
#ifndef HOOKLINE_SIGN_SPEC_H
#define HOOKLINE_SIGN_SPEC_H

#include "mac.h"
#include "span.h"
#include "why.h"

#define SPEC_PIECES 12
#define SPEC_WITH 2

enum spec_alg {
	SPEC_HMAC,
	SPEC_HASH,		/* of key and content: no HMAC */
	SPEC_TOKEN,		/* the secret itself */
	SPEC_ED25519,
	SPEC_ECDSA,		/* P-256, SHA-256, DER */
	SPEC_ADYEN, SPEC_SNS, SPEC_RFC9421	/* with code of their own */
};

enum spec_key { SPEC_RAW, SPEC_HEX, SPEC_BASE64, SPEC_WHSEC };
enum spec_encoding { SPEC_AS_HEX, SPEC_AS_BASE64, SPEC_AS_BASE64URL };
enum spec_unit { SPEC_S, SPEC_MS, SPEC_RFC3339 };

/* Where a timestamp or an id stands. */
enum spec_where {
	SPEC_NOWHERE,
	SPEC_IN_FIELD,		/* a header field: name */
	SPEC_IN_LIST,		/* an item of the signatures' list: prefix */
	SPEC_IN_BODY		/* .path.to.it in the body, JSON */
};
struct spec_place {
	enum spec_where where;
	struct span name;
};

enum spec_part {
	SPEC_TEXT, SPEC_BODY, SPEC_TIMESTAMP, SPEC_ID, SPEC_METHOD, SPEC_URL,
	SPEC_URI,		/* the URL, some escapes undone (HubSpot) */
	SPEC_FORM,		/* a form's pairs, sorted (Twilio) */
	SPEC_FIELD
};
struct spec_piece {
	enum spec_part part;
	struct span text;
};

struct spec {
	enum spec_alg alg;
	enum mac_hash hash;
	enum spec_key key;
	enum spec_encoding encoding;
	char separator;		/* of the list; 0: the field is one value */
	struct span header, prefix;
	struct spec_place timestamp, id;
	enum spec_unit unit;
	int any_age;		/* the timestamp is signed, no more */
	int any_port;		/* the URL with and without its port */
	int check_only;		/* not written when signing */
	int or_else;		/* as good as the one before it */
	struct { struct span name, value; } with[SPEC_WITH];
	size_t nwith;		/* fields that go with it */
	struct spec_piece pieces[SPEC_PIECES];
	size_t npieces;
	struct span rest;	/* of an alg with code of its own: settings */
	char *text;
};

int spec_init(struct spec *, const char *text, struct why *);
void spec_done(struct spec *);

/* The value of one of the settings in `rest`, or p NULL. */
struct span spec_setting(const struct spec *, const char *name);

int spec_is_asymmetric(const struct spec *);
int spec_has(const struct spec *, enum spec_part);

#endif
