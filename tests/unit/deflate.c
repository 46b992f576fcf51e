/* deflate.c - messages come back as they went, and what does not inflate, or
 * to too much, is told. */
#include <stdint.h>
#include <stdlib.h>

#include "check.h"
#include "deflate.h"

#define MAX ((size_t)1 << 20)
#define LIT(s) { (s), sizeof(s) - 1 }

static enum inflate_result
inflate_parts(struct inflater *f, struct span s, size_t part, struct buf *out)
{
	enum inflate_result result;

	buf_clear(out);
	do {
		size_t n = s.n < part ? s.n : part;

		result = inflater_run(f, span_of(s.p, n), n == s.n, out);
		s = span_from(s, n);
	} while (result == INFLATE_OK && s.n > 0);
	return result;
}

/* RFC 7692 section 7.2.3: the examples, each cut in every way. */
static void
examples(void)
{
	static const struct {
		struct span first, second;
	} rows[] = {
		{ LIT("\xf2\x48\xcd\xc9\xc9\x07\x00"),
		    LIT("\xf2\x00\x11\x00\x00") },
		{ LIT("\xf2\x48\xcd\xc9\xc9\x07\x00"),
		    LIT("\xf2\x48\xcd\xc9\xc9\x07\x00") },
		{ LIT("\x00\x05\x00\xfa\xff\x48\x65\x6c\x6c\x6f\x00"),
		    LIT("\xf2\x00\x11\x00\x00") },
		/* BFINAL set: the window goes on all the same. */
		{ LIT("\xf3\x48\xcd\xc9\xc9\x07\x00\x00"),
		    LIT("\xf2\x00\x11\x00\x00") },
		{ LIT("\xf2\x48\x05\x00\x00\x00\xff\xff\xca\xc9\xc9\x07\x00"),
		    LIT("\xf2\x00\x11\x00\x00") },
	};
	const struct deflate_side side = { 1, 15 };
	struct buf out;
	size_t i, part;

	buf_init(&out, MAX);
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		for (part = 1; part <= rows[i].first.n; part++) {
			struct inflater *f = inflater_new(&side);

			CHECK(inflate_parts(f, rows[i].first, part, &out) ==
			    INFLATE_OK);
			CHECK(span_eq(buf_span(&out), SPAN("Hello")));
			CHECK(inflate_parts(f, rows[i].second, part, &out) ==
			    INFLATE_OK);
			CHECK(span_eq(buf_span(&out), SPAN("Hello")));
			inflater_free(f);
		}
	buf_done(&out);
}

/* Without its context, what refers to the message before is not there. */
static void
no_context(void)
{
	struct inflater *f = inflater_new(&(struct deflate_side){ 0, 15 });
	struct buf out;

	buf_init(&out, MAX);
	CHECK(inflate_parts(f, SPAN("\xf2\x48\xcd\xc9\xc9\x07\x00"), 9,
	    &out) == INFLATE_OK);
	CHECK(inflate_parts(f, SPAN("\xf2\x00\x11\x00\x00"), 9, &out) ==
	    INFLATE_BAD);
	inflater_free(f);
	buf_done(&out);
}

/* Words that repeat, or noise. */
static void
fill(char *p, size_t n, uint32_t seed, int is_noise)
{
	size_t i;

	for (i = 0; i < n; i++) {
		seed = seed * 1664525 + 1013904223;
		p[i] = (char)(is_noise ? seed >> 24 : 'a' + (seed >> 30));
	}
}

static void
there_and_back(int keeps, int bits)
{
	static const size_t sizes[] = { 0, 1, 47, 48, 100, 125, 126, 1000,
		65535, 65536, 200000, 5 };
	const struct deflate_side side = { keeps, bits };
	struct deflater *d = deflater_new(&side);
	struct inflater *f = inflater_new(&side);
	char *text = malloc(200000);
	struct buf out;
	size_t i, compressed = 0;

	buf_init(&out, MAX);
	CHECK(d != NULL && f != NULL);
	for (i = 0; i < 2 * sizeof(sizes) / sizeof(sizes[0]); i++) {
		struct span s = { text, sizes[i / 2] }, z;

		fill(text, s.n, (uint32_t)i, i % 2);
		z = deflater_run(d, s);
		CHECK(z.p != NULL || !keeps || s.n == 0);
		if (z.p == NULL)
			continue;
		compressed++;
		CHECK(keeps || z.n < s.n);
		CHECK(inflate_parts(f, z, 1 + i * 997, &out) == INFLATE_OK);
		CHECK(span_eq(buf_span(&out), s));
	}
	CHECK(compressed >= 8);
	free(text);
	buf_done(&out);
	deflater_free(d);
	inflater_free(f);
}

/* To the byte; and one that would be a thousand times as large is left before
 * it is. */
static void
limits(void)
{
	const struct deflate_side side = { 0, 15 };
	struct deflater *d = deflater_new(&side);
	char *zeros = calloc(1, 10 * MAX);
	size_t max;

	for (max = 99999; max <= 100001; max++) {
		struct inflater *f = inflater_new(&side);
		struct span z = deflater_run(d, span_of(zeros, 100000));
		struct buf out;

		buf_init(&out, max);
		CHECK(inflate_parts(f, z, SIZE_MAX, &out) ==
		    (max < 100000 ? INFLATE_TOO_BIG : INFLATE_OK));
		inflater_free(f);
		f = inflater_new(&side);
		z = deflater_run(d, span_of(zeros, 10 * MAX));
		CHECK(inflate_parts(f, z, SIZE_MAX, &out) ==
		    INFLATE_TOO_BIG);
		CHECK(out.n <= max && out.cap <= 2 * max);
		inflater_free(f);
		buf_done(&out);
	}
	free(zeros);
	deflater_free(d);
}

static void
bad(void)
{
	static const char ends[] = "\x03\x00\x03\x00\x03\x00\x03\x00\x03\x00";
	struct inflater *f = inflater_new(&(struct deflate_side){ 1, 15 });
	struct buf in, out;
	int i;

	buf_init(&in, MAX);
	buf_init(&out, MAX);
	CHECK(inflate_parts(f, SPAN("\xff\xff\xff"), 3, &out) == INFLATE_BAD);
	inflater_free(f);
	/* Each end of a stream costs a copy of the window: not without end. */
	f = inflater_new(&(struct deflate_side){ 1, 15 });
	CHECK(inflate_parts(f, SPAN(ends), SIZE_MAX, &out) == INFLATE_OK);
	for (i = 0; i < 100; i++)
		buf_add(&in, SPAN(ends));
	CHECK(inflate_parts(f, buf_span(&in), SIZE_MAX, &out) == INFLATE_BAD);
	inflater_free(f);
	buf_done(&in);
	buf_done(&out);
}

static void
few_bits(void)
{
	struct deflaters d = { 0 };

	CHECK(deflater_new(&(struct deflate_side){ 0, 8 }) == NULL);
	CHECK(deflaters_get(&d, 8) == NULL);
	CHECK(deflaters_get(&d, 9) != NULL);
	CHECK(deflaters_get(&d, 9) == deflaters_get(&d, 9));
	deflaters_done(&d);
}

int
main(void)
{
	int bits;

	examples();
	no_context();
	for (bits = 9; bits <= 15; bits++) {
		there_and_back(0, bits);
		there_and_back(1, bits);
	}
	limits();
	bad();
	few_bits();
	return CHECK_DONE;
}
