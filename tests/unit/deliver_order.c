/* deliver_order.c - lines of one key in order, the pace of all, and being told
 * to end: on a made-up clock. */
#include "deliver_rig.h"

#define KEYS 20
#define EACH 50

static const char *const key_names[KEYS] = { "\"a\"", "\"b\"", "\"c\"",
    "\"d\"", "1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12",
    "13", "14", "15", "16" };

/* Every job's own: the key's number and which of its lines. */
static struct piece pieces[KEYS][EACH];
static int succeeded[KEYS][EACH], nsucceeded[KEYS];

static uint64_t chance = 1;

static int
one_in(unsigned n)
{
	chance = chance * 6364136223846793005u + 1442695040888963407u;
	return (chance >> 33) % n == 0;
}

/* Where the piece stands in the table. */
static int
key_of(const struct piece *p)
{
	return (int)((p - &pieces[0][0]) / EACH);
}

static int
line_of(const struct piece *p)
{
	return (int)((p - &pieces[0][0]) % EACH);
}

/* A third fail, at any time; key 0 fails always. */
static void
serve_moody(struct rig *rig, struct host *h, struct reply *r)
{
	int k = key_of(rig->trying);

	(void)h;
	*r = (struct reply){ .status = k == 0 || one_in(3) ? 500 : 200,
	    .ms = one_in(2) ? 10 : 500 };
	if (r->status == 200)
		succeeded[k][nsucceeded[k]++] = line_of(rig->trying);
}

static void
put_all(struct rig *rig, struct host *h, int nhosts)
{
	int i, k;

	memset(pieces, 0, sizeof(pieces));
	memset(nsucceeded, 0, sizeof(nsucceeded));
	for (i = 0; i < EACH; i++) {
		for (k = 0; k < KEYS; k++) {
			pieces[k][i].job.key = span_str(key_names[k]);
			rig_put(rig, &pieces[k][i], &h[(k + i) % nhosts]);
		}
	}
}

static void
by_key(void)
{
	struct host h[3] = { { .serve = serve_moody },
	    { .serve = serve_moody }, { .serve = serve_moody } };
	struct rig rig;
	int64_t healthy_ms = 0;
	int i, k, wrong = 0;

	rig_init(&rig, &(struct deliver_config){ .plan.max_tries = 60 }, h,
	    3);
	put_all(&rig, h, 3);
	CHECK(rig.flying == KEYS);
	while (rig_step(&rig, INT64_MAX - 1))
		if (rig.delivered < (KEYS - 1) * EACH)
			healthy_ms = rig.now_ms;
	CHECK(rig.most == KEYS);
	for (k = 1; k < KEYS; k++) {
		CHECK(nsucceeded[k] == EACH);
		for (i = 0; i < EACH; i++)
			wrong += succeeded[k][i] != i ||
			    pieces[k][i].over != 1;
	}
	CHECK(wrong == 0);
	/* The key that failed: each in its turn, given up in order. */
	for (i = 0; i < EACH; i++)
		wrong += pieces[0][i].outcome != DELIVER_EXHAUSTED ||
		    pieces[0][i].job.attempts != 61 || (i > 0 &&
		    pieces[0][i].order < pieces[0][i - 1].order);
	CHECK(wrong == 0);
	/* It held back itself alone. */
	CHECK(healthy_ms < pieces[0][1].over_ms);
	rig_done(&rig);
}

/* What is behind may run out of time there. */
static void
behind(void)
{
	struct host h = { .reply = { .status = 500, .ms = 10 } };
	struct piece p[3] = { 0 };
	struct rig rig;
	int i;

	rig_init(&rig, &(struct deliver_config){ .plan.max_tries = 3 }, &h,
	    1);
	for (i = 0; i < 3; i++)
		p[i].job.key = SPAN("k");
	p[1].job.deadline_ms = rig.now_ms + 1000;
	p[2].job.due_ms = rig.now_ms + 3600000;
	for (i = 0; i < 3; i++)
		rig_put(&rig, &p[i], &h);
	rig_run(&rig, RIG_FOREVER);
	CHECK(p[1].order == 0 && p[1].outcome == DELIVER_EXHAUSTED);
	CHECK(p[1].job.attempts == 0);
	CHECK(p[0].job.attempts == 4 && p[2].job.attempts == 4);
	CHECK(p[2].tried_ms[0] >= 3600000);
	rig_done(&rig);
}

/* The last of a key is over, and another comes from within `done`. */
static struct piece again[100];
static int nagain;

static void
put_again(struct rig *rig, struct piece *p)
{
	if (nagain == 100)
		return;
	again[nagain].job.key = p->job.key;
	rig_put(rig, &again[nagain++], p->host);
}

static void
from_within(void)
{
	struct host h = { .reply = { .status = 200, .ms = 10 } };
	struct piece first = { .job.key = SPAN("k") };
	struct rig rig;

	nagain = 0;
	rig_init(&rig, &(struct deliver_config){ 0 }, &h, 1);
	rig.on_done = put_again;
	rig_put(&rig, &first, &h);
	rig_run(&rig, RIG_FOREVER);
	CHECK(rig.delivered == 101 && h.most == 1);
	rig_done(&rig);

	/* And where attempts can't even be made. */
	nagain = 0;
	memset(again, 0, sizeof(again));
	memset(&first, 0, sizeof(first));
	rig_init(&rig, &(struct deliver_config){ 0 }, NULL, 0);
	rig.on_done = put_again;
	rig_put(&rig, &first, NULL);
	CHECK(rig.ended == 101 && again[99].outcome == DELIVER_INVALID);
	rig_done(&rig);
}

