/* mac.c - HMAC, by OpenSSL's EVP.
 *
 * EVP_MAC_init with no key starts a new message with the key of the last
 * one, which spares the two blocks that a key costs, and any allocation.
 */
#include <assert.h>
#include <stdlib.h>

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>

#include "mac.h"

struct mac {
	EVP_MAC_CTX *hmac;	/* or: */
	EVP_MD_CTX *plain;
	const EVP_MD *md;
	struct span key;	/* of plain */
};

static const char *const names[] = { "SHA1", "SHA256", "SHA384", "SHA512" };

static int
set_hmac(struct mac *m, enum mac_hash hash, struct span key)
{
	EVP_MAC *mac = EVP_MAC_fetch(NULL, "HMAC", NULL);
	OSSL_PARAM params[2] = {
		OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST,
		    (char *)names[hash], 0),
		OSSL_PARAM_construct_end()
	};

	if (mac == NULL)
		return -1;
	m->hmac = EVP_MAC_CTX_new(mac);
	EVP_MAC_free(mac);
	return m->hmac != NULL && EVP_MAC_init(m->hmac,
	    (const unsigned char *)key.p, key.n, params) == 1 ? 0 : -1;
}

static int
set_plain(struct mac *m, enum mac_hash hash, struct span key)
{
	char *copy = malloc(key.n + 1);

	if (copy == NULL)
		return -1;
	if (key.n > 0)
		memcpy(copy, key.p, key.n);
	m->key = span_of(copy, key.n);
	m->md = EVP_get_digestbyname(names[hash]);
	m->plain = EVP_MD_CTX_new();
	return m->md != NULL && m->plain != NULL ? 0 : -1;
}

static struct mac *
make(enum mac_hash hash, struct span key,
    int (*set)(struct mac *, enum mac_hash, struct span))
{
	struct mac *m = calloc(1, sizeof(*m));

	if (m != NULL && set(m, hash, key) != 0) {
		mac_free(m);
		m = NULL;
	}
	return m;
}

struct mac *
mac_new(enum mac_hash hash, struct span key)
{
	return make(hash, key, set_hmac);
}

struct mac *
mac_new_prefix(enum mac_hash hash, struct span key)
{
	return make(hash, key, set_plain);
}

void
mac_free(struct mac *m)
{
	if (m == NULL)
		return;
	EVP_MAC_CTX_free(m->hmac);
	EVP_MD_CTX_free(m->plain);
	if (m->key.p != NULL)
		mac_wipe((void *)m->key.p, m->key.n);
	free((void *)m->key.p);
	free(m);
}

/* What can fail below is a broken OpenSSL, or memory: a signature that is
 * not made must not look like one. */
static void
must(int ok)
{
	if (ok != 1)
		abort();
}

void
mac_begin(struct mac *m)
{
	if (m->hmac != NULL) {
		must(EVP_MAC_init(m->hmac, NULL, 0, NULL));
	} else {
		must(EVP_DigestInit_ex(m->plain, m->md, NULL));
		must(EVP_DigestUpdate(m->plain, m->key.p, m->key.n));
	}
}

void
mac_add(struct mac *m, struct span s)
{
	if (s.n == 0)
		return;
	must(m->hmac != NULL ?
	    EVP_MAC_update(m->hmac, (const unsigned char *)s.p, s.n) :
	    EVP_DigestUpdate(m->plain, s.p, s.n));
}

size_t
mac_end(struct mac *m, unsigned char out[MAC_MAX])
{
	size_t n = 0;
	unsigned int k = 0;

	if (m->hmac != NULL) {
		must(EVP_MAC_final(m->hmac, out, &n, MAC_MAX));
	} else {
		must(EVP_DigestFinal_ex(m->plain, out, &k));
		n = k;
	}
	return n;
}

int
mac_once(enum mac_hash hash, struct span key, struct span message,
    unsigned char out[MAC_MAX])
{
	struct mac *m = mac_new(hash, key);
	size_t n;

	if (m == NULL)
		return -1;
	mac_begin(m);
	mac_add(m, message);
	n = mac_end(m, out);
	mac_free(m);
	return (int)n;
}

int
mac_equal(const void *a, const void *b, size_t n)
{
	return CRYPTO_memcmp(a, b, n) == 0;
}

int
mac_equal_text(struct span a, struct span b)
{
	unsigned char x[EVP_MAX_MD_SIZE], y[EVP_MAX_MD_SIZE];

	must(EVP_Digest(a.p, a.n, x, NULL, EVP_sha256(), NULL));
	must(EVP_Digest(b.p, b.n, y, NULL, EVP_sha256(), NULL));
	return mac_equal(x, y, 32);
}

void
mac_wipe(void *p, size_t n)
{
	OPENSSL_cleanse(p, n);
}

void
mac_wipe_buf(struct buf *b)
{
	if (b->base != NULL)
		mac_wipe(b->base, b->cap);
	buf_done(b);
}
