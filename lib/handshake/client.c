/* client.c - the handshake as the client asks for it and looks at the answer.
 *
 * What a user adds with a header of his own replaces our field of that name;
 * an empty value leaves the field out, as with curl.  The fields that make
 * the handshake what it is are not his to set: a wrong one would only fail
 * later, and less clearly.
 */
#include <string.h>

#include "base64.h"
#include "digest.h"
#include "own.h"

static const char *const ours_alone[] = {
	"Connection", "Content-Length", "Expect", "Keep-Alive",
	"Sec-WebSocket-Accept", "Sec-WebSocket-Extensions",
	"Sec-WebSocket-Key", "Sec-WebSocket-Protocol",
	"Sec-WebSocket-Version", "TE", "Trailer", "Transfer-Encoding",
	"Upgrade",
};

/* And may it stand in the request line? */
static int
is_word(struct span s)
{
	return s.n > 0 && http1_is_value(s) && memchr(s.p, ' ', s.n) == NULL &&
	    memchr(s.p, '\t', s.n) == NULL;
}

static int
is_ours_alone(struct span name)
{
	size_t i;

	for (i = 0; i < sizeof(ours_alone) / sizeof(*ours_alone); i++)
		if (span_case_eq(name, span_str(ours_alone[i])))
			return 1;
	return 0;
}

/* How many of the user's headers have that name. */
static size_t
count_given(const struct handshake_ask *ask, struct span name)
{
	size_t i, n = 0;

	for (i = 0; i < ask->nheaders; i++)
		if (span_case_eq(ask->headers[i].name, name))
			n++;
	return n;
}

static int
check_header(const struct handshake_ask *ask, const struct http1_field *f,
    struct why *why)
{
	const int n = (int)f->name.n;

	if (!http1_is_token(f->name) || !http1_is_value(f->value))
		return why_set(why, STATUS_USAGE, "%.*s: not a header", n,
		    f->name.p);
	if (is_ours_alone(f->name))
		return why_set(why, STATUS_USAGE,
		    "%.*s: the handshake sets this field itself", n,
		    f->name.p);
	if (span_case_eq(f->name, SPAN("Host")) &&
	    (f->value.n == 0 || count_given(ask, f->name) > 1))
		return why_set(why, STATUS_USAGE,
		    "%.*s: one Host is needed, and only one", n, f->name.p);
	return 0;
}

/* Is it a token, and none of those before it? */
static int
check_protocol(const struct handshake_ask *ask, size_t i, struct why *why)
{
	struct span p = span_str(ask->protocols[i]);
	size_t j;

	if (!http1_is_token(p))
		return why_set(why, STATUS_USAGE,
		    "%s: a subprotocol has no such name", ask->protocols[i]);
	for (j = 0; j < i; j++)
		if (span_eq(p, span_str(ask->protocols[j])))
			return why_set(why, STATUS_USAGE,
			    "%s: the subprotocol is there twice",
			    ask->protocols[i]);
	return 0;
}

static int
check_ask(const struct handshake_ask *ask, struct why *why)
{
	size_t i;

	if (!is_word(ask->target) || !is_word(ask->host))
		return why_set(why, STATUS_USAGE,
		    "the URL holds white space or control characters");
	if (ask->origin != NULL && !is_word(span_str(ask->origin)))
		return why_set(why, STATUS_USAGE,
		    "%s: not an origin", ask->origin);
	for (i = 0; i < ask->nprotocols; i++)
		if (check_protocol(ask, i, why) == -1)
			return -1;
	for (i = 0; i < ask->nheaders; i++)
		if (check_header(ask, &ask->headers[i], why) == -1)
			return -1;
	return 0;
}

static int
add_field(struct buf *out, struct span name, struct span value)
{
	return buf_add(out, name) == -1 || buf_adds(out, ": ") == -1 ||
	    buf_add(out, value) == -1 || buf_adds(out, "\r\n") == -1 ? -1 : 0;
}

/* A field of ours, unless the user gave one of that name. */
static int
add_default(struct buf *out, const struct handshake_ask *ask,
    const char *name, struct span value)
{
	if (count_given(ask, span_str(name)) > 0)
		return 0;
	return add_field(out, span_str(name), value);
}

static int
add_protocols(struct buf *out, const struct handshake_ask *ask)
{
	size_t i;

	for (i = 0; i < ask->nprotocols; i++)
		if (buf_adds(out, i == 0 ? "Sec-WebSocket-Protocol: " :
		    ", ") == -1 || buf_adds(out, ask->protocols[i]) == -1)
			return -1;
	return i > 0 ? buf_adds(out, "\r\n") : 0;
}

static int
add_given(struct buf *out, const struct handshake_ask *ask)
{
	const struct http1_field *f = ask->headers;
	size_t i;

	for (i = 0; i < ask->nheaders; i++)
		if (f[i].value.p != NULL &&
		    add_field(out, f[i].name, f[i].value) == -1)
			return -1;
	return 0;
}

