/* forwarded.c - whatever a client outside sends, it is the client that the
 * proxy in front of us has seen, or nobody but the proxy. */
#include <stdio.h>
#include <stdint.h>
#include <stdlib.h>

#include "forwarded.h"

#define REAL "203.0.113.9"
#define PROXY "10.0.0.1:4711"

static void
must(int so)
{
	if (!so)
		abort();
}

/* The client's fields, lines "Name: value", and room for one more. */
static void
parse(struct http1_head *head, struct span text)
{
	while (text.n > 0 && head->nfields < HTTP1_MAX_FIELDS - 1) {
		struct http1_field *f = &head->fields[head->nfields++];
		const char *end = memchr(text.p, '\n', text.n), *colon;
		size_t n = end == NULL ? text.n : (size_t)(end - text.p);

		colon = n > 0 ? memchr(text.p, ':', n) : NULL;
		f->name = f->value = span_of(text.p, n);
		if (colon != NULL) {
			f->name.n = (size_t)(colon - text.p);
			f->value = span_from(f->value, f->name.n + 1);
		}
		text = span_from(text, end == NULL ? n : n + 1);
	}
}

/* The proxy adds its line behind the client's, or to the end of the last. */
static void
behind(const struct forwarded *f, struct http1_head *head, const char *name,
    const char *value)
{
	char out[FORWARDED_SIZE];
	const char *client;

	head->fields[head->nfields++] = (struct http1_field){ span_str(name),
		span_str(value) };
	client = forwarded_client(f, head, PROXY, out);
	must(strcmp(client, REAL) == 0 || strcmp(client, PROXY) == 0);
	head->nfields--;
}

static void
appended(const struct forwarded *f, struct http1_head *head)
{
	char out[FORWARDED_SIZE], line[4096];
	const char *client;
	struct http1_field *last;
	struct span whole;

	if (head->nfields == 0)
		return;
	last = &head->fields[head->nfields - 1];
	whole = last->value;
	if (!span_case_eq(last->name, SPAN("X-Forwarded-For")) ||
	    whole.n > 4000)
		return;
	last->value = span_of(line, (size_t)sprintf(line, "%.*s, " REAL,
	    (int)whole.n, whole.p));
	client = forwarded_client(f, head, PROXY, out);
	must(strcmp(client, REAL) == 0 || strcmp(client, PROXY) == 0);
	last->value = whole;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct http1_head head;
	const char *trusted[] = { "10.0.0.0/8", "2001:db8::/32" };
	const struct opt_list list = { trusted, 2 };
	char out[FORWARDED_SIZE];
	struct forwarded f;
	struct cidr_ip ip;
	struct span port;

	head.nfields = 0;
	parse(&head, span_of(data, size));
	must(forwarded_init(&f, &list, NULL) == 0);
	must(strcmp(forwarded_client(&f, &head, "192.0.2.1:5", out),
	    "192.0.2.1:5") == 0);
	must(cidr_peer_parse(&ip, span_str(forwarded_client(&f, &head, PROXY,
	    out)), &port) == 0);
	behind(&f, &head, "X-Forwarded-For", REAL);
	behind(&f, &head, "Forwarded", "for=" REAL);
	appended(&f, &head);
	forwarded_done(&f);
	return 0;
}
