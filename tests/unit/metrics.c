/* metrics.c - what a program counts, told in one of three forms. */
#include "check.h"
#include "metrics.h"

static void
say_some(void *arg, struct metrics *m)
{
	uint64_t *n = arg;

	metrics_gauge(m, "connections", "Open connections", n[0]);
	metrics_family(m, "requests", "Requests answered, by status", "code");
	metrics_member(m, "200", n[1]);
	metrics_member(m, "a\\\"\nb", UINT64_MAX);
	metrics_counter(m, "lines", "Lines,\nbackslash \\ and \"quotes\"", 7);
}

static void
say_families(void *arg, struct metrics *m)
{
	(void)arg;
	metrics_family(m, "none", "Nothing", "x");
	metrics_family(m, "one", "One", "x");
	metrics_member(m, "y", 1);
}

static void
say_nothing(void *arg, struct metrics *m)
{
	(void)arg;
	(void)m;
}

static const char *
told(enum metrics_form form, metrics_fn fn, void *arg)
{
	static struct buf b;
	static char text[4096];

	buf_init(&b, sizeof(text) - 1);
	CHECK(metrics_print(&b, form, "wh-listen", fn, arg) == 0);
	memcpy(text, b.p != NULL ? b.p : "", b.n);
	text[b.n] = '\0';
	buf_done(&b);
	return text;
}

static void
test_forms(void)
{
	uint64_t n[] = { 0, 3 };

	CHECK_STR(told(METRICS_PROMETHEUS, say_some, n),
	    "# HELP wh_listen_connections Open connections\n"
	    "# TYPE wh_listen_connections gauge\n"
	    "wh_listen_connections 0\n"
	    "# HELP wh_listen_requests_total Requests answered, by status\n"
	    "# TYPE wh_listen_requests_total counter\n"
	    "wh_listen_requests_total{code=\"200\"} 3\n"
	    "wh_listen_requests_total{code=\"a\\\\\\\"\\nb\"} "
	    "18446744073709551615\n"
	    "# HELP wh_listen_lines_total Lines,\\nbackslash \\\\ and "
	    "\"quotes\"\n"
	    "# TYPE wh_listen_lines_total counter\n"
	    "wh_listen_lines_total 7\n");
	CHECK_STR(told(METRICS_JSON, say_some, n),
	    "{\"connections\":0,\"requests\":{\"200\":3,\"a\\\\\\\"\\nb\":"
	    "18446744073709551615},\"lines\":7}");
	n[0] = 12;
	CHECK_STR(told(METRICS_TEXT, say_some, n),
	    "connections 12 requests.200 3 requests.a\\\"\nb "
	    "18446744073709551615 lines 7");
}

static void
test_empty(void)
{
	CHECK_STR(told(METRICS_JSON, say_nothing, NULL), "{}");
	CHECK_STR(told(METRICS_TEXT, say_nothing, NULL), "");
	CHECK_STR(told(METRICS_PROMETHEUS, say_nothing, NULL), "");
	CHECK_STR(told(METRICS_JSON, say_families, NULL),
	    "{\"none\":{},\"one\":{\"y\":1}}");
	CHECK_STR(told(METRICS_TEXT, say_families, NULL), "one.y 1");
}

static void
test_limit(void)
{
	uint64_t n[] = { 0, 3 };
	struct buf b;
	size_t max;

	for (max = 0; max < 300; max += 7) {
		buf_init(&b, max);
		CHECK(metrics_print(&b, METRICS_PROMETHEUS, "x", say_some,
		    n) == -1 && b.n <= max);
		buf_done(&b);
	}
}

int
main(void)
{
	test_forms();
	test_empty();
	test_limit();
	return CHECK_DONE;
}
