/* sendq.c - references come out as the bytes that went in. */
#include <stdlib.h>

#include "buf.h"
#include "check.h"
#include "sendq.h"

static void
sharing(void)
{
	struct sendq q;
	struct block *b = block_new(64), *c = block_new(8);

	sendq_init(&q);
	block_add(b, SPAN("hello world"));
	block_add(c, SPAN("1234"));
	CHECK(sendq_next(&q).n == 0);
	CHECK(sendq_share(&q, b, 0, 0) == 0 && q.count == 0);
	CHECK(sendq_share(&q, b, 0, 6) == 0);
	CHECK(sendq_share(&q, b, 6, 5) == 0);
	CHECK(q.count == 1 && b->refs == 2);	/* adjacent: one entry */
	CHECK(span_eq(sendq_next(&q), SPAN("hello world")));
	CHECK(sendq_share(&q, b, 0, 5) == 0);	/* not adjacent */
	CHECK(sendq_share(&q, c, 0, 4) == 0);
	CHECK(q.count == 3 && q.bytes == 20 && b->refs == 3);
	sendq_took(&q, 6);
	CHECK(span_eq(sendq_next(&q), SPAN("world")));
	sendq_took(&q, 7);
	CHECK(span_eq(sendq_next(&q), SPAN("llo")));
	CHECK(b->refs == 2);
	sendq_took(&q, 7);
	CHECK(sendq_next(&q).n == 0 && q.bytes == 0);
	CHECK(b->refs == 1 && c->refs == 1);
	CHECK(sendq_share(&q, b, 0, 5) == 0);
	sendq_done(&q);
	CHECK(b->refs == 1);
	block_unref(b);
	block_unref(c);
	block_unref(NULL);
}

static void
note(void *arg, const struct block *b, size_t off, size_t n)
{
	struct buf *out = arg;

	CHECK(buf_add(out, span_of(b->data + off, n)) == 0);
	CHECK(buf_addc(out, '|') == 0);
}

static void
pieces(void)
{
	struct sendq q;
	struct block *b = block_new(64);
	struct buf out;

	sendq_init(&q);
	buf_init(&out, 100);
	block_add(b, SPAN("hello world"));
	CHECK(sendq_share(&q, b, 0, 5) == 0);
	CHECK(sendq_share(&q, b, 6, 5) == 0);
	sendq_took(&q, 2);
	sendq_each(&q, note, &out);
	CHECK(span_eq(buf_span(&out), SPAN("llo|world|")));
	sendq_done(&q);
	block_unref(b);
	buf_done(&out);
}

static void
copies(void)
{
	struct sendq q;
	struct block *b = block_new(16);
	int i;

	sendq_init(&q);
	for (i = 0; i < 90; i++)
		CHECK(sendq_copy(&q, SPAN("0123456789")) == 0);
	CHECK(q.count == 1 && q.bytes == 900);
	/* A shared block that has room is nobody's to append to. */
	block_add(b, SPAN("x"));
	CHECK(sendq_share(&q, b, 0, 1) == 0);
	CHECK(sendq_copy(&q, SPAN("y")) == 0);
	CHECK(q.count == 3 && b->n == 1);
	sendq_took(&q, 900);
	CHECK(span_eq(sendq_next(&q), SPAN("x")));
	sendq_took(&q, 1);
	CHECK(span_eq(sendq_next(&q), SPAN("y")));
	sendq_done(&q);
	block_unref(b);
}

/* Random shares, copies and takes against a plain count. */
static void
random_use(void)
{
	struct block *b = block_new(256);
	struct sendq q;
	unsigned in = 0, out = 0;
	int i, wrong = 0;

	for (i = 0; i < 256; i++) {
		char c = (char)i;

		block_add(b, span_of(&c, 1));
	}
	sendq_init(&q);
	srand(2);
	for (i = 0; i < 50000; i++) {
		size_t off = in & 255, n = (size_t)rand() % (257 - off);
		size_t take = 0;

		if (rand() % 2)
			wrong += sendq_share(&q, b, off, n) == -1;
		else
			wrong += sendq_copy(&q, span_of(b->data + off, n)) ==
			    -1;
		in += (unsigned)n;
		if (q.bytes > 0)
			take = (size_t)rand() % (q.bytes + 1);
		if (i % 1000 < 900 && take > 300)
			take = 300;
		while (take > 0) {
			struct span s = sendq_next(&q);
			size_t k, did = s.n < take ? s.n : take;

			for (k = 0; k < did; k++)
				wrong += s.p[k] != (char)out++;
			sendq_took(&q, did);
			take -= did;
		}
		wrong += q.bytes != in - out;
	}
	CHECK(wrong == 0);
	sendq_done(&q);
	CHECK(b->refs == 1);
	block_unref(b);
}

int
main(void)
{
	sharing();
	pieces();
	copies();
	random_use();
	return CHECK_DONE;
}