static int
add_request(struct buf *out, const struct handshake_ask *ask)
{
	if (buf_adds(out, "GET ") == -1 || buf_add(out, ask->target) == -1 ||
	    buf_adds(out, " HTTP/1.1\r\n") == -1 ||
	    add_default(out, ask, "Host", ask->host) == -1 ||
	    add_default(out, ask, "User-Agent",
	    SPAN("hookline/" HOOKLINE_VERSION)) == -1 ||
	    buf_adds(out, "Upgrade: websocket\r\nConnection: Upgrade\r\n"
	    "Sec-WebSocket-Version: 13\r\n") == -1 ||
	    add_field(out, SPAN("Sec-WebSocket-Key"),
	    span_str(ask->key)) == -1)
		return -1;
	if (ask->origin != NULL &&
	    add_default(out, ask, "Origin", span_str(ask->origin)) == -1)
		return -1;
	if (ask->deflate && buf_adds(out, "Sec-WebSocket-Extensions: "
	    "permessage-deflate; client_max_window_bits\r\n") == -1)
		return -1;
	if (add_protocols(out, ask) == -1 || add_given(out, ask) == -1)
		return -1;
	return buf_adds(out, "\r\n");
}

void
handshake_key(char key[HANDSHAKE_KEY_SIZE])
{
	unsigned char bytes[KEY_BYTES];
	struct buf text;

	digest_random(bytes, sizeof(bytes));
	buf_init(&text, HANDSHAKE_KEY_SIZE);
	/* Without memory there is no key; the request then says so. */
	key[0] = '\0';
	if (base64_encode(&text, span_of(bytes, sizeof(bytes))) == 0) {
		memcpy(key, text.p, text.n);
		key[text.n] = '\0';
	}
	buf_done(&text);
}

int
handshake_request(struct buf *out, const struct handshake_ask *ask,
    struct why *why)
{
	size_t before = out->n;

	if (check_ask(ask, why) == -1)
		return -1;
	if (ask->key[0] == '\0' || add_request(out, ask) == -1) {
		buf_trim(out, before);
		return why_set(why, STATUS_UNREACHABLE,
		    "the handshake's request: out of memory");
	}
	return 0;
}

static int
invalid(struct why *why, const char *what)
{
	return why_set(why, STATUS_PROTOCOL,
	    "the server's handshake is not valid: %s", what);
}

/* The subprotocol the server chose, if any. */
static int
check_chosen(const struct http1_head *head, const struct handshake_ask *ask,
    struct span *protocol, struct why *why)
{
	size_t i, n;

	n = http1_field(head, "Sec-WebSocket-Protocol", protocol);
	if (n == 0) {
		*protocol = SPAN("");
		return 0;
	}
	if (n > 1)
		return invalid(why, "more than one subprotocol");
	for (i = 0; i < ask->nprotocols; i++)
		if (span_eq(*protocol, span_str(ask->protocols[i])))
			return 0;
	return invalid(why, "a subprotocol that was not asked for");
}

/* What the server says to our offer. */
static int
check_extensions(const struct http1_head *head,
    const struct handshake_ask *ask, struct handshake_deflate *deflate,
    struct why *why)
{
	struct span value;
	size_t n = http1_field(head, "Sec-WebSocket-Extensions", &value);

	*deflate = (struct handshake_deflate){ 0 };
	if (n == 0 || (n == 1 && value.n == 0))
		return 0;
	if (!ask->deflate)
		return invalid(why, "an extension that was not asked for");
	if (n > 1 || handshake_read_deflate(value, &deflate->params) == -1)
		return invalid(why, "an extension or parameters that were not "
		    "asked for");
	deflate->is_agreed = 1;
	return 0;
}

static int
is_accept_of(struct span accept, const char *key)
{
	struct buf want;
	int same;

	buf_init(&want, ACCEPT_SIZE);
	same = handshake_add_accept(&want, span_str(key)) == 0 &&
	    span_eq(accept, buf_span(&want));
	buf_done(&want);
	return same;
}

static int
refused(const struct http1_head *head, struct why *why)
{
	return why_set(why, STATUS_REFUSED, "the server answered %d%s%.*s",
	    head->status, head->reason.n > 0 ? " " : "",
	    head->reason.n > 100 ? 100 : (int)head->reason.n,
	    head->reason.p != NULL ? head->reason.p : "");
}

int
handshake_check(const struct http1_head *head,
    const struct handshake_ask *ask, struct span *protocol,
    struct handshake_deflate *deflate, struct why *why)
{
	struct span value;

	if (head->status != 101)
		return refused(head, why);
	if (head->minor < 1)
		return invalid(why, "HTTP/1.0");
	if (http1_field(head, "Upgrade", &value) != 1 ||
	    !span_case_eq(value, SPAN("websocket")))
		return invalid(why, "no Upgrade: websocket");
	if (!http1_has_token(head, "Connection", "upgrade"))
		return invalid(why, "no Connection: Upgrade");
	if (http1_field(head, "Sec-WebSocket-Accept", &value) != 1 ||
	    !is_accept_of(value, ask->key))
		return invalid(why, "Sec-WebSocket-Accept does not match");
	if (check_extensions(head, ask, deflate, why) == -1)
		return -1;
	return check_chosen(head, ask, protocol, why);
}
