/* sign/rfc9421.c - HTTP message signatures, checked and made.
 *
 * A signature is only worth what it covers: without more being asked for
 * (require=), a body must be covered, by Content-Digest.  Parameters of
 * components other than bs and name are not taken.
 *
 * Source:  RFC 9421; RFC 9530 for Content-Digest.
 */
#include <inttypes.h>

#include "base64.h"
#include "digest.h"
#include "sign/base.h"
#include "sign/sfv.h"

#define MAX_LABELS 8		/* signatures that are tried */

static const struct {
	const char *name;
	enum pubkey_kind kind;
	enum pubkey_alg alg;
} algs[] = {
	{ "ed25519", PUBKEY_ED25519, PUBKEY_EDDSA },
	{ "ecdsa-p256-sha256", PUBKEY_P256, PUBKEY_ECDSA_P256 },
	{ "ecdsa-p384-sha384", PUBKEY_P384, PUBKEY_ECDSA_P384 },
	{ "rsa-pss-sha512", PUBKEY_RSA, PUBKEY_PSS_SHA512 },
	{ "rsa-v1_5-sha256", PUBKEY_RSA, PUBKEY_RSA_SHA256 },
};
#define ALGS (sizeof(algs) / sizeof(algs[0]))
#define HMAC "hmac-sha256"

/* The key's algorithm: the one that is named, if it is of its kind, or else
 * the first of its kind; -1. */
static int
alg_of(const struct sign_key *k, struct span named)
{
	size_t i;

	for (i = 0; i < ALGS; i++)
		if (pubkey_kind(k->pub) == algs[i].kind && (named.p == NULL ||
		    span_eq(named, span_str(algs[i].name))))
			return (int)i;
	return -1;
}

/* ---- Content-Digest ---- */

static int
digest_fits(struct span member, const unsigned char *digest, size_t n,
    struct buf *scratch)
{
	struct span text;

	buf_clear(scratch);
	return sfv_bytes(member, &text) == 0 &&
	    base64_decode(scratch, text) == 0 && scratch->n == n &&
	    memcmp(scratch->p, digest, n) == 0;
}

enum sign_outcome
base_digest(const struct sign_message *m, struct buf *scratch,
    struct sign_verdict *v)
{
	unsigned char digest[DIGEST_SHA512_SIZE];
	struct span field, name, value;
	int got, known = 0, fits = 1;

	if (sign_field(m, SPAN("Content-Digest"), &field, v) != SIGN_GOOD)
		return sign_wrong(v, "there is no Content-Digest, or two");
	while ((got = sfv_member(&field, &name, &value)) == 1) {
		if (span_eq(name, SPAN("sha-256"))) {
			digest_sha256(digest, m->body);
			fits &= digest_fits(value, digest,
			    DIGEST_SHA256_SIZE, scratch);
			known = 1;
		} else if (span_eq(name, SPAN("sha-512"))) {
			digest_sha512(digest, m->body);
			fits &= digest_fits(value, digest,
			    DIGEST_SHA512_SIZE, scratch);
			known = 1;
		}
	}
	if (got != 0 || !known)
		return sign_wrong(v, "Content-Digest: neither sha-256 nor "
		    "sha-512");
	return fits ? SIGN_GOOD :
	    sign_wrong(v, "Content-Digest is of another body");
}

/* ---- checking ---- */

static enum sign_outcome
covers_enough(const struct sign_variant *variant,
    const struct sign_message *m, const struct base_params *p,
    struct sign_verdict *v)
{
	struct span need = spec_setting(&variant->spec, "require"), one;

	if (need.p == NULL && m->body.n > 0)
		need = SPAN("content-digest");
	while (span_item(&need, ' ', &one))
		if (one.n > 0 && !base_covers(p->components, one))
			return sign_wrong(v, "the signature does not cover "
			    "%.*s", (int)one.n, one.p);
	return p->created >= 0 ? SIGN_GOOD :
	    sign_wrong(v, "the signature does not say when it was created");
}

static const struct sign_key *
find_key(const struct sign_variant *variant, const struct base_params *p,
    struct span base, struct span signature)
{
	unsigned char mac[MAC_MAX];
	size_t i;
	int alg;

