/* listen/tls.c - streams with TLS: libwebsockets' RAW role on our loop.
 *
 * It does the handshake, reads, and polls; what is sent goes to OpenSSL
 * itself.
 *
 * Traps of libwebsockets 4.1.6 that shape this file:
 *  - a write that the socket does not take whole is copied and kept by the
 *    library, and while it has such a rest it does not read, but spins on
 *    input that waits, and in the end loses the connection: so no lws_write;
 *  - a connection is closed from outside its callbacks only by
 *    LWS_TO_KILL_SYNC, from within only by returning -1;
 *  - it ends each TLS connection timeout_secs after its handshake, but only
 *    while the loop has something to do: ours are the user's, so that one
 *    is put off and then taken back;
 *  - the context is destroyed twice, the second time after the loop has
 *    drained, or it leaks.
 */
#include <sys/socket.h>

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <libwebsockets.h>
#include <openssl/err.h>
#include <openssl/ssl.h>

#include "listen/own.h"

#define PIECE ((size_t)64 * 1024)
#define A_DAY (24 * 3600)

struct tls {
	struct lws_context *context;
	struct lws_vhost *vhost;
	SSL_CTX *ctx;		/* the vhost's */
	struct cert cert;
	struct loop *loop;
	void *loops[1];		/* its uv_loop_t, as the library wants it */
};

struct secure {
	struct lws *wsi;	/* NULL once it is closed */
	struct stream *stream;	/* NULL once it is freed */
	struct loop *loop;
	struct loop_task fail;
	int busy, dead;
	int settled;		/* the handshake is over, and its timeout */
	loop_fn gone;
	void *arg;
};

static void
tell_failure(struct secure *c)
{
	struct why why;

	why_set(&why, STATUS_LOST, "connection lost");
	if (c->stream != NULL)
		stream_failed(c->stream, &why);
}

static void
on_fail(void *arg)
{
	tell_failure(arg);
}

/* ---- what the stream asks ---- */

static ssize_t
tls_send(void *arg, struct span s)
{
	struct secure *c = arg;
	SSL *ssl = c->wsi == NULL ? NULL : lws_get_ssl(c->wsi);
	int n;

	if (ssl == NULL || c->dead)
		return -1;
	ERR_clear_error();
	n = SSL_write(ssl, s.p, s.n < PIECE ? (int)s.n : (int)PIECE);
	if (n > 0)
		return n;
	/* It would only want to read amid a renegotiation, which no peer can
	 * begin. */
	if (SSL_get_error(ssl, n) == SSL_ERROR_WANT_WRITE) {
		lws_callback_on_writable(c->wsi);
		return 0;
	}
	c->dead = 1;
	loop_task_schedule(c->loop, &c->fail);
	return -1;
}

static void
tls_read(void *arg, int on)
{
	struct secure *c = arg;

	if (c->wsi != NULL)
		lws_rx_flow_control(c->wsi, on);
}

/* close_notify: our direction ends (RFC 8446 section 6.1). */
static void
tls_shut(void *arg)
{
	struct secure *c = arg;

	if (c->wsi != NULL && lws_get_ssl(c->wsi) != NULL)
		SSL_shutdown(lws_get_ssl(c->wsi));
}

static void
destroy(struct secure *c)
{
	loop_task_cancel(&c->fail);
	c->gone(c->arg);
	free(c);
}

static void
tls_stream_free(void *arg)
{
	struct secure *c = arg;

	c->stream = NULL;
	if (c->wsi == NULL && !c->busy) {
		destroy(c);
		return;
	}
	if (c->wsi == NULL || c->busy)
		return;		/* the callback under way sees to it */
	shutdown(lws_get_socket_fd(c->wsi), SHUT_RDWR);
	lws_set_timeout(c->wsi, PENDING_TIMEOUT_USER_OK, LWS_TO_KILL_SYNC);
}

static const struct stream_carrier tls_carrier = {
	tls_send, tls_read, tls_shut, tls_stream_free
};

/* ---- what libwebsockets tells ---- */

static void
closed(struct secure *c)
{
	c->wsi = NULL;
	if (c->stream != NULL) {
		c->busy++;
		stream_failed(c->stream, NULL);
		c->busy--;
	}
	if (c->stream == NULL && !c->busy)
		destroy(c);
}

/* 0, or -1 to have the connection closed. */
static int
serve(struct secure *c, enum lws_callback_reasons reason, void *in,
    size_t n)
{
	c->busy++;
	if (!c->settled)
		lws_set_timeout(c->wsi, NO_PENDING_TIMEOUT, 0);
	c->settled = 1;
	if (c->stream != NULL && reason == LWS_CALLBACK_RAW_RX)
		stream_received(c->stream, span_of(in, n));
	else if (c->stream != NULL && reason == LWS_CALLBACK_RAW_WRITEABLE)
		stream_writable(c->stream);
	c->busy--;
	return c->stream == NULL ? -1 : 0;
}

