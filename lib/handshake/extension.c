/* extension.c - permessage-deflate, as it is offered and agreed on.
 *
 * An offer with anything in it that isn't known, or is there twice, is passed
 * over; an answer like that is not valid (RFC 7692 section 7.1).
 */
#include <string.h>

#include "own.h"

#define NAME "permessage-deflate"

struct reader {
	struct span rest;
	int is_bad;
};

static void
skip_blanks(struct reader *r)
{
	while (r->rest.n > 0 && (*r->rest.p == ' ' || *r->rest.p == '\t'))
		r->rest = span_from(r->rest, 1);
}

/* Is that the next character?  Takes it. */
static int
take(struct reader *r, char c)
{
	skip_blanks(r);
	if (r->rest.n == 0 || *r->rest.p != c)
		return 0;
	r->rest = span_from(r->rest, 1);
	skip_blanks(r);
	return 1;
}

static struct span
take_token(struct reader *r)
{
	struct span s = r->rest;

	s.n = 0;
	while (s.n < r->rest.n && http1_is_token(span_of(s.p + s.n, 1)))
		s.n++;
	r->rest = span_from(r->rest, s.n);
	if (s.n == 0)
		r->is_bad = 1;
	return s;
}

/* A token, or one in quotes (RFC 6455 section 9.1). */
static struct span
take_value(struct reader *r)
{
	struct span s;
	int quoted = take(r, '"');

	s = take_token(r);
	if (quoted && (r->rest.n == 0 || *r->rest.p != '"'))
		r->is_bad = 1;
	else if (quoted)
		r->rest = span_from(r->rest, 1);
	return s;
}

/* 8 to 15, without zeros in front; or 0. */
static int
to_bits(struct span s)
{
	int bits = 0;

	if (s.n == 1 && s.p[0] >= '8' && s.p[0] <= '9')
		bits = s.p[0] - '0';
	else if (s.n == 2 && s.p[0] == '1' && s.p[1] >= '0' && s.p[1] <= '5')
		bits = 10 + s.p[1] - '0';
	return bits;
}

/* What is said of one side: the prefix of its two parameters. */
struct said {
	int no_takeover;
	int bits;		/* 0: not said; -1: said without them */
};

/* `..._no_context_takeover` or `..._max_window_bits` of that side.  -1: it is
 * not, or is there twice, or has a value it can't have. */
static int
hear(struct said *s, struct span name, struct span value, int may_lack_bits)
{
	if (span_eq(name, SPAN("_no_context_takeover"))) {
		if (value.p != NULL || s->no_takeover)
			return -1;
		s->no_takeover = 1;
		return 0;
	}
	if (!span_eq(name, SPAN("_max_window_bits")) || s->bits != 0)
		return -1;
	if (value.p == NULL)
		s->bits = may_lack_bits ? -1 : 0;
	else
		s->bits = to_bits(value);
	return s->bits == 0 ? -1 : 0;
}

/* The parameters behind the name.  Takes them all; -1 where one is wrong. */
static int
hear_all(struct reader *r, struct said *client, struct said *server,
    int is_offer)
{
	const size_t side = sizeof("client") - 1;
	int rc = 0;

	*client = *server = (struct said){ 0 };
	while (take(r, ';')) {
		struct span name = take_token(r), value = { NULL, 0 };

		if (take(r, '='))
			value = take_value(r);
		if (name.n > side && memcmp(name.p, "client", side) == 0)
			rc |= hear(client, span_from(name, side), value,
			    is_offer);
		else if (name.n > side && memcmp(name.p, "server", side) == 0)
			rc |= hear(server, span_from(name, side), value, 0);
		else
			rc = -1;
	}
	return r->is_bad ? -1 : rc;
}

static int
bits_or_most(int bits)
{
	return bits > 0 ? bits : DEFLATE_BITS_MAX;
}

/* The first offer in a field's list that can be met. */
static int
choose(struct span list, struct handshake_deflate *out)
{
	struct reader r = { list, 0 };
	struct said client, server;

	for (;;) {
		struct span name;
		int is_good;

		while (take(&r, ','))
			;
		name = take_token(&r);
		is_good = hear_all(&r, &client, &server, 1) == 0;
		if (r.is_bad || (r.rest.n > 0 && !take(&r, ',')))
			return 0;
		if (!is_good || !span_case_eq(name, SPAN(NAME)))
			continue;
		*out = (struct handshake_deflate){ .is_agreed = 1,
			.params = { { 0, bits_or_most(client.bits) },
			    { 0, bits_or_most(server.bits) } },
			.asked_bits = server.bits > 0 };
		return 1;
	}
}

void
handshake_choose_deflate(const struct http1_head *head,
    struct handshake_deflate *out)
{
	size_t i;

	*out = (struct handshake_deflate){ 0 };
	for (i = 0; i < head->nfields; i++)
		if (span_case_eq(head->fields[i].name,
		    SPAN("Sec-WebSocket-Extensions")) &&
		    choose(head->fields[i].value, out))
			return;
}

int
handshake_add_deflate(struct buf *out, const struct handshake_deflate *d)
{
	if (!d->is_agreed)
		return 0;
	if (buf_adds(out, "Sec-WebSocket-Extensions: " NAME
	    "; server_no_context_takeover; client_no_context_takeover") == -1)
		return -1;
	if (d->asked_bits && buf_addf(out, "; server_max_window_bits=%d",
	    d->params.server.bits) == -1)
		return -1;
	return buf_adds(out, "\r\n");
}

int
handshake_read_deflate(struct span answer, struct deflate_params *p)
{
	struct reader r = { answer, 0 };
	struct said client, server;

	skip_blanks(&r);
	if (!span_case_eq(take_token(&r), SPAN(NAME)) ||
	    hear_all(&r, &client, &server, 0) == -1 || r.rest.n > 0)
		return -1;
	*p = (struct deflate_params){
		{ !client.no_takeover, bits_or_most(client.bits) },
		{ !server.no_takeover, bits_or_most(server.bits) }
	};
	return 0;
}