	for (i = 0; i < variant->nkeys; i++) {
		const struct sign_key *k = &variant->keys[i];

		if (k->pub != NULL) {
			alg = alg_of(k, p->alg);
			if (alg >= 0 && pubkey_verify(k->pub, algs[alg].alg,
			    base, signature))
				return k;
		} else if (p->alg.p == NULL || span_eq(p->alg, SPAN(HMAC))) {
			mac_begin(k->mac);
			mac_add(k->mac, base);
			if (mac_end(k->mac, mac) == signature.n &&
			    mac_equal(mac, signature.p, signature.n))
				return k;
		}
	}
	return NULL;
}

static enum sign_outcome
in_time(const struct sign_message *m, const struct base_params *p,
    struct sign_verdict *v)
{
	if (p->expires >= 0 && m->now_s > p->expires)
		return sign_wrong(v, "its signature fits, but has expired");
	return sign_age(m, p->created, v);
}

/* One label: its input, and its signature. */
static enum sign_outcome
check_one(struct sign *s, const struct sign_variant *variant,
    const struct sign_message *m, struct span input, struct span signature,
    struct sign_verdict *v)
{
	const struct sign_key *k;
	struct base_params p;
	struct span text;
	enum sign_outcome o;

	buf_clear(&s->stamp);
	buf_clear(&s->content);
	buf_clear(&s->text);
	if (base_params(input, &p, &s->stamp) != 0 ||
	    sfv_bytes(signature, &text) != 0 ||
	    base64_decode(&s->text, text) != 0)
		return sign_wrong(v, "the signature can't be read");
	if ((o = covers_enough(variant, m, &p, v)) != SIGN_GOOD ||
	    (o = base_make(m, NULL, 0, &p, buf_span(&s->stamp), &s->content,
	    v)) != SIGN_GOOD)
		return o;
	k = find_key(variant, &p, buf_span(&s->content), buf_span(&s->text));
	if (k == NULL)
		return sign_wrong(v, "the signature doesn't fit");
	if (base_covers(p.components, SPAN("content-digest")) &&
	    (o = base_digest(m, &s->text, v)) != SIGN_GOOD)
		return o;
	v->key = k->name;
	return in_time(m, &p, v);
}

enum sign_outcome
rfc9421_check(struct sign *s, const struct sign_variant *variant,
    const struct sign_message *m, struct sign_verdict *v)
{
	struct span input, signatures, label, one, signature;
	enum sign_outcome o;
	int got, n = 0;

	if ((o = sign_field(m, SPAN("Signature"), &signatures, v)) !=
	    SIGN_GOOD)
		return o;
	o = sign_field(m, SPAN("Signature-Input"), &input, v);
	if (o != SIGN_GOOD)
		return o == SIGN_WRONG ? o :
		    sign_wrong(v, "there is no Signature-Input");
	o = sign_wrong(v, "Signature-Input can't be read");
	while ((got = sfv_member(&input, &label, &one)) == 1) {
		if (n++ == MAX_LABELS)
			return sign_wrong(v, "there are too many signatures");
		if (sfv_find(signatures, label, &signature) != 1)
			return sign_wrong(v, "Signature-Input and Signature "
			    "don't go together");
		o = check_one(s, variant, m, one, signature, v);
		if (o == SIGN_GOOD)
			return o;
	}
	return got == 0 ? o : sign_wrong(v, "Signature-Input can't be read");
}

/* ---- making ---- */

static int
no_memory(struct why *why)
{
	return why_set(why, STATUS_SOME, "out of memory");
}

/* Content-Digest: sha-256=:...: */
static int
put_digest(struct sign *s, struct span body)
{
	struct sign_out *out = sign_out(s, SPAN("Content-Digest"));
	unsigned char digest[DIGEST_SHA256_SIZE];

	if (out == NULL)
		return -1;
	digest_sha256(digest, body);
	buf_clear(&out->value);
	return buf_adds(&out->value, "sha-256=:") != 0 ||
	    base64_encode(&out->value, span_of(digest, sizeof(digest))) != 0
	    || buf_addc(&out->value, ':') != 0 ? -1 : 0;
}

