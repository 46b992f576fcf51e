/* retry.c - waits double, jitter only adds, the peer's wish is a floor. */
#include "check.h"
#include "clock.h"
#include "retry.h"

static void
doubling(void)
{
	uint64_t seed;
	int64_t least, wait;
	int spread = 0;

	for (seed = 0; seed < 200; seed++) {
		struct retry r = { .first_ms = 1000, .max_ms = 5000,
		    .max_tries = 5, .seed = seed };

		for (least = 1000; r.tries < 5; least *= 2) {
			if (least > 5000)
				least = 5000;
			wait = retry_next(&r, -1);
			CHECK(wait >= least && wait <= least + least / 2);
			spread += wait > least + least / 4;
		}
		CHECK(retry_next(&r, -1) == RETRY_NEVER);
		CHECK(retry_next(&r, 5) == RETRY_NEVER);
	}
	CHECK(spread > 300 && spread < 700);	/* about half of 1000 */
}

static void
floors(void)
{
	uint64_t seed;

	for (seed = 0; seed < 200; seed++) {
		struct retry r = { .first_ms = 10, .max_ms = 100,
		    .max_tries = 2, .seed = seed };

		CHECK(retry_next(&r, 30000) >= 30000);
		CHECK(retry_next(&r, 1) >= 20);
	}
}

static void
edges(void)
{
	struct retry none = { .first_ms = 10, .max_ms = 100 };
	struct retry zero = { .max_tries = 1 };
	struct retry same = { .first_ms = 500, .max_ms = 500,
	    .max_tries = 100, .seed = 7 }, twin = same;
	struct retry huge = { .first_ms = 1, .max_ms = INT64_MAX / 2,
	    .max_tries = 100, .tries = 90 };

	CHECK(retry_next(&none, 0) == RETRY_NEVER);
	CHECK(retry_next(&zero, -1) == 0);
	CHECK(retry_next(&same, -1) == retry_next(&twin, -1));
	CHECK(retry_next(&huge, -1) >= INT64_MAX / 2);
}

static const struct {
	const char *value;
	int64_t ms;
} asked[] = {
	{ "0", 0 }, { "120", 120000 }, { " 5 ", 5000 }, { "\t7", 7000 },
	{ "99999999999999999999999", INT64_C(366) * 86400000 },
	{ "Sun, 06 Nov 1994 08:49:37 GMT", 37000 },
	{ "Sun Nov  6 08:49:37 1994", 37000 },
	{ "Sun, 06 Nov 1994 08:48:00 GMT", 0 },	/* past */
	{ "Sun, 06 Nov 2044 08:48:00 GMT", INT64_C(366) * 86400000 },
	{ "", -1 }, { " ", -1 }, { "-1", -1 }, { "1.5", -1 }, { "5s", -1 },
	{ "soon", -1 }, { "1 2", -1 },
};

int
main(void)
{
	size_t i;

	doubling();
	floors();
	edges();
	for (i = 0; i < sizeof(asked) / sizeof(asked[0]); i++)
		CHECK(retry_after_ms(span_str(asked[i].value),
		    INT64_C(784111740000000)) == asked[i].ms);
	return CHECK_DONE;
}
