/* digest.c - OpenSSL's digests and random bytes. */
#include <stdlib.h>

#include <openssl/rand.h>
#include <openssl/sha.h>

#include "digest.h"

void
digest_sha1(unsigned char out[DIGEST_SHA1_SIZE], struct span s)
{
	SHA1((const unsigned char *)s.p, s.n, out);
}

void
digest_sha256(unsigned char out[DIGEST_SHA256_SIZE], struct span s)
{
	SHA256((const unsigned char *)s.p, s.n, out);
}

void
digest_sha512(unsigned char out[DIGEST_SHA512_SIZE], struct span s)
{
	SHA512((const unsigned char *)s.p, s.n, out);
}

void
digest_random(void *out, size_t n)
{
	unsigned char *p = out;

	while (n > 0) {
		int some = n > 65536 ? 65536 : (int)n;

		/* Going on with bytes that can be guessed would be worse. */
		if (RAND_bytes(p, some) != 1)
			abort();
		p += some;
		n -= (size_t)some;
	}
}
