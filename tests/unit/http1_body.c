/* http1_body.c - bodies by length and in chunks, however they are cut. */
#include "http1.h"

#include "check.h"

/* All of in, in pieces of step bytes: how many were taken, or HTTP1_BAD;
 * out holds the body. */
static long
feed(struct http1_body *b, struct span in, size_t step, char *out,
    size_t *nout)
{
	struct http1_error error;
	struct span data;
	size_t i = 0, end = 0;
	long n;

	*nout = 0;
	while (!b->done && (end < in.n || i < end)) {
		if (i == end)
			end = in.n - end < step ? in.n : end + step;
		n = http1_body_feed(b, span_of(in.p + i, end - i), &data,
		    &error);
		if (n <= 0)
			return n == 0 ? -2 : HTTP1_BAD;
		memcpy(out + *nout, data.p, data.n);
		*nout += data.n;
		i += (size_t)n;
	}
	return (long)i;
}

#define LONG_EXT "abcdefghijklmnopqrstuvwxyz0123456789abcdefghijklmnopqrst" \
	"uvwxyz0123456789abcdefghijklmnopqrstuvwxyz0123456789abcdefghij" \
	"klmnopqrstuvwxyz0123456789abcdefghijklmnopqrstuvwxyz0123456789" \
	"abcdefghijklmnopqrstuvwxyz0123456789abcdefghijklmnopqrstuvwxyz"

static const struct { const char *in, *out; } chunked[] = {
	{ "0\r\n\r\n", "" },
	{ "5\r\nhello\r\n0\r\n\r\n", "hello" },
	{ "5\r\nhello\r\n00A\r\n0123456789\r\n000\r\n\r\n",
	    "hello0123456789" },
	{ "1;a=b;c=\"d e\"\r\nx\r\n0;z\r\n\r\n", "x" },
	{ "1 \t;a\r\nx\r\n0\r\n\r\n", "x" },
	{ "2\r\n\r\n\r\n0\r\n\r\n", "\r\n" },
	{ "1\r\nx\r\n0\r\nX: y\r\nEtag:\r\n\r\n", "x" },
	{ "000000000000001\r\nx\r\n0\r\n\r\n", "x" },
	{ "x\r\n", NULL }, { "\r\n", NULL }, { ";a\r\n", NULL },
	{ " 1\r\n", NULL }, { "1 \r\nx", NULL }, { "1\n", NULL },
	{ "1\r\r", NULL }, { "0x1\r\n", NULL }, { "-1\r\n", NULL },
	{ "+1\r\n", NULL }, { "1;\x01\r\n", NULL }, { "1;a\n", NULL },
	{ "1\r\nxx", NULL }, { "1\r\nx\n", NULL }, { "1\r\nx\rx", NULL },
	{ "1\r\nx0\r\n", NULL }, { "0000000000000001\r\n", NULL },
	{ "fffffffffffffffff\r\n", NULL }, { "1;" LONG_EXT "\r\n", "" },
	{ "1;" LONG_EXT LONG_EXT "\r\n", NULL },
	{ "0\r\n\n", NULL }, { "0\r\n x\r\n", NULL }, { "0\r\nX\r\n", NULL },
	{ "0\r\nX : y\r\n", NULL }, { "0\r\nX: \x01\r\n", NULL },
	{ "0\r\nX: y\n", NULL }, { "0\r\nX: y\r\r", NULL },
	{ "0\r\n\rX", NULL }, { "0\r\n: y\r\n", NULL },
};

static void
check_chunked(void)
{
	struct http1_head head = { .chunked = 1, .length = -1 };
	struct http1_body b;
	char out[1024];
	size_t i, step, n;

	for (i = 0; i < sizeof(chunked) / sizeof(chunked[0]); i++)
		for (step = 1; step < 64; step += 7) {
			struct span in = span_str(chunked[i].in);
			long got;

			http1_body_init(&b, &head);
			got = feed(&b, in, step, out, &n);
			if (chunked[i].out == NULL) {
				CHECK(got == HTTP1_BAD);
				continue;
			}
			CHECK(got == (long)in.n);
			CHECK(span_eq(span_of(out, n),
			    span_str(chunked[i].out)));
		}
}

static void
check_bodies(void)
{
	static char trailers[10000] = "0\r\nX:";
	struct http1_head head = { .length = -1 };
	struct http1_body b;
	struct http1_error error;
	struct span data;
	char out[1024];
	size_t n;

	http1_body_init(&b, &head);
	CHECK(b.done);
	head.length = 5;
	http1_body_init(&b, &head);
	CHECK(!b.done);
	CHECK(http1_body_feed(&b, SPAN("helloGET"), &data, &error) == 5);
	CHECK(b.done && span_eq(data, SPAN("hello")));
	CHECK(http1_body_feed(&b, SPAN("GET"), &data, &error) == 0);
	head.length = -1;
	head.chunked = 1;
	http1_body_init(&b, &head);
	CHECK(feed(&b, SPAN("1\r\nx\r\n0\r\n\r\nGET"), 99, out, &n) == 11);
	CHECK(b.done);
	memset(trailers + 5, 'x', sizeof(trailers) - 5);
	http1_body_init(&b, &head);
	CHECK(feed(&b, span_of(trailers, 8000), 99, out, &n) == 8000);
	http1_body_init(&b, &head);
	CHECK(feed(&b, span_of(trailers, sizeof(trailers)), 99, out, &n) ==
	    HTTP1_BAD);
}

int
main(void)
{
	check_chunked();
	check_bodies();
	return CHECK_DONE;
}
