/* handshake_deflate.c - permessage-deflate: which offers are met, and which
 * answers are valid (RFC 7692 sections 5 and 7.1). */
#include <stdio.h>

#include "check.h"
#include "handshake.h"

#define KEY "dGhlIHNhbXBsZSBub25jZQ=="
#define E "Sec-WebSocket-Extensions: "
#define PD "permessage-deflate"

/* The client's fields; bits of client and server, or 0, 0: no offer is met. */
static const struct {
	const char *fields;
	int client, server;
	const char *answer;		/* behind what is always said */
} offers[] = {
	{ "", 0, 0, NULL },
	{ E PD "\r\n", 15, 15, "" },
	{ "sec-websocket-extensions: Permessage-Deflate\r\n", 15, 15, "" },
	{ E PD "; client_max_window_bits\r\n", 15, 15, "" },
	{ E PD ";client_max_window_bits=10\r\n", 10, 15, "" },
	{ E PD " ; client_max_window_bits = \"9\" \r\n", 9, 15, "" },
	{ E PD "; server_max_window_bits=9\r\n", 15, 9,
	    "; server_max_window_bits=9" },
	{ E PD "; server_max_window_bits=15\r\n", 15, 15,
	    "; server_max_window_bits=15" },
	{ E PD "; server_no_context_takeover; client_no_context_takeover\r\n",
	    15, 15, "" },
	/* The first that can be met, of one field or several. */
	{ E "x-other; a=1, " PD "; server_max_window_bits=10, " PD "\r\n",
	    15, 10, "; server_max_window_bits=10" },
	{ E PD "; server_max_window_bits=7, " PD "\r\n", 15, 15, "" },
	{ E "foo\r\n" E PD "\r\n", 15, 15, "" },
	{ E ", ," PD ",\r\n", 15, 15, "" },
	/* Not known, twice, or not a value it can have. */
	{ E "permessage-bzip2\r\n", 0, 0, NULL },
	{ E PD "; unknown\r\n", 0, 0, NULL },
	{ E PD "; client_x\r\n", 0, 0, NULL },
	{ E PD "; client\r\n", 0, 0, NULL },
	{ E PD "; server_max_window_bits\r\n", 0, 0, NULL },
	{ E PD "; server_max_window_bits=16\r\n", 0, 0, NULL },
	{ E PD "; server_max_window_bits=7\r\n", 0, 0, NULL },
	{ E PD "; server_max_window_bits=09\r\n", 0, 0, NULL },
	{ E PD "; server_max_window_bits=9; server_max_window_bits=9\r\n",
	    0, 0, NULL },
	{ E PD "; client_max_window_bits=0\r\n", 0, 0, NULL },
	{ E PD "; client_max_window_bits; client_max_window_bits\r\n",
	    0, 0, NULL },
	{ E PD "; server_no_context_takeover=1\r\n", 0, 0, NULL },
	{ E PD "; server_no_context_takeover; server_no_context_takeover\r\n",
	    0, 0, NULL },
	/* Not even a list. */
	{ E PD ";\r\n", 0, 0, NULL },
	{ E PD "; =9\r\n", 0, 0, NULL },
	{ E PD "; server_max_window_bits=\"9\r\n", 0, 0, NULL },
	{ E PD "; server_max_window_bits=\r\n", 0, 0, NULL },
	{ E PD " x\r\n", 0, 0, NULL },
	{ E "\r\n", 0, 0, NULL },
};

