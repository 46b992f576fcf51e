/* pubkey.h - public keys and private ones: signatures checked and made;
 * OpenSSL's.
 *
 * Errors:  a reader answers NULL for what is no such key (or out of memory),
 *          pubkey_certificate says why; pubkey_sign -1.
 * Owns:    the key, wiped by pubkey_free.
 */
#ifndef HOOKLINE_PUBKEY_H
#define HOOKLINE_PUBKEY_H

#include <stdint.h>

#include "buf.h"
#include "why.h"

enum pubkey_kind { PUBKEY_ED25519, PUBKEY_P256, PUBKEY_P384, PUBKEY_RSA };

enum pubkey_alg {
	PUBKEY_EDDSA,		/* Ed25519 */
	PUBKEY_ECDSA_DER,	/* P-256, SHA-256; the signature in DER */
	PUBKEY_ECDSA_P256,	/* the same; r and s, 32 bytes each */
	PUBKEY_ECDSA_P384,	/* P-384, SHA-384; r and s, 48 bytes each */
	PUBKEY_RSA_SHA1, PUBKEY_RSA_SHA256,	/* PKCS #1 v1.5 */
	PUBKEY_PSS_SHA512	/* made with a salt of 64 bytes, checked with
				   any: the signers of npm's
				   http-message-signatures take the longest */
};

struct pubkey;

/* 32 bytes: the public key, or the seed, which is the private one. */
struct pubkey *pubkey_ed25519(struct span key);
struct pubkey *pubkey_ed25519_seed(struct span seed);

/* SubjectPublicKeyInfo or PKCS #8, in PEM or DER. */
struct pubkey *pubkey_read(struct span);

/* The key of a certificate in PEM that is in force at that time.  Who has
 * signed it is not looked at. */
struct pubkey *pubkey_certificate(struct span pem, int64_t now_s,
    struct why *);

void pubkey_free(struct pubkey *);	/* NULL is allowed */

enum pubkey_kind pubkey_kind(const struct pubkey *);
int pubkey_is_private(const struct pubkey *);

/* Does the signature fit?  Not where the key is of another kind. */
int pubkey_verify(const struct pubkey *, enum pubkey_alg,
    struct span message, struct span signature);

/* Appends the signature, bare bytes. */
int pubkey_sign(const struct pubkey *, enum pubkey_alg, struct span message,
    struct buf *out);

#endif
