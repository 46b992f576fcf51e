/* deliver_breaker.c - hosts that fail are paused and woken gently: on a
 * made-up clock. */
#include "deliver_rig.h"

#define LINES 500

static const struct deliver_config usual = { .row = 10, .breaker_ms = 30000,
    .plan.max_tries = 5 };

static struct piece *
put_lines(struct rig *rig, struct host *h, int n)
{
	struct piece *p = calloc((size_t)n, sizeof(*p));
	int i;

	for (i = 0; i < n; i++)
		rig_put(rig, &p[i], h);
	return p;
}

static void
check_all(const struct piece *p, int n, enum deliver_outcome outcome)
{
	int i, right = 0;

	for (i = 0; i < n; i++)
		right += p[i].over == 1 && p[i].outcome == outcome;
	CHECK(right == n);
}

/* ---- a receiver that sleeps ---- */

/* Refuses for 30 s; the first request after that wakes it, which takes 5 s;
 * whatever else comes meanwhile is refused, and noted. */
static int64_t asleep_until, stampede, early_most, woken_ms;

static void
serve_sleeper(struct rig *rig, struct host *h, struct reply *r)
{
	*r = (struct reply){ .why = STATUS_UNREACHABLE, .ms = 2 };
	if (rig->now_ms < asleep_until)
		return;
	if (woken_ms == 0) {
		woken_ms = rig->now_ms + 5000;
		stampede += h->active;
		*r = (struct reply){ .status = 204, .ms = 5000 };
	} else if (rig->now_ms < woken_ms) {
		stampede++;
	} else {
		*r = (struct reply){ .status = 204, .ms = 100 };
	}
	if (rig->now_ms < woken_ms + 100 && h->active > early_most)
		early_most = h->active;
}

static void
sleeper(void)
{
	struct host h = { .serve = serve_sleeper };
	struct piece *p;
	struct rig rig;

	stampede = early_most = woken_ms = 0;
	rig_init(&rig, &usual, &h, 1);
	asleep_until = rig.now_ms + 30000;
	p = put_lines(&rig, &h, LINES);
	rig_run(&rig, RIG_FOREVER);
	check_all(p, LINES, DELIVER_DELIVERED);
	CHECK(woken_ms > 0 && stampede == 0);
	CHECK(early_most <= 1);		/* the one who counts not included */
	/* 8 at once, and each failed but once: 17 in vain at most. */
	CHECK(rig.attempts <= LINES + 17 && h.most == 8);
	rig_done(&rig);
	free(p);
}

/* The same in the middle of the work, and for long: more than once is it
 * tried in vain, with one request each time. */
static void
serve_nap(struct rig *rig, struct host *h, struct reply *r)
{
	(void)h;
	*r = (struct reply){ .status = 204, .ms = 50 };
	if (rig->now_ms >= asleep_until && rig->now_ms < woken_ms)
		*r = (struct reply){ .status = 503, .ms = 1 };
}

static void
nap(void)
{
	struct host h = { .serve = serve_nap };
	struct piece *p;
	struct rig rig;

	rig_init(&rig, &usual, &h, 1);
	asleep_until = rig.now_ms + 1000;
	woken_ms = rig.now_ms + 100000;
	p = put_lines(&rig, &h, LINES);
	rig_run(&rig, RIG_FOREVER);
	check_all(p, LINES, DELIVER_DELIVERED);
	CHECK(rig.attempts <= LINES + 17 + 4 && rig.pauses == 4);
	rig_done(&rig);
	free(p);
}

/* ---- 1, 2, 4 at once ---- */

static int64_t step_most[4], answered;

static void
serve_ramp(struct rig *rig, struct host *h, struct reply *r)
{
	int64_t n = answered;

	(void)rig;
	*r = (struct reply){ .status = 500, .ms = 10 };
	if (h->attempts <= 17)
		return;
	*r = (struct reply){ .status = 200, .ms = 10 };
	/* After 1, 2 and 4 answers there is a step. */
	n = n < 1 ? 0 : n < 3 ? 1 : n < 7 ? 2 : 3;
	if (h->active + 1 > step_most[n])
		step_most[n] = h->active + 1;
}