/* A name as a string of structured fields: ASCII. */
static int
add_name(struct buf *out, const char *name)
{
	for (; *name != '\0'; name++) {
		unsigned char c = (unsigned char)*name;

		if ((c == '"' || c == '\\') && buf_addc(out, '\\') != 0)
			return -1;
		if (buf_addc(out, c < 0x20 || c > 0x7e ? '?' : (char)c) != 0)
			return -1;
	}
	return 0;
}

static int
add_params(struct buf *out, const struct sign_message *m,
    const struct sign_key *k)
{
	struct span field;
	struct sign_verdict v = { .result = SIGN_BAD };

	if (buf_adds(out, "(\"@method\" \"@target-uri\" \"content-digest\"")
	    != 0 || (sign_field(m, SPAN("Content-Type"), &field, &v) ==
	    SIGN_GOOD && buf_adds(out, " \"content-type\"") != 0) ||
	    buf_addf(out, ");created=%" PRId64 ";keyid=\"", m->now_s) != 0 ||
	    add_name(out, k->name) != 0)
		return -1;
	return buf_addf(out, "\";alg=\"%s\"", k->pub == NULL ? HMAC :
	    algs[alg_of(k, span_of(NULL, 0))].name);
}

static int
add_signature(struct sign *s, const struct sign_key *k, struct span base,
    struct buf *out)
{
	unsigned char mac[MAC_MAX];
	struct span none = { NULL, 0 };
	size_t n;

	buf_clear(&s->text);
	if (k->pub != NULL) {
		if (pubkey_sign(k->pub, algs[alg_of(k, none)].alg, base,
		    &s->text) != 0)
			return -1;
		return base64_encode(out, buf_span(&s->text));
	}
	mac_begin(k->mac);
	mac_add(k->mac, base);
	n = mac_end(k->mac, mac);
	return base64_encode(out, span_of(mac, n));
}

/* sigN=(...)... and sigN=:...: */
static int
make_one(struct sign *s, const struct sign_key *k,
    const struct sign_message *m, size_t n, struct why *why)
{
	struct sign_out *digest = sign_out(s, SPAN("Content-Digest"));
	struct sign_out *input = sign_out(s, SPAN("Signature-Input"));
	struct sign_out *signature = sign_out(s, SPAN("Signature"));
	struct http1_field more;
	struct base_params p;
	struct sign_verdict v = { .result = SIGN_BAD };
	const char *before = n > 1 ? ", " : "";

	if (digest == NULL || input == NULL || signature == NULL)
		return no_memory(why);
	more = (struct http1_field){ digest->name, buf_span(&digest->value) };
	buf_clear(&s->extra);
	buf_clear(&s->stamp);
	buf_clear(&s->content);
	if (add_params(&s->extra, m, k) != 0 ||
	    base_params(buf_span(&s->extra), &p, &s->stamp) != 0)
		return no_memory(why);
	if (base_make(m, &more, 1, &p, buf_span(&s->stamp), &s->content,
	    &v) != SIGN_GOOD)
		return why_set(why, STATUS_BAD_LINE, "not signed: %s",
		    v.reason);
	if (buf_addf(&input->value, "%ssig%zu=", before, n) != 0 ||
	    buf_add(&input->value, buf_span(&s->stamp)) != 0 ||
	    buf_addf(&signature->value, "%ssig%zu=:", before, n) != 0 ||
	    add_signature(s, k, buf_span(&s->content),
	    &signature->value) != 0 || buf_addc(&signature->value, ':') != 0)
		return no_memory(why);
	return 0;
}

int
rfc9421_make(struct sign *s, const struct sign_variant *variant,
    const struct sign_message *m, struct why *why)
{
	size_t i;

	if (put_digest(s, m->body) != 0)
		return no_memory(why);
	for (i = 0; i < variant->nkeys; i++)
		if (make_one(s, &variant->keys[i], m, i + 1, why) != 0)
			return -1;
	return 0;
}
