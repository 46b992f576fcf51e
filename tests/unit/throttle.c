/* throttle.c - a rate for each client, in a table that does not grow. */
#include "check.h"
#include "throttle.h"

static int64_t now = 1000000;

static struct throttle *
throttle(int64_t n)
{
	const struct rate rate = { n, 1000, n };
	struct throttle *t = throttle_new(&rate);

	CHECK(t != NULL);
	return t;
}

static int64_t
take(struct throttle *t, const char *client)
{
	return throttle_take(t, client, now);
}

static void
test_apart(void)
{
	struct throttle *t = throttle(2);

	CHECK(take(t, "192.0.2.1:5") == 0 && take(t, "192.0.2.1:6") == 0);
	CHECK(take(t, "192.0.2.1:7") == 500);
	CHECK(take(t, "192.0.2.1") == 500);
	CHECK(take(t, "[::ffff:192.0.2.1]:9") == 500);
	CHECK(take(t, "192.0.2.2:5") == 0 && take(t, "192.0.2.2:5") == 0);
	CHECK(take(t, "192.0.2.2:5") > 0);
	now += 500;
	CHECK(take(t, "192.0.2.1:5") == 0 && take(t, "192.0.2.1:5") == 500);
	throttle_free(t);
}

static void
test_wait(void)
{
	struct throttle *t = throttle(2);
	const char *client = "192.0.2.1:5";

	CHECK(throttle_wait(t, client, now) == 0);
	CHECK(take(t, client) == 0 && throttle_wait(t, client, now) == 0);
	CHECK(take(t, client) == 0);
	CHECK(throttle_wait(t, client, now) == 500);
	CHECK(throttle_wait(t, "192.0.2.1:6", now) == 500);
	CHECK(throttle_wait(t, "192.0.2.2:5", now) == 0);
	CHECK(throttle_wait(t, client, now + 499) == 1);
	CHECK(throttle_wait(t, client, now + 500) == 0);
	throttle_free(t);
}

static void
test_networks(void)
{
	struct throttle *t = throttle(1);

	CHECK(take(t, "[2001:db8:1:2::1]:5") == 0);
	CHECK(take(t, "2001:db8:1:2:ffff::9") == 1000);
	CHECK(take(t, "[2001:db8:1:3::1]:5") == 0);
	CHECK(take(t, "unix:") == 0);
	CHECK(take(t, "unix:") == 1000);
	CHECK(take(t, "0.0.0.0:0") == 0);
	CHECK(take(t, "::") == 0);
	throttle_free(t);
}

/* More clients than there is room for: who is at it is still held back, and
 * who comes for the first time never is. */
static void
test_many(void)
{
	struct throttle *t = throttle(10);
	char client[32];
	int64_t refused = 0, early = 0;
	int i;

	for (i = 0; i < 100000; i++) {
		snprintf(client, sizeof(client), "10.%d.%d.%d:1",
		    i >> 16 & 255, i >> 8 & 255, i & 255);
		early += take(t, client) != 0;
		refused += take(t, "192.0.2.1:5") != 0;
	}
	CHECK(early == 0);
	CHECK(refused > 99000);
	throttle_free(t);
}

int
main(void)
{
	test_apart();
	test_wait();
	test_networks();
	test_many();
	return CHECK_DONE;
}
