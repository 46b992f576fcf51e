/* sign/own.h - what this module's files share; for this module's files alone.
 */
#ifndef HOOKLINE_SIGN_OWN_H
#define HOOKLINE_SIGN_OWN_H

#include "buf.h"
#include "mac.h"
#include "pubkey.h"
#include "sign.h"
#include "sign/presets.h"
#include "sign/spec.h"

#define SIGN_MAX_ITEMS 32	/* signatures in one list: each costs time */
#define SIGN_MAX_FIELDS 32	/* that signing writes */

/* A secret, as one spec uses it: one of these. */
struct sign_key {
	const char *name;
	struct mac *mac;
	struct pubkey *pub;
	struct span token;
};

struct sign_variant {
	struct spec spec;
	struct sign_key *keys;
	size_t nkeys;
};

struct sign_scheme {
	const char *text;		/* as it was given */
	char *name;
	struct sign_variant v[PRESET_SPECS];
	size_t n;
};

struct sign_out {
	struct span name;
	struct buf value;
};

struct sign {
	enum sign_use use;
	struct sign_scheme *schemes;
	size_t n;
	/* What a check or a signing is made in, each for one thing. */
	struct buf content, text, extra, url, stamp, id, certificate;
	struct sign_out out[SIGN_MAX_FIELDS];
	struct http1_field fields[SIGN_MAX_FIELDS];
	size_t nout;
};

/* ---- keys.c: a secret as a key ---- */

/* Each makes one of the key's three, or answers what the secret should have
 * been; NULL and none made: out of memory. */
const char *sign_key_symmetric(struct sign_key *, const struct spec *,
    const struct secret *);
const char *sign_key_pair(struct sign_key *, const struct spec *,
    enum sign_use, const struct secret *);
void sign_key_done(struct sign_key *);

/* What sign_key_pair answers for the public half, where both are needed. */
extern const char sign_key_not_private[];

/* Is it by its form the key of a pair, and so no shared secret? */
int sign_key_is_of_pair(struct span);

/* ---- deal.c: which secret is whose key ---- */

/* Makes the keys of all schemes; on -1 some may be made. */
int sign_keys(struct sign_scheme *, size_t n, enum sign_use,
    const struct secrets *, struct why *);
void sign_keys_done(struct sign_variant *);

/* ---- find.c ---- */

/* Whether a signature is there, and fits. */
enum sign_outcome { SIGN_ABSENT, SIGN_GOOD, SIGN_WRONG, SIGN_LATER };

enum sign_outcome sign_wrong(struct sign_verdict *, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* The one field of that name: SIGN_GOOD and *value; ABSENT; WRONG if it is
 * there twice. */
enum sign_outcome sign_field(const struct sign_message *, struct span name,
    struct span *value, struct sign_verdict *);

int sign_begins(struct span, struct span with);

/* The timestamp or id; list is the signatures' field.  A text from the body
 * is put into `out`. */
enum sign_outcome sign_place(const struct sign_message *,
    const struct spec *, const struct spec_place *, struct span list,
    struct buf *out, struct span *value, struct sign_verdict *);

/* GOOD, or WRONG: no time at all, too old, too new. */
enum sign_outcome sign_age(const struct sign_message *, int64_t then_s,
    struct sign_verdict *);
enum sign_outcome sign_time(const struct sign_message *, const struct spec *,
    struct span timestamp, struct sign_verdict *);

/* ---- content.c: what is signed, in pieces ---- */

struct sign_content {
	struct span timestamp, id, url;
	struct span v[SPEC_PIECES];	/* good until the next of the sign */
	size_t n;
};

enum sign_outcome sign_content(struct sign *, const struct sign_message *,
    const struct spec *, struct sign_content *, struct sign_verdict *);
/* In one piece; -1 when memory is out. */
int sign_content_whole(struct sign *, const struct sign_content *,
    struct span *whole);

/* The code of it, as a header has it: appended to out. */
int sign_mac_text(const struct sign_key *, const struct spec *,
    const struct sign_content *, struct buf *out);

/* Bytes in a spec's encoding, and back. */
int sign_encode(struct buf *out, enum spec_encoding, struct span bytes);
int sign_decode(struct buf *out, enum spec_encoding, struct span text);

/* ---- form.c ---- */

/* The pairs of a form, sorted; of another body nothing, if the URL holds its
 * SHA-256.  GOOD, or WRONG; Twilio. */
enum sign_outcome sign_form(const struct sign_message *, struct span url,
    struct buf *out, struct sign_verdict *);

/* ---- url.c ---- */

struct sign_url {
	int secure;
	struct span before;	/* all before the path */
	struct span host;	/* without user info and port */
	struct span port;	/* p NULL: none */
	struct span rest;	/* path and query */
};
int sign_url_split(struct span url, struct sign_url *);	/* -1: not http */

/* The URL with some escapes undone; HubSpot. */
int sign_uri(struct span url, struct buf *out);

/* The URL with its scheme's port if it has none, without one if it has. */
int sign_other_port(struct span url, struct buf *out);

/* ---- schemes with code of their own ---- */

enum sign_outcome adyen_check(struct sign *, const struct sign_variant *,
    const struct sign_message *, struct sign_verdict *);
enum sign_outcome sns_check(struct sign *, const struct sign_variant *,
    const struct sign_message *, struct sign_verdict *);
enum sign_outcome rfc9421_check(struct sign *, const struct sign_variant *,
    const struct sign_message *, struct sign_verdict *);
int rfc9421_make(struct sign *, const struct sign_variant *,
    const struct sign_message *, struct why *);

/* ---- check.c and make.c ---- */

enum sign_outcome sign_check_spec(struct sign *, const struct sign_variant *,
    const struct sign_message *, struct sign_verdict *);
int sign_make_spec(struct sign *, const struct sign_variant *,
    const struct sign_message *, size_t nth, struct why *);

/* The field of that name that is being written; a new one if there is none;
 * NULL if there are too many. */
struct sign_out *sign_out(struct sign *, struct span name);

#endif