static void
note_answer(struct rig *rig, struct piece *p)
{
	(void)rig;
	answered += p->outcome == DELIVER_DELIVERED;
}

static void
ramp(void)
{
	struct host h = { .serve = serve_ramp };
	struct piece *p;
	struct rig rig;

	rig_init(&rig, &usual, &h, 1);
	rig.on_done = note_answer;
	p = put_lines(&rig, &h, 100);
	rig_run(&rig, RIG_FOREVER);
	check_all(p, 100, DELIVER_DELIVERED);
	CHECK(step_most[0] == 1 && step_most[1] == 2 && step_most[2] == 4 &&
	    step_most[3] == 8);
	rig_done(&rig);
	free(p);
}

/* ---- what is counted while it is paused ---- */

/* An error of its own for each line: only those that were tried have one try
 * less.  It lasts longer than a line alone would be tried. */
static void
serve_ill(struct rig *rig, struct host *h, struct reply *r)
{
	(void)h;
	*r = (struct reply){ .status = rig->now_ms < woken_ms ? 500 : 200,
	    .ms = 10 };
}

static void
ill(void)
{
	struct host h = { .serve = serve_ill };
	struct piece *p;
	struct rig rig;

	rig_init(&rig, &usual, &h, 1);
	woken_ms = rig.now_ms + 600000;
	p = put_lines(&rig, &h, LINES);
	rig_run(&rig, RIG_FOREVER);
	check_all(p, LINES, DELIVER_DELIVERED);
	rig_done(&rig);
	free(p);
}

/* A host that is away for good gives its lines back in bounded time. */
static void
away(void)
{
	struct host h[2] = {
	    { .reply = { .why = STATUS_UNREACHABLE, .ms = 1 } },
	    { .reply = { .status = 204, .ms = 10 } } };
	struct piece *p, *q;
	struct rig rig;
	int64_t t0;

	rig_init(&rig, &usual, h, 2);
	t0 = rig.now_ms;
	p = put_lines(&rig, &h[0], LINES);
	q = put_lines(&rig, &h[1], 800);
	rig_run(&rig, RIG_FOREVER);
	check_all(p, LINES, DELIVER_EXHAUSTED);
	CHECK(h[0].attempts < 40);
	CHECK(rig.now_ms < t0 + 7 * 46000);
	CHECK_STR(p[LINES - 1].error, "its host is away: it failed");
	CHECK(p[LINES - 1].job.attempts == 0);
	/* The other is none the slower for it. */
	check_all(q, 800, DELIVER_DELIVERED);
	CHECK(h[1].last_ms < t0 + 800 / 8 * 10 + 10);
	rig_done(&rig);
	free(p);
	free(q);
}

/* Lines that fail by themselves, many and all at once, take nobody with
 * them. */
static void
serve_poison(struct rig *rig, struct host *h, struct reply *r)
{
	(void)h;
	*r = (struct reply){ .ms = 10, .status =
	    strcmp(rig->trying->job.url, "bad") == 0 ? 500 : 200 };
}

static void
poison(void)
{
	struct host h = { .serve = serve_poison };
	struct piece *bad = calloc(30, sizeof(*bad)), *good;
	struct rig rig;
	int i;

	rig_init(&rig, &usual, &h, 1);
	for (i = 0; i < 30; i++) {
		bad[i].job.url = "bad";
		rig_put(&rig, &bad[i], &h);
	}
	good = put_lines(&rig, &h, LINES);
	rig_run(&rig, RIG_FOREVER);
	check_all(bad, 30, DELIVER_EXHAUSTED);
	check_all(good, LINES, DELIVER_DELIVERED);
	CHECK(rig.attempts == LINES + 30 * 6);
	rig_done(&rig);
	free(bad);
	free(good);
}

/* ---- how long ---- */

static void
serve_busy(struct rig *rig, struct host *h, struct reply *r)
{
	(void)rig;
	*r = (struct reply){ .status = h->attempts <= 4 ? 429 : 200,
	    .ms = 10, .retry_after_ms = 120000 };
}

