/* buf.c - a buffer keeps its limit, and what it held when an add fails. */
#include <stdlib.h>

#include "buf.h"
#include "check.h"

static int
holds(const struct buf *b, const char *want)
{
	return span_eq(buf_span(b), span_str(want));
}

static void
adds(void)
{
	struct buf b;
	int i;

	buf_init(&b, 1 << 20);
	CHECK(holds(&b, ""));
	CHECK(buf_add(&b, span_of(NULL, 0)) == 0);
	CHECK(buf_adds(&b, "ab") == 0 && buf_addc(&b, 'c') == 0);
	CHECK(buf_addf(&b, "%d-%s", 7, "x") == 0);
	CHECK(holds(&b, "abc7-x"));
	buf_drop(&b, 3);
	CHECK(holds(&b, "7-x"));
	buf_trim(&b, 1);
	CHECK(holds(&b, "7"));
	buf_trim(&b, 9);
	CHECK(holds(&b, "7"));
	buf_clear(&b);
	CHECK(holds(&b, ""));
	for (i = 0; i < 1000; i++)
		CHECK(buf_addf(&b, "%0500d", i) == 0);
	CHECK(b.n == 500 * 1000);
	CHECK(memcmp(b.p + b.n - 4, "0999", 4) == 0);
	buf_clear(&b);
	CHECK(b.cap == 0 && b.n == 0);
	buf_done(&b);
}

static void
limit(void)
{
	struct buf b;
	char *room;

	buf_init(&b, 10);
	CHECK(buf_adds(&b, "12345678") == 0);
	CHECK(buf_adds(&b, "abc") == -1);
	CHECK(buf_addf(&b, "%s", "abc") == -1);
	CHECK(buf_room(&b, 3) == NULL);
	CHECK(holds(&b, "12345678"));
	CHECK(buf_addf(&b, "%s", "ab") == 0);
	CHECK(holds(&b, "12345678ab"));
	CHECK(buf_addc(&b, 'c') == -1);
	CHECK(buf_add(&b, span_of(NULL, 0)) == 0);
	buf_drop(&b, 4);
	CHECK(buf_adds(&b, "wxyz") == 0);
	CHECK(holds(&b, "5678abwxyz"));
	buf_drop(&b, 10);
	room = buf_room(&b, 10);
	CHECK(room != NULL);
	memcpy(room, "0123456789", 10);
	buf_took(&b, 5);
	CHECK(holds(&b, "01234"));
	CHECK(buf_room(&b, (size_t)-1) == NULL);
	buf_done(&b);
}

/* A stream passing through stays whole, and in a small allocation. */
static void
stream(void)
{
	struct buf b;
	unsigned next_in = 0, next_out = 0;
	int i, wrong = 0;

	buf_init(&b, 4096);
	srand(1);
	for (i = 0; i < 20000; i++) {
		size_t in = (size_t)rand() % 300, out = (size_t)rand() % 300;

		for (; in > 0 && b.n < b.max; in--)
			wrong += buf_addc(&b, (char)next_in++) == -1;
		for (; out > 0 && b.n > 0; out--) {
			wrong += *b.p != (char)next_out++;
			buf_drop(&b, 1);
		}
	}
	CHECK(wrong == 0);
	CHECK(b.cap <= 16384);
	buf_done(&b);
}

static void
integers(void)
{
	static const struct {
		int64_t n;
		const char *text;
	} v[] = { { 0, "0" }, { 7, "7" }, { -1, "-1" }, { 1000, "1000" },
	    { INT64_MAX, "9223372036854775807" },
	    { INT64_MIN, "-9223372036854775808" } };
	struct buf b;
	size_t i;

	for (i = 0; i < sizeof(v) / sizeof(v[0]); i++) {
		buf_init(&b, strlen(v[i].text));
		CHECK(buf_addi(&b, v[i].n) == 0);
		CHECK(span_eq(buf_span(&b), span_str(v[i].text)));
		CHECK(buf_addi(&b, 1) == -1);
		buf_done(&b);
	}
}

int
main(void)
{
	adds();
	limit();
	stream();
	integers();
	return CHECK_DONE;
}
