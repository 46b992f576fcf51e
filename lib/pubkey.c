/* pubkey.c - signatures by keys that come in pairs, by OpenSSL's EVP. */
#include <limits.h>
#include <stdlib.h>

#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include "pubkey.h"

#define ED25519_SIZE 32
#define PSS_SALT 64
#define DER_MAX 256		/* of an ECDSA signature, P-384's: 104 */

struct pubkey {
	EVP_PKEY *key;
	enum pubkey_kind kind;
	int is_private;
};

/* What each enum pubkey_alg asks for. */
static const struct {
	enum pubkey_kind kind;
	const char *hash;		/* NULL: none of its own */
	size_t raw;			/* of r and of s; 0: DER */
} algs[] = {
	[PUBKEY_EDDSA] = { PUBKEY_ED25519, NULL, 0 },
	[PUBKEY_ECDSA_DER] = { PUBKEY_P256, "SHA256", 0 },
	[PUBKEY_ECDSA_P256] = { PUBKEY_P256, "SHA256", 32 },
	[PUBKEY_ECDSA_P384] = { PUBKEY_P384, "SHA384", 48 },
	[PUBKEY_RSA_SHA1] = { PUBKEY_RSA, "SHA1", 0 },
	[PUBKEY_RSA_SHA256] = { PUBKEY_RSA, "SHA256", 0 },
	[PUBKEY_PSS_SHA512] = { PUBKEY_RSA, "SHA512", 0 },
};

/* ---- reading ---- */

/* -1: a kind that we have no use for. */
static int
kind_of(const EVP_PKEY *key)
{
	switch (EVP_PKEY_get_base_id(key)) {
	case EVP_PKEY_ED25519:
		return PUBKEY_ED25519;
	case EVP_PKEY_RSA:
		return PUBKEY_RSA;
	case EVP_PKEY_EC:
		return EVP_PKEY_get_bits(key) == 256 ? PUBKEY_P256 :
		    EVP_PKEY_get_bits(key) == 384 ? PUBKEY_P384 : -1;
	default:
		return -1;
	}
}

/* Takes the key, which may be NULL. */
static struct pubkey *
wrap(EVP_PKEY *key, int is_private)
{
	struct pubkey *k = key != NULL ? calloc(1, sizeof(*k)) : NULL;
	int kind = key != NULL ? kind_of(key) : -1;

	if (k == NULL || kind == -1) {
		EVP_PKEY_free(key);
		free(k);
		return NULL;
	}
	*k = (struct pubkey){ key, (enum pubkey_kind)kind, is_private };
	return k;
}

struct pubkey *
pubkey_ed25519(struct span s)
{
	if (s.n != ED25519_SIZE)
		return NULL;
	return wrap(EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL,
	    (const unsigned char *)s.p, s.n), 0);
}

struct pubkey *
pubkey_ed25519_seed(struct span s)
{
	if (s.n != ED25519_SIZE)
		return NULL;
	return wrap(EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, NULL,
	    (const unsigned char *)s.p, s.n), 1);
}

/* Keys with a pass phrase are none of ours: asking for one would stop us. */
static int
no_phrase(char *p, int n, int writing, void *arg)
{
	(void)p;
	(void)n;
	(void)writing;
	(void)arg;
	return -1;
}

static struct pubkey *
read_pem(struct span s)
{
	BIO *bio = BIO_new_mem_buf(s.p, (int)s.n);
	EVP_PKEY *key = NULL;
	int is_private = 0;

	if (bio == NULL)
		return NULL;
	key = PEM_read_bio_PUBKEY(bio, NULL, no_phrase, NULL);
	if (key == NULL && BIO_reset(bio) == 1) {
		key = PEM_read_bio_PrivateKey(bio, NULL, no_phrase, NULL);
		is_private = 1;
	}
	BIO_free(bio);
	return wrap(key, is_private);
}

static struct pubkey *
read_der(struct span s)
{
	const unsigned char *p = (const unsigned char *)s.p;
	EVP_PKEY *key = d2i_PUBKEY(NULL, &p, (long)s.n);
	int is_private = 0;

	if (key == NULL) {
		p = (const unsigned char *)s.p;
		key = d2i_AutoPrivateKey(NULL, &p, (long)s.n);
		is_private = 1;
	}
	if (key != NULL && p != (const unsigned char *)s.p + s.n) {
		EVP_PKEY_free(key);
		key = NULL;
	}
	return wrap(key, is_private);
}

struct pubkey *
pubkey_read(struct span s)
{
	if (s.n == 0 || s.n > INT_MAX)
		return NULL;
	return *s.p == '-' ? read_pem(s) : read_der(s);
}

static EVP_PKEY *
key_in_force(X509 *cert, int64_t now_s, struct why *why)
{
	time_t now = (time_t)now_s;
	EVP_PKEY *key;

	if (X509_cmp_time(X509_get0_notBefore(cert), &now) >= 0 ||
	    X509_cmp_time(X509_get0_notAfter(cert), &now) <= 0) {
		why_set(why, STATUS_TLS, "its certificate is not in force");
		return NULL;
	}
	key = X509_get_pubkey(cert);
	if (key == NULL)
		why_set(why, STATUS_TLS, "its certificate has no key");
	return key;
}

