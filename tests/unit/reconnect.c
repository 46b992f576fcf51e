/* reconnect.c - the waits by a clock that stands still but for us; what is
 * for good. */
#include "check.h"
#include "reconnect.h"

#define HALF_MORE(ms) ((ms) + (ms) / 2)	/* jitter adds no more */

static int
is_about(int64_t wait, int64_t least)
{
	return wait >= least && wait <= HALF_MORE(least);
}

static void
doubling(void)
{
	struct reconnect r = { .plan = { .first_ms = 500, .max_ms = 30000,
	    .max_tries = INT64_MAX }, .seed = 1 };
	static const int64_t waits[] = { 500, 1000, 2000, 4000, 8000, 16000,
	    30000, 30000, 30000 };
	int64_t now = 1000;
	size_t i;

	for (i = 0; i < sizeof(waits) / sizeof(waits[0]); i++) {
		int64_t wait = reconnect_lost(&r, now, -1);

		CHECK(is_about(wait, waits[i]));
		CHECK(r.tries == (int64_t)i + 1);
		now += wait;
	}
}

/* A server that accepts and hangs up at once is left in peace all the same;
 * one that was of use, or stood for long, is not. */
static void
beginning_anew(void)
{
	struct reconnect r = { .plan = { .first_ms = 500, .max_ms = 30000,
	    .max_tries = INT64_MAX }, .seed = 1 };

	reconnect_lost(&r, 1, -1);
	reconnect_lost(&r, 1000, -1);
	reconnect_up(&r, 3000);
	CHECK(is_about(reconnect_lost(&r, 3001, -1), 2000));
	reconnect_up(&r, 9000);
	reconnect_useful(&r);
	CHECK(is_about(reconnect_lost(&r, 9499, -1), 4000));
	reconnect_up(&r, 15000);
	reconnect_useful(&r);
	CHECK(is_about(reconnect_lost(&r, 15500, -1), 500));
	CHECK(is_about(reconnect_lost(&r, 16100, -1), 1000));
	reconnect_up(&r, 20000);
	CHECK(is_about(reconnect_lost(&r, 20000 + RECONNECT_STOOD_MS - 1, -1),
	    2000));
	reconnect_up(&r, 60000);
	CHECK(is_about(reconnect_lost(&r, 60000 + RECONNECT_STOOD_MS, -1),
	    500));
	/* That it once stood does not count for later failures. */
	CHECK(is_about(reconnect_lost(&r, 9000000, -1), 1000));
}

static void
limits(void)
{
	struct reconnect r = { .plan = { .first_ms = 500, .max_ms = 30000,
	    .max_tries = 2 }, .seed = 1 };

	CHECK(reconnect_lost(&r, 1, 7000) >= 7000);
	CHECK(reconnect_lost(&r, 1, 7000) >= 7000);
	CHECK(reconnect_lost(&r, 1, 7000) == RETRY_NEVER);
	CHECK(reconnect_lost(&r, 1, -1) == RETRY_NEVER);
	reconnect_up(&r, 10);
	reconnect_useful(&r);
	CHECK(reconnect_lost(&r, 11, -1) == RETRY_NEVER);
	reconnect_up(&r, 20);
	reconnect_useful(&r);
	CHECK(is_about(reconnect_lost(&r, 520, -1), 500));
}

static void
finality(void)
{
	static const int codes[] = { 1000, 1002, 1003, 1007, 1008, 1009, 1010,
	    3000, 3003, 4400, 4401, 4403, 4404, 4409 };
	static const int lost[] = { 1001, 1005, 1006, 1011, 1012, 1013, 1014,
	    1015, 3008, 3999, 4000, 4001, 4399, 4408, 4425, 4429, 4500,
	    4999 };
	static const int statuses[] = { 200, 301, 400, 401, 403, 404, 410,
	    426 };
	static const int later[] = { 408, 425, 429, 500, 502, 503, 504, 599 };
	size_t i;

	for (i = 0; i < sizeof(codes) / sizeof(codes[0]); i++)
		CHECK(reconnect_close_is_final(codes[i]));
	for (i = 0; i < sizeof(lost) / sizeof(lost[0]); i++)
		CHECK(!reconnect_close_is_final(lost[i]));
	for (i = 0; i < sizeof(statuses) / sizeof(statuses[0]); i++)
		CHECK(reconnect_status_is_final(statuses[i]));
	for (i = 0; i < sizeof(later) / sizeof(later[0]); i++)
		CHECK(!reconnect_status_is_final(later[i]));
}

int
main(void)
{
	doubling();
	beginning_anew();
	limits();
	finality();
	return CHECK_DONE;
}
