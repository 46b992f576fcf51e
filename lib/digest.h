/* digest.h - message digests and random bytes; OpenSSL's. */
#ifndef HOOKLINE_DIGEST_H
#define HOOKLINE_DIGEST_H

#include "span.h"

#define DIGEST_SHA1_SIZE 20
#define DIGEST_SHA256_SIZE 32
#define DIGEST_SHA512_SIZE 64

void digest_sha1(unsigned char out[DIGEST_SHA1_SIZE], struct span);
void digest_sha256(unsigned char out[DIGEST_SHA256_SIZE], struct span);
void digest_sha512(unsigned char out[DIGEST_SHA512_SIZE], struct span);

/* Unpredictable bytes, fit for keys, masks and nonces. */
void digest_random(void *out, size_t n);

#endif