static void
asked(void)
{
	struct host h = { .serve = serve_busy };
	struct deliver_config c = usual;
	struct piece *p;
	struct rig rig;
	int64_t t0;

	c.row = 4;
	c.jobs_per_host = 1;
	rig_init(&rig, &c, &h, 1);
	t0 = rig.now_ms;
	p = put_lines(&rig, &h, 10);
	rig_run(&rig, 100000);
	CHECK(h.attempts == 4 && h.last_ms < t0 + 100);
	rig_run(&rig, 20050);
	CHECK(h.attempts > 4);
	rig_run(&rig, RIG_FOREVER);
	check_all(p, 10, DELIVER_DELIVERED);
	rig_done(&rig);
	free(p);
}

static void
off(void)
{
	struct host h = { .reply = { .status = 503, .ms = 10 } };
	struct deliver_config c = usual;
	struct piece *p;
	struct rig rig;

	c.row = 0;
	rig_init(&rig, &c, &h, 1);
	p = put_lines(&rig, &h, 100);
	rig_run(&rig, RIG_FOREVER);
	check_all(p, 100, DELIVER_EXHAUSTED);
	CHECK(h.attempts == 600);
	rig_done(&rig);
	free(p);
}

/* ---- hosts that hold what they get until it times out ---- */

/* A tenth of 1000 hosts.  Who has answered once is served at once from then
 * on; and a host that hangs has few requests to hang with. */
static void
hanging(void)
{
	static struct host h[1000];
	struct piece *p = calloc(10000, sizeof(*p));
	struct rig rig;
	int64_t t0, quick = 0, hung = 0;
	int i;

	for (i = 0; i < 1000; i++)
		h[i].reply = i % 10 == 0 ? (struct reply){ .ms = 30000,
		    .why = STATUS_TIMEOUT, .connected = 1 } :
		    (struct reply){ .status = 204, .ms = 10 };
	rig_init(&rig, &usual, h, 1000);
	t0 = rig.now_ms;
	for (i = 0; i < 10000; i++)
		rig_put(&rig, &p[i], &h[i % 1000]);
	while (rig_step(&rig, t0 + 29000))
		;
	for (i = 0; i < 10000; i++)
		quick += p[i].outcome == DELIVER_DELIVERED && p[i].over;
	for (i = 0; i < 1000; i += 10)
		hung += h[i].most;
	CHECK(hung <= 48 && quick >= 4000);
	/* The rest had to wait for two of their time-outs. */
	rig_run(&rig, 62000);
	CHECK(rig.delivered == 9000 && rig.most == 64);
	rig_run(&rig, RIG_FOREVER);
	CHECK(rig.ended == 10000);
	rig_done(&rig);
	free(p);
}

/* ---- what is remembered ---- */

/* Also when no line is there any more; but of ever so many hosts only the
 * last ones. */
static void
memory(void)
{
	static struct host h[3000];
	struct deliver_config c = usual;
	struct piece *p = calloc(3000, sizeof(*p)), late[2] = { 0 };
	struct deliver_counts counts;
	struct rig rig;
	int i;

	for (i = 0; i < 3000; i++)
		h[i].reply = (struct reply){ .why = STATUS_UNREACHABLE };
	c.row = 1;
	c.plan.max_tries = 0;
	rig_init(&rig, &c, h, 3000);
	for (i = 0; i < 3000; i++)
		rig_put(&rig, &p[i], &h[i]);
	rig_run(&rig, 1000);
	check_all(p, 3000, DELIVER_EXHAUSTED);
	deliver_counts(rig.engine, &counts);
	CHECK(counts.paused == 1000 && counts.held == 0);
	rig_put(&rig, &late[0], &h[2999]);
	rig_put(&rig, &late[1], &h[0]);
	rig_run(&rig, 1000);
	CHECK(late[0].over == 0 && late[1].over == 1);
	rig_run(&rig, RIG_FOREVER);
	CHECK(late[0].over == 1);
	rig_done(&rig);
	free(p);
}

int
main(void)
{
	sleeper();
	nap();
	ramp();
	ill();
	away();
	poison();
	asked();
	off();
	hanging();
	memory();
	return CHECK_DONE;
}
