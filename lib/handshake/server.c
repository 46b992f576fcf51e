/* server.c - the handshake as the server checks and answers it. */
#include <assert.h>
#include <string.h>

#include "base64.h"
#include "digest.h"
#include "own.h"

#define MAGIC "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"	/* section 1.3 */

/* Sixteen bytes in canonical base64? */
static int
is_key(struct span key)
{
	struct buf bytes;
	int good;

	if (key.n != HANDSHAKE_KEY_SIZE - 1)
		return 0;
	buf_init(&bytes, HANDSHAKE_KEY_SIZE);
	good = base64_decode(&bytes, key) == 0 && bytes.n == KEY_BYTES;
	buf_done(&bytes);
	return good;
}

/* Are all that the client offers names of subprotocols? */
static int
protocols_are_tokens(const struct http1_head *head)
{
	size_t i;

	for (i = 0; i < head->nfields; i++) {
		struct span list = head->fields[i].value, element;

		if (!span_case_eq(head->fields[i].name,
		    SPAN("Sec-WebSocket-Protocol")))
			continue;
		while (span_item(&list, ',', &element)) {
			element = span_trim(element);
			if (element.n > 0 && !http1_is_token(element))
				return 0;
		}
	}
	return 1;
}

static int
refuse(const char **reason, const char *what)
{
	*reason = what;
	return 400;
}

int
handshake_add_accept(struct buf *out, struct span key)
{
	unsigned char digest[DIGEST_SHA1_SIZE];
	char text[HANDSHAKE_KEY_SIZE + sizeof(MAGIC)];

	assert(key.n < HANDSHAKE_KEY_SIZE);
	memcpy(text, key.p, key.n);
	memcpy(text + key.n, MAGIC, sizeof(MAGIC) - 1);
	digest_sha1(digest, span_of(text, key.n + sizeof(MAGIC) - 1));
	return base64_encode(out, span_of(digest, sizeof(digest)));
}

int
handshake_wanted(const struct http1_head *head)
{
	struct span key;

	/* A key without Upgrade is what a proxy leaves that was not told to
	 * pass websockets on: better refused with a reason than taken for
	 * a page's request. */
	return http1_has_token(head, "Upgrade", "websocket") ||
	    http1_field(head, "Sec-WebSocket-Key", &key) > 0;
}

int
handshake_refusal(const struct http1_head *head, struct span *key,
    const char **reason)
{
	struct span version, host;

	if (!span_eq(head->method, SPAN("GET"))) {
		*reason = "a websocket handshake is a GET";
		return 405;
	}
	if (head->minor < 1)
		return refuse(reason, "a websocket needs HTTP/1.1");
	if (span_eq(head->target, SPAN("*")))
		return refuse(reason, "a websocket has a path");
	if (http1_field(head, "Host", &host) != 1)
		return refuse(reason, "one Host is needed, and only one");
	if (!http1_has_token(head, "Upgrade", "websocket"))
		return refuse(reason, "no Upgrade: websocket "
		    "(a proxy on the way may have taken it out)");
	if (!http1_has_token(head, "Connection", "upgrade"))
		return refuse(reason, "no Connection: Upgrade "
		    "(a proxy on the way may have taken it out)");
	if (http1_field(head, "Sec-WebSocket-Version", &version) != 1 ||
	    !span_eq(version, SPAN("13"))) {
		*reason = "only version 13 of the websocket protocol is known";
		return 426;
	}
	if (http1_field(head, "Sec-WebSocket-Key", key) != 1 || !is_key(*key))
		return refuse(reason, "Sec-WebSocket-Key is not "
		    "16 bytes in base64, given once");
	if (head->chunked || head->length > 0)
		return refuse(reason, "a websocket handshake has no body");
	if (!protocols_are_tokens(head))
		return refuse(reason, "Sec-WebSocket-Protocol is not a list");
	return 0;
}

int
handshake_accept(struct buf *out, struct span key, struct span protocol,
    const struct handshake_deflate *deflate)
{
	size_t before = out->n;

	if (buf_adds(out, "HTTP/1.1 101 Switching Protocols\r\n"
	    "Upgrade: websocket\r\nConnection: Upgrade\r\n"
	    "Sec-WebSocket-Accept: ") == 0 &&
	    handshake_add_accept(out, key) == 0 && buf_adds(out, "\r\n") == 0 &&
	    (protocol.n == 0 ||
	    (buf_adds(out, "Sec-WebSocket-Protocol: ") == 0 &&
	    buf_add(out, protocol) == 0 && buf_adds(out, "\r\n") == 0)) &&
	    (deflate == NULL || handshake_add_deflate(out, deflate) == 0) &&
	    buf_adds(out, "\r\n") == 0)
		return 0;
	buf_trim(out, before);
	return -1;
}

/* Host and port without the port that the scheme implies. */
static struct span
without_port(struct span host, struct span port)
{
	if (host.n > port.n &&
	    span_eq(span_from(host, host.n - port.n), port))
		host.n -= port.n;
	return host;
}

int
handshake_same_origin(const struct http1_head *head)
{
	struct span origin, host, port;
	size_t n = http1_field(head, "Origin", &origin);

	if (n == 0)
		return 1;
	if (n > 1 || http1_field(head, "Host", &host) != 1 || host.n == 0)
		return 0;
	if (origin.n > 7 && strncasecmp(origin.p, "http://", 7) == 0) {
		origin = span_from(origin, 7);
		port = SPAN(":80");
	} else if (origin.n > 8 && strncasecmp(origin.p, "https://", 8) == 0) {
		origin = span_from(origin, 8);
		port = SPAN(":443");
	} else {
		return 0;
	}
	return span_case_eq(without_port(origin, port),
	    without_port(host, port));
}