/* ---- the pace ---- */

static int64_t started[5000];
static int nstarted;

static void
serve_paced(struct rig *rig, struct host *h, struct reply *r)
{
	(void)h;
	*r = (struct reply){ .status = one_in(4) ? 503 : 200, .ms = 30 };
	if (nstarted < 5000)
		started[nstarted++] = rig->now_ms;
}

static void
paced(void)
{
	struct host h = { .serve = serve_paced };
	struct piece *p = calloc(2000, sizeof(*p));
	struct rig rig;
	int i, first = 0, over = 0;

	nstarted = 0;
	rig_init(&rig, &(struct deliver_config){ .jobs_per_host = 64,
	    .rate = { 100, 1000, 2 }, .plan.max_tries = 50 }, &h, 1);
	for (i = 0; i < 2000; i++)
		rig_put(&rig, &p[i], &h);
	rig_run(&rig, RIG_FOREVER);
	CHECK(rig.delivered == 2000 && nstarted > 2400);
	for (i = 0; i < nstarted; i++) {
		while (started[i] - started[first] >= 1000)
			first++;
		over += i - first + 1 > 102;
	}
	CHECK(over == 0);
	/* And no slower, while there was enough to do. */
	CHECK(started[1999] - started[0] <= 20010);
	rig_done(&rig);
	free(p);
}

/* ---- being told to end ---- */

static void
stopped(void)
{
	struct host h[2] = { { .reply = { .status = 200, .ms = 100 } },
	    { .reply = { .status = 500, .ms = 10 } } };
	struct piece p[6] = { 0 }, bad[4] = { 0 }, late = { 0 };
	struct rig rig;
	int i;

	rig_init(&rig, &(struct deliver_config){ .jobs_per_host = 1,
	    .plan.max_tries = 9 }, h, 2);
	for (i = 0; i < 6; i++) {
		p[i].job.key = i < 3 ? SPAN("k") : (struct span){ 0 };
		p[i].job.due_ms = i == 5 ? rig.now_ms + 5000 : 0;
		rig_put(&rig, &p[i], &h[0]);
	}
	for (i = 0; i < 4; i++) {
		bad[i].job.key = i < 3 ? SPAN("b") : (struct span){ 0 };
		rig_put(&rig, &bad[i], &h[1]);
	}
	/* bad[0] waits for its second try, bad[1] and [2] behind it. */
	rig_run(&rig, 15);
	deliver_stop(rig.engine);
	CHECK(p[5].outcome == DELIVER_FAILED && p[5].over == 1);
	for (i = 0; i < 3; i++)
		CHECK(bad[i].outcome == DELIVER_FAILED && bad[i].over == 1);
	CHECK(bad[1].order == bad[0].order + 1 || bad[1].order > bad[0].order);
	CHECK(bad[3].over == 0);	/* in flight */
	rig_put(&rig, &late, &h[0]);
	rig_run(&rig, RIG_FOREVER);
	for (i = 0; i < 5; i++)
		CHECK(p[i].outcome == DELIVER_DELIVERED && p[i].over == 1);
	CHECK(bad[3].outcome == DELIVER_FAILED && bad[3].status == 500);
	CHECK(late.outcome == DELIVER_DELIVERED);
	CHECK(rig.ended == 11 && rig.rooms > 0);
	rig_done(&rig);
}

static void
abandoned(void)
{
	struct host h[3] = { { .serve = serve_moody },
	    { .serve = serve_moody }, { .serve = serve_moody } };
	struct rig rig;
	struct deliver_counts c;
	int i, k, twice = 0;

	rig_init(&rig, &(struct deliver_config){ .plan.max_tries = 60,
	    .row = 3, .breaker_ms = 10000 }, h, 3);
	put_all(&rig, h, 3);
	rig_run(&rig, 20000);
	deliver_abandon(rig.engine);
	deliver_counts(rig.engine, &c);
	CHECK(c.held == 0 && c.bytes == 0 && rig.flying == 0);
	CHECK(c.behind == 0 && c.waiting == 0 && c.ready == 0);
	CHECK(rig.ended == KEYS * EACH);
	for (k = 0; k < KEYS; k++)
		for (i = 0; i < EACH; i++)
			twice += pieces[k][i].over != 1;
	CHECK(twice == 0);
	rig_done(&rig);

	/* Or freed without a word. */
	rig_init(&rig, &(struct deliver_config){ .plan.max_tries = 60,
	    .row = 3, .breaker_ms = 10000 }, h, 3);
	put_all(&rig, h, 3);
	rig_run(&rig, 20000);
	k = (int)rig.ended;
	rig_done(&rig);
	CHECK(rig.ended == k && rig.flying == 0);
}

int
main(void)
{
	by_key();
	behind();
	from_within();
	paced();
	stopped();
	abandoned();
	return CHECK_DONE;
}