struct pubkey *
pubkey_certificate(struct span pem, int64_t now_s, struct why *why)
{
	BIO *bio = pem.n <= INT_MAX ?
	    BIO_new_mem_buf(pem.p, (int)pem.n) : NULL;
	X509 *cert = bio != NULL ?
	    PEM_read_bio_X509(bio, NULL, no_phrase, NULL) : NULL;
	struct pubkey *k = NULL;
	EVP_PKEY *key;

	BIO_free(bio);
	if (cert == NULL) {
		why_set(why, STATUS_TLS, "what came is no certificate");
		return NULL;
	}
	key = key_in_force(cert, now_s, why);
	if (key != NULL && (k = wrap(key, 0)) == NULL)
		why_set(why, STATUS_TLS,
		    "its certificate's key is of a kind that isn't used");
	X509_free(cert);
	return k;
}

void
pubkey_free(struct pubkey *k)
{
	if (k == NULL)
		return;
	EVP_PKEY_free(k->key);
	free(k);
}

enum pubkey_kind
pubkey_kind(const struct pubkey *k)
{
	return k->kind;
}

int
pubkey_is_private(const struct pubkey *k)
{
	return k->is_private;
}

/* ---- ECDSA: r and s, as DER and bare ---- */

/* Answers the size, or -1. */
static int
to_der(unsigned char *out, struct span raw)
{
	ECDSA_SIG *sig = ECDSA_SIG_new();
	const unsigned char *p = (const unsigned char *)raw.p;
	int half = (int)(raw.n / 2), n = -1;
	BIGNUM *r = BN_bin2bn(p, half, NULL);
	BIGNUM *s = BN_bin2bn(p + half, half, NULL);

	if (sig != NULL && r != NULL && s != NULL &&
	    ECDSA_SIG_set0(sig, r, s) == 1) {
		n = i2d_ECDSA_SIG(sig, &out);
	} else {
		BN_free(r);
		BN_free(s);
	}
	ECDSA_SIG_free(sig);
	return n;
}

static int
to_raw(unsigned char *out, size_t half, const unsigned char *der, size_t n)
{
	ECDSA_SIG *sig = d2i_ECDSA_SIG(NULL, &der, (long)n);
	int ok = sig != NULL &&
	    BN_bn2binpad(ECDSA_SIG_get0_r(sig), out, (int)half) != -1 &&
	    BN_bn2binpad(ECDSA_SIG_get0_s(sig), out + half, (int)half) != -1;

	ECDSA_SIG_free(sig);
	return ok ? 0 : -1;
}

/* ---- checking and making ---- */

static int
set_padding(EVP_PKEY_CTX *ctx, enum pubkey_alg alg, int salt)
{
	if (alg != PUBKEY_PSS_SHA512)
		return 0;
	return EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_PSS_PADDING) > 0 &&
	    EVP_PKEY_CTX_set_rsa_pss_saltlen(ctx, salt) > 0 ? 0 : -1;
}

int
pubkey_verify(const struct pubkey *k, enum pubkey_alg alg,
    struct span message, struct span signature)
{
	unsigned char der[DER_MAX];
	const unsigned char *sig = (const unsigned char *)signature.p;
	size_t n = signature.n;
	EVP_PKEY_CTX *pkey;
	EVP_MD_CTX *ctx;
	int fits;

	if (k->kind != algs[alg].kind)
		return 0;
	if (algs[alg].raw > 0) {
		int size = n == 2 * algs[alg].raw ?
		    to_der(der, signature) : -1;

		if (size <= 0)
			return 0;
		sig = der;
		n = (size_t)size;
	}
	ctx = EVP_MD_CTX_new();
	fits = ctx != NULL && EVP_DigestVerifyInit_ex(ctx, &pkey,
	    algs[alg].hash, NULL, NULL, k->key, NULL) == 1 &&
	    set_padding(pkey, alg, RSA_PSS_SALTLEN_AUTO) == 0 &&
	    EVP_DigestVerify(ctx, sig, n,
	    (const unsigned char *)message.p, message.n) == 1;
	EVP_MD_CTX_free(ctx);
	return fits;
}

/* The signature as OpenSSL makes it, in a buffer that has room for it. */
static int
sign(EVP_MD_CTX *ctx, const struct pubkey *k, enum pubkey_alg alg,
    struct span message, struct buf *out)
{
	EVP_PKEY_CTX *pkey;
	size_t n = (size_t)EVP_PKEY_get_size(k->key);
	unsigned char *room = (unsigned char *)buf_room(out, n);

	if (room == NULL || EVP_DigestSignInit_ex(ctx, &pkey, algs[alg].hash,
	    NULL, NULL, k->key, NULL) != 1 || set_padding(pkey, alg,
	    PSS_SALT) != 0 ||
	    EVP_DigestSign(ctx, room, &n, (const unsigned char *)message.p,
	    message.n) != 1)
		return -1;
	buf_took(out, n);
	return 0;
}

int
pubkey_sign(const struct pubkey *k, enum pubkey_alg alg,
    struct span message, struct buf *out)
{
	size_t before = out->n, half = algs[alg].raw;
	unsigned char raw[2 * 48];
	EVP_MD_CTX *ctx;
	int rc;

	if (k->kind != algs[alg].kind || !k->is_private)
		return -1;
	ctx = EVP_MD_CTX_new();
	if (ctx == NULL)
		return -1;
	rc = sign(ctx, k, alg, message, out);
	EVP_MD_CTX_free(ctx);
	if (rc != 0 || half == 0)
		return rc;
	rc = to_raw(raw, half, (unsigned char *)out->p + before,
	    out->n - before);
	buf_trim(out, before);
	return rc == 0 ? buf_add(out, span_of(raw, 2 * half)) : -1;
}
