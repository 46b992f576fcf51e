/* sign/keys.c - a secret as the key of a scheme. */
#include <stdlib.h>

#include "base64.h"
#include "say.h"
#include "sign/own.h"

#define ED25519_SIZE 32

static const struct span pem = { "-----BEGIN ", 11 };

const char sign_key_not_private[] = "a private key";

/* ---- text to bytes ---- */

static int
from_hex(struct buf *out, struct span s)
{
	return s.n > 0 ? sign_decode(out, SPEC_AS_HEX, s) : -1;
}

/* The padding may be left out. */
static int
from_base64(struct buf *out, struct span s)
{
	char text[3 * SECRET_MAX / 2];
	size_t n = s.n;
	int rc;

	if (n == 0 || n + 4 > sizeof(text))
		return -1;
	memcpy(text, s.p, n);
	while (n % 4 != 0)
		text[n++] = '=';
	rc = base64_decode(out, span_of(text, n));
	mac_wipe(text, n);
	return rc;
}

int
sign_key_is_of_pair(struct span s)
{
	struct pubkey *k = NULL;
	struct buf b;

	if (sign_begins(s, SPAN("whpk_")) || sign_begins(s, SPAN("whsk_")) ||
	    sign_begins(s, pem))
		return 1;
	if (!sign_begins(s, SPAN("M")))		/* a sequence, in base64 */
		return 0;
	buf_init(&b, 2 * SECRET_MAX);
	if (buf_room(&b, s.n + 1) != NULL && from_base64(&b, s) == 0)
		k = pubkey_read(buf_span(&b));
	mac_wipe_buf(&b);
	pubkey_free(k);
	return k != NULL;
}

/* ---- keys of codes ---- */

/* `v1,whsec_...` is how some pages show the key that others call
 * `whsec_...`. */
static struct span
without_prefix(const struct secret *secret)
{
	struct span s = secret->bytes, version = SPAN("v1,whsec_");

	if (sign_begins(s, version)) {
		say_warn("secret %s: \"v1,\" in front of whsec_ was left out",
		    secret->name);
		return span_from(s, version.n);
	}
	return sign_begins(s, SPAN("whsec_")) ? span_from(s, 6) : s;
}

/* Answers what kind of text it should have been, or NULL. */
static const char *
symmetric_bytes(const struct spec *spec, const struct secret *secret,
    struct buf *out)
{
	struct span s = secret->bytes;

	if (sign_key_is_of_pair(s))
		return "a secret that both sides share";
	switch (spec->key) {
	case SPEC_RAW:
		return buf_add(out, s) == 0 ? NULL : "shorter";
	case SPEC_HEX:
		return from_hex(out, s) == 0 ? NULL : "hexadecimal";
	case SPEC_WHSEC:
		s = without_prefix(secret);
		break;
	case SPEC_BASE64:
		break;
	}
	return from_base64(out, s) == 0 ? NULL : "base64";
}

const char *
sign_key_symmetric(struct sign_key *k, const struct spec *spec,
    const struct secret *secret)
{
	const char *expected;
	struct buf b;
	char *copy;

	buf_init(&b, 2 * SECRET_MAX);
	if (buf_room(&b, secret->bytes.n + 1) == NULL)
		return "shorter";
	expected = symmetric_bytes(spec, secret, &b);
	if (expected == NULL && spec->alg == SPEC_TOKEN) {
		copy = malloc(b.n + 1);
		if (copy != NULL) {
			memcpy(copy, b.p, b.n);
			k->token = span_of(copy, b.n);
		}
	} else if (expected == NULL) {
		k->mac = spec->alg == SPEC_HASH ?
		    mac_new_prefix(spec->hash, buf_span(&b)) :
		    mac_new(spec->hash, buf_span(&b));
	}
	mac_wipe_buf(&b);
	return expected;
}

/* ---- pairs ---- */

static struct pubkey *
read_ed25519(enum sign_use use, struct span s)
{
	/* libsodium's form of a private key: seed, then public key. */
	if (use == SIGN_CHECK)
		return s.n == 2 * ED25519_SIZE ?
		    pubkey_ed25519(span_from(s, ED25519_SIZE)) :
		    pubkey_ed25519(s);
	if (s.n == 2 * ED25519_SIZE)
		s.n = ED25519_SIZE;
	return pubkey_ed25519_seed(s);
}

/* whpk_ to check, whsk_ to sign; who has that can check, too. */
static int
standard_bytes(enum sign_use use, struct span s, struct buf *out)
{
	int is_public = sign_begins(s, SPAN("whpk_"));

	if (!is_public && !sign_begins(s, SPAN("whsk_")))
		return -1;
	if (from_base64(out, span_from(s, 5)) != 0)
		return -1;
	if (is_public)
		return use == SIGN_CHECK && out->n == ED25519_SIZE ? 0 : -1;
	return out->n == 2 * ED25519_SIZE ||
	    (use == SIGN_MAKE && out->n == ED25519_SIZE) ? 0 : -1;
}

static const char *
ed25519(struct sign_key *k, const struct spec *spec, enum sign_use use,
    struct span s, struct buf *b)
{
	if (spec->key == SPEC_WHSEC) {
		if (standard_bytes(use, s, b) != 0)
			return use == SIGN_CHECK ? "whpk_ and base64" :
			    "whsk_ and base64";
		k->pub = read_ed25519(use, buf_span(b));
	} else if (spec->key == SPEC_HEX) {
		if (from_hex(b, s) == 0)
			k->pub = read_ed25519(use, buf_span(b));
		return k->pub != NULL ? NULL : "64 hexadecimal digits";
	}
	return NULL;
}

/* PEM, or DER in base64. */
static void
encoded_key(struct sign_key *k, struct span s, struct buf *b)
{
	if (sign_begins(s, pem))
		k->pub = pubkey_read(s);
	else if (from_base64(b, s) == 0)
		k->pub = pubkey_read(buf_span(b));
}

const char *
sign_key_pair(struct sign_key *k, const struct spec *spec,
    enum sign_use use, const struct secret *secret)
{
	const char *expected = NULL;
	struct buf b;

	buf_init(&b, 2 * SECRET_MAX);
	if (buf_room(&b, secret->bytes.n + 1) == NULL)
		return "shorter";
	if (spec->alg == SPEC_ED25519 && spec->key != SPEC_RAW &&
	    !sign_begins(secret->bytes, pem)) {
		expected = ed25519(k, spec, use, secret->bytes, &b);
	} else {
		encoded_key(k, secret->bytes, &b);
	}
	mac_wipe_buf(&b);
	if (k->pub != NULL && spec->alg != SPEC_RFC9421 &&
	    pubkey_kind(k->pub) !=
	    (spec->alg == SPEC_ECDSA ? PUBKEY_P256 : PUBKEY_ED25519)) {
		pubkey_free(k->pub);
		k->pub = NULL;
	}
	if (k->pub == NULL || use == SIGN_CHECK || pubkey_is_private(k->pub))
		return k->pub != NULL ? NULL : expected != NULL ? expected :
		    "a key of this kind, in PEM or base64";
	pubkey_free(k->pub);
	k->pub = NULL;
	return sign_key_not_private;
}

void
sign_key_done(struct sign_key *k)
{
	mac_free(k->mac);
	pubkey_free(k->pub);
	if (k->token.p != NULL)
		mac_wipe((void *)k->token.p, k->token.n);
	free((void *)k->token.p);
}