static void
choosing(const char *fields, int client, int server, const char *answer)
{
	struct handshake_deflate d;
	struct http1_error e;
	struct http1_head h;
	struct buf out;
	char text[512], want[512];
	size_t seen = 0;

	snprintf(text, sizeof(text), "GET / HTTP/1.1\r\nHost: x\r\n%s\r\n",
	    fields);
	CHECK(http1_request(span_str(text), &seen, sizeof(text), &h, &e) > 0);
	handshake_choose_deflate(&h, &d);
	CHECK(d.is_agreed == (client != 0));
	if (d.is_agreed != (client != 0))
		fprintf(stderr, "%s", fields);
	buf_init(&out, 1024);
	CHECK(handshake_accept(&out, SPAN(KEY), SPAN(""), &d) == 0);
	buf_addc(&out, '\0');
	if (client == 0) {
		CHECK(strstr(out.p, "Extensions") == NULL);
	} else {
		CHECK(d.params.client.bits == client && !d.params.client.keeps);
		CHECK(d.params.server.bits == server && !d.params.server.keeps);
		snprintf(want, sizeof(want), "\r\n" E PD
		    "; server_no_context_takeover"
		    "; client_no_context_takeover%s\r\n\r\n", answer);
		CHECK(strstr(out.p, want) != NULL);
	}
	buf_done(&out);
}

/* The server's field, of a client that offered; client_bits 0: not valid, -1:
 * nothing was agreed on. */
static const struct {
	const char *field;
	int client_keeps, client_bits, server_keeps, server_bits;
} answers[] = {
	{ "", 0, -1, 0, 0 },
	{ E "\r\n", 0, -1, 0, 0 },
	{ E PD "\r\n", 1, 15, 1, 15 },
	{ E PD "; client_max_window_bits=9\r\n", 1, 9, 1, 15 },
	{ E PD "; client_max_window_bits=8\r\n", 1, 8, 1, 15 },
	{ E PD "; server_max_window_bits=12\r\n", 1, 15, 1, 12 },
	{ E PD "; server_no_context_takeover\r\n", 1, 15, 0, 15 },
	{ E PD "; client_no_context_takeover\r\n", 0, 15, 1, 15 },
	{ E PD ";client_no_context_takeover;server_no_context_takeover;"
	    "client_max_window_bits=10;server_max_window_bits=\"11\"\r\n",
	    0, 10, 0, 11 },
	{ E "x-webkit-deflate-frame\r\n", 0, 0, 0, 0 },
	{ E PD ", " PD "\r\n", 0, 0, 0, 0 },
	{ E PD "\r\n" E PD "\r\n", 0, 0, 0, 0 },
	{ E PD "; client_max_window_bits\r\n", 0, 0, 0, 0 },
	{ E PD "; client_max_window_bits=16\r\n", 0, 0, 0, 0 },
	{ E PD "; server_max_window_bits=7\r\n", 0, 0, 0, 0 },
	{ E PD "; unknown=1\r\n", 0, 0, 0, 0 },
	{ E PD "; server_no_context_takeover=true\r\n", 0, 0, 0, 0 },
};

static void
reading(size_t i)
{
	struct handshake_ask ask = { .deflate = 1, .key = KEY };
	struct handshake_deflate d;
	struct http1_error e;
	struct http1_head h;
	struct span protocol;
	struct why why;
	char text[512];
	size_t seen = 0;
	int got;

	snprintf(text, sizeof(text), "HTTP/1.1 101 x\r\n"
	    "Upgrade: websocket\r\nConnection: Upgrade\r\n"
	    "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n%s\r\n",
	    answers[i].field);
	CHECK(http1_response(span_str(text), &seen, sizeof(text), &h, &e) > 0);
	got = handshake_check(&h, &ask, &protocol, &d, &why);
	if (answers[i].client_bits == 0) {
		CHECK(got == -1 && why.status == STATUS_PROTOCOL);
		return;
	}
	CHECK(got == 0 && d.is_agreed == (answers[i].client_bits > 0));
	if (!d.is_agreed)
		return;
	CHECK(d.params.client.keeps == answers[i].client_keeps);
	CHECK(d.params.client.bits == answers[i].client_bits);
	CHECK(d.params.server.keeps == answers[i].server_keeps);
	CHECK(d.params.server.bits == answers[i].server_bits);
}

int
main(void)
{
	size_t i;

	for (i = 0; i < sizeof(offers) / sizeof(offers[0]); i++)
		choosing(offers[i].fields, offers[i].client,
		    offers[i].server, offers[i].answer);
	for (i = 0; i < sizeof(answers) / sizeof(answers[0]); i++)
		reading(i);
	return CHECK_DONE;
}
