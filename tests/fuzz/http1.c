/* http1.c - fuzz target: heads and bodies, of requests and responses.
 *
 * The first byte says request or response (bit 0) and how the rest is cut.
 * However it is cut, the outcome is the same; spans are inside the input; no
 * field holds a line's end or a NUL.
 *
 * clang -g -O1 -D_GNU_SOURCE -fsanitize=fuzzer,address,undefined -Ilib \
 *     tests/fuzz/http1.c lib/http1/[a-z]*.c lib/utf8.c
 */
#include <stdlib.h>

#include "http1.h"

#define MAX_HEAD 512

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

typedef long (*parse_fn)(struct span, size_t *, size_t, struct http1_head *,
    struct http1_error *);

struct outcome {
	long n;			/* of the head */
	int status;
	size_t body;		/* bytes */
	uint32_t sum;
	size_t end;		/* where the message ends; or 0 */
};

static void
must(int so)
{
	if (!so)
		abort();
}

static void
inside(struct span s, struct span in)
{
	must(s.n == 0 || (s.p >= in.p && s.p + s.n <= in.p + in.n));
}

static void
check_head(const struct http1_head *head, struct span in, int response)
{
	size_t i, k;

	must(head->nfields <= HTTP1_MAX_FIELDS && head->length >= -1);
	must(head->minor == 0 || head->minor == 1);
	must(!head->chunked || head->length == -1);
	inside(head->reason, in);
	inside(head->method, in);
	inside(head->target, in);
	for (i = 0; i < head->nfields; i++) {
		inside(head->fields[i].name, in);
		inside(head->fields[i].value, in);
		must(http1_is_token(head->fields[i].name));
		for (k = 0; k < head->fields[i].value.n; k++)
			must(strchr("\r\n", head->fields[i].value.p[k]) ==
			    NULL);
	}
	if (!response) {
		struct span path, query, host;

		must(http1_is_token(head->method) && head->target.n > 0);
		http1_target(head->target, &path, &query);
		must(path.n > 0);
		inside(query, in);
		must(http1_field(head, "Host", &host) <= 1);
	}
}

static void
run_body(const struct http1_head *head, struct span in, size_t at,
    size_t step, struct outcome *o)
{
	struct http1_body b;
	struct http1_error error = { 0, NULL };
	struct span data;
	size_t end = step == 0 ? in.n : at, i;
	long n;

	http1_body_init(&b, head);
	while (!b.done && (at < end || end < in.n)) {
		if (at == end)
			end = in.n - end < step ? in.n : end + step;
		n = http1_body_feed(&b, span_of(in.p + at, end - at), &data,
		    &error);
		if (n < 0) {
			o->status = error.status;
			return;
		}
		must(n > 0 && (size_t)n <= end - at);
		inside(data, in);
		for (i = 0; i < data.n; i++)
			o->sum = o->sum * 31 + (unsigned char)data.p[i];
		o->body += data.n;
		at += (size_t)n;
	}
	o->end = b.done ? at : 0;
}

/* step 0: all at once. */
static void
run(parse_fn parse, struct span in, size_t step, int response,
    struct outcome *o)
{
	static struct http1_head head;
	struct http1_error error = { 0, NULL };
	size_t seen = 0, n = step == 0 ? in.n : 0;

	memset(o, 0, sizeof(*o));
	for (;;) {
		o->n = parse(span_of(in.p, n), &seen, MAX_HEAD, &head,
		    &error);
		if (o->n != HTTP1_MORE || n == in.n)
			break;
		n = in.n - n < step ? in.n : n + step;
	}
	o->status = o->n == HTTP1_BAD ? error.status : 0;
	must(o->n != HTTP1_BAD || (o->status >= 400 && o->status < 600 &&
	    error.reason != NULL));
	if (o->n <= 0)
		return;
	must((size_t)o->n <= in.n && o->n <= MAX_HEAD + 2);
	check_head(&head, span_of(in.p, (size_t)o->n), response);
	run_body(&head, in, (size_t)o->n, step, o);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct outcome whole, cut;
	struct span in;
	int response;

	if (n == 0)
		return 0;
	response = data[0] & 1;
	in = span_of((const char *)data + 1, n - 1);
	run(response ? http1_response : http1_request, in, 0, response,
	    &whole);
	run(response ? http1_response : http1_request, in, 1u + (data[0] >> 1),
	    response, &cut);
	must(whole.n == cut.n && whole.status == cut.status);
	must(whole.body == cut.body && whole.sum == cut.sum);
	must(whole.end == cut.end);
	return 0;
}
