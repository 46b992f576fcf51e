/* listen/cert.c - certificates, as the files have them now.
 *
 * The context that libwebsockets made keeps what it was started with; each
 * handshake is given what was loaded last.  A context's own certificates
 * could be replaced, but one of another kind (RSA, ECDSA) would stand beside
 * the old one, and clients could go on choosing that.
 */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <openssl/err.h>
#include <openssl/ssl.h>

#include "listen/own.h"

#define AT(member) .offset = offsetof(struct listen_tls, member)

const struct opt listen_tls_options[] = {
	OPT_GROUP("TLS"),
	{ .type = OPT_TYPE_STRING, .name = "cert", .arg = "FILE", AT(cert),
	    .help = "serve with TLS: the certificate and its chain (PEM)",
	    .more = "SIGHUP has the files read again." },
	{ .type = OPT_TYPE_STRING, .name = "key", .arg = "FILE", AT(key),
	    .help = "the private key (PEM) of --cert" },
	{ .type = OPT_TYPE_STRING, .name = "client-ca", .arg = "FILE",
	    AT(client_ca), .help = "clients must show a certificate that one "
		"of these (PEM) has signed" },
	OPT_END
};

/* Nobody is there to be asked. */
static int
no_password(char *buf, int size, int writing, void *unused)
{
	(void)buf;
	(void)size;
	(void)writing;
	(void)unused;
	return 0;
}

/* OpenSSL's reason, of the first thing that went wrong. */
static int
fail(struct why *why, const char *file)
{
	unsigned long e = ERR_get_error();
	const char *reason = ERR_reason_error_string(e);

	ERR_clear_error();
	return why_set(why, STATUS_TLS, "%s: %s", file,
	    reason != NULL ? reason : "cannot be used");
}

static int
readable(const char *file, struct why *why)
{
	return file == NULL || access(file, R_OK) == 0 ? 0 :
	    why_errno(why, STATUS_USAGE, file);
}

static int
load_client_ca(SSL_CTX *ctx, const char *file, struct why *why)
{
	STACK_OF(X509_NAME) *names;

	if (file == NULL)
		return 0;
	names = SSL_load_client_CA_file(file);
	if (names == NULL ||
	    SSL_CTX_load_verify_locations(ctx, file, NULL) != 1) {
		sk_X509_NAME_pop_free(names, X509_NAME_free);
		return fail(why, file);
	}
	SSL_CTX_set_client_CA_list(ctx, names);		/* takes them */
	return 0;
}

static int
load(SSL_CTX *ctx, const struct listen_tls *f, struct why *why)
{
	ERR_clear_error();
	SSL_CTX_set_default_passwd_cb(ctx, no_password);
	if (readable(f->cert, why) == -1 || readable(f->key, why) == -1 ||
	    readable(f->client_ca, why) == -1)
		return -1;
	if (SSL_CTX_use_certificate_chain_file(ctx, f->cert) != 1)
		return fail(why, f->cert);
	if (SSL_CTX_use_PrivateKey_file(ctx, f->key, SSL_FILETYPE_PEM) != 1 ||
	    SSL_CTX_check_private_key(ctx) != 1)
		return fail(why, f->key);
	return load_client_ca(ctx, f->client_ca, why);
}

int
cert_load(struct cert *c, struct why *why)
{
	SSL_CTX *ctx = SSL_CTX_new(TLS_server_method());

	if (ctx == NULL)
		return fail(why, "TLS");
	if (load(ctx, &c->files, why) == -1) {
		SSL_CTX_free(ctx);
		return -1;
	}
	SSL_CTX_free(c->now);
	c->now = ctx;
	c->loads++;
	return 0;
}

/* In each handshake: 1, or 0 to have it fail. */
static int
on_handshake(SSL *ssl, void *arg)
{
	const struct cert *c = arg;
	STACK_OF(X509) *chain = NULL;
	STACK_OF(X509_NAME) *names;

	SSL_certs_clear(ssl);
	SSL_CTX_get0_chain_certs(c->now, &chain);
	if (SSL_use_cert_and_key(ssl, SSL_CTX_get0_certificate(c->now),
	    SSL_CTX_get0_privatekey(c->now), chain, 1) != 1)
		return 0;
	if (c->files.client_ca == NULL)
		return 1;
	names = SSL_dup_CA_list(SSL_CTX_get_client_CA_list(c->now));
	if (names == NULL)
		return 0;
	SSL_set_client_CA_list(ssl, names);
	return (int)SSL_set1_verify_cert_store(ssl,
	    SSL_CTX_get_cert_store(c->now));
}

/* A session is only resumed under the files that it began with: resuming it
 * asks for no certificate. */
void
cert_serve(struct cert *c, SSL_CTX *ctx)
{
	unsigned char id[sizeof(c->loads)];

	memcpy(id, &c->loads, sizeof(id));
	SSL_CTX_set_session_id_context(ctx, id, sizeof(id));
	SSL_CTX_set_cert_cb(ctx, on_handshake, c);
	if (c->files.client_ca != NULL)
		SSL_CTX_set_verify(ctx, SSL_VERIFY_PEER |
		    SSL_VERIFY_FAIL_IF_NO_PEER_CERT, NULL);
}

void
cert_done(struct cert *c)
{
	SSL_CTX_free(c->now);
}