static int
on_event(struct lws *wsi, enum lws_callback_reasons reason, void *user,
    void *in, size_t n)
{
	struct secure *c;

	switch (reason) {
	case LWS_CALLBACK_OPENSSL_LOAD_EXTRA_SERVER_VERIFY_CERTS:
		/* user is the vhost's SSL_CTX.  A write need not be taken
		 * whole, nor be repeated from the same place; and an idle
		 * connection keeps no buffers (32 KB each). */
		SSL_CTX_set_mode(user, SSL_MODE_ENABLE_PARTIAL_WRITE |
		    SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
		    SSL_MODE_RELEASE_BUFFERS);
		((struct tls *)lws_get_vhost_user(in))->ctx = user;
		return 0;
	case LWS_CALLBACK_RAW_RX:
	case LWS_CALLBACK_RAW_WRITEABLE:
		c = lws_get_opaque_user_data(wsi);
		return c == NULL ? -1 : serve(c, reason, in, n);
	case LWS_CALLBACK_RAW_CLOSE:
	case LWS_CALLBACK_WSI_DESTROY:
		/* 4.1.6 tells of the end of one whose TLS handshake failed
		 * only by the latter. */
		c = lws_get_opaque_user_data(wsi);
		lws_set_opaque_user_data(wsi, NULL);
		if (c != NULL)
			closed(c);
		return 0;
	default:
		return 0;
	}
}

/* ---- making ---- */

static const struct lws_protocols protocols[] = {
	{ .name = "raw", .callback = on_event, .rx_buffer_size = PIECE,
	    .tx_packet_size = PIECE },
	{ .name = NULL }
};

static const lws_retry_bo_t no_policy = { .retry_ms_table = NULL };

static int
make_vhost(struct tls *t, struct lws_context_creation_info *info)
{
	info->port = CONTEXT_PORT_NO_LISTEN_SERVER;
	info->vhost_name = "hookline";
	info->user = t;
	info->ssl_cert_filepath = t->cert.files.cert;
	info->ssl_private_key_filepath = t->cert.files.key;
	info->ssl_options_set = SSL_OP_NO_SSLv3 | SSL_OP_NO_TLSv1 |
	    SSL_OP_NO_TLSv1_1;
	info->alpn = "http/1.1";
	t->vhost = lws_create_vhost(t->context, info);
	if (t->vhost == NULL || t->ctx == NULL)
		return -1;
	cert_serve(&t->cert, t->ctx);
	return 0;
}

struct tls *
tls_new(struct loop *l, const struct listen_tls *files, struct why *why)
{
	struct lws_context_creation_info info;
	struct tls *t = calloc(1, sizeof(*t));

	if (t == NULL) {
		why_errno(why, STATUS_TLS, "TLS");
		return NULL;
	}
	t->cert.files = *files;
	if (cert_load(&t->cert, why) == -1) {
		tls_free(t);
		return NULL;
	}
	lws_set_log_level(0, NULL);
	memset(&info, 0, sizeof(info));
	t->loop = l;
	t->loops[0] = loop_native(l);
	info.foreign_loops = t->loops;
	info.options = LWS_SERVER_OPTION_LIBUV |
	    LWS_SERVER_OPTION_EXPLICIT_VHOSTS |
	    LWS_SERVER_OPTION_DO_SSL_GLOBAL_INIT;
	info.port = CONTEXT_PORT_NO_LISTEN;
	info.protocols = protocols;
	info.pt_serv_buf_size = PIECE;
	info.timeout_secs = A_DAY;
	info.retry_and_idle_policy = &no_policy;
	t->context = lws_create_context(&info);
	if (t->context == NULL || make_vhost(t, &info) != 0) {
		why_set(why, STATUS_TLS, t->context == NULL ?
		    "libwebsockets does not start (is the package "
		    "libwebsockets-evlib-uv installed?)" :
		    "libwebsockets does not take %s and %s", files->cert,
		    files->key);
		tls_free(t);
		return NULL;
	}
	return t;
}

int
tls_reload(struct tls *t, struct why *why)
{
	if (cert_load(&t->cert, why) == -1)
		return -1;
	cert_serve(&t->cert, t->ctx);
	return 0;
}

static struct secure *
secure_new(struct loop *l, const char *remote)
{
	struct secure *c = calloc(1, sizeof(*c));

	if (c == NULL)
		return NULL;
	c->loop = l;
	loop_task_init(&c->fail, on_fail, c);
	c->stream = stream_new(l, &tls_carrier, c, remote, 1);
	if (c->stream != NULL)
		return c;
	free(c);
	return NULL;
}

static void
ignore(void *unused)
{
	(void)unused;
}

struct stream *
tls_stream(struct tls *t, int fd, const char *remote, loop_fn gone,
    void *arg)
{
	struct secure *c = secure_new(t->loop, remote);
	lws_adopt_desc_t d;

	if (c == NULL) {
		close(fd);
		return NULL;
	}
	memset(&d, 0, sizeof(d));
	d.vh = t->vhost;
	d.type = LWS_ADOPT_SOCKET | LWS_ADOPT_ALLOW_SSL;
	d.fd.sockfd = fd;
	d.vh_prot_name = protocols[0].name;
	d.opaque = c;
	c->gone = ignore;
	c->arg = arg;
	c->busy = 1;
	c->wsi = lws_adopt_descriptor_vhost_via_info(&d);
	c->busy = 0;
	if (c->wsi == NULL) {		/* the descriptor is closed */
		stream_free(c->stream);
		return NULL;
	}
	c->gone = gone;
	return c->stream;
}

/* Twice: the library frees the rest once its handles have been closed. */
void
tls_free(struct tls *t)
{
	if (t == NULL)
		return;
	if (t->context != NULL) {
		lws_context_destroy(t->context);
		loop_drain(t->loop);
		lws_context_destroy(t->context);
	}
	cert_done(&t->cert);
	free(t);
}
