/* deliver.c - the engine on a made-up clock, over hosts that are made up,
 * too: nothing is sent, and nothing waits. */
#include "deliver_rig.h"

/* ---- what an answer means ---- */

static const struct {
	int status;			/* or what failed: */
	enum status why;
	enum deliver_outcome outcome;
	int64_t attempts;		/* with two retries */
} answers[] = {
	{ 200, 0, DELIVER_DELIVERED, 1 }, { 204, 0, DELIVER_DELIVERED, 1 },
	{ 299, 0, DELIVER_DELIVERED, 1 }, { 300, 0, DELIVER_FAILED, 1 },
	{ 301, 0, DELIVER_FAILED, 1 }, { 307, 0, DELIVER_FAILED, 1 },
	{ 400, 0, DELIVER_FAILED, 1 }, { 401, 0, DELIVER_FAILED, 1 },
	{ 404, 0, DELIVER_FAILED, 1 }, { 409, 0, DELIVER_FAILED, 1 },
	{ 410, 0, DELIVER_GONE, 1 }, { 418, 0, DELIVER_FAILED, 1 },
	{ 408, 0, DELIVER_EXHAUSTED, 3 }, { 425, 0, DELIVER_EXHAUSTED, 3 },
	{ 429, 0, DELIVER_EXHAUSTED, 3 }, { 500, 0, DELIVER_EXHAUSTED, 3 },
	{ 503, 0, DELIVER_EXHAUSTED, 3 }, { 599, 0, DELIVER_EXHAUSTED, 3 },
	{ 600, 0, DELIVER_FAILED, 1 }, { 999, 0, DELIVER_FAILED, 1 },
	{ 0, STATUS_UNREACHABLE, DELIVER_EXHAUSTED, 3 },
	{ 0, STATUS_TIMEOUT, DELIVER_EXHAUSTED, 3 },
	{ 0, STATUS_LOST, DELIVER_EXHAUSTED, 3 },
	{ 0, STATUS_PROTOCOL, DELIVER_EXHAUSTED, 3 },
	{ 0, STATUS_TLS, DELIVER_FAILED, 1 },
	{ 0, STATUS_USAGE, DELIVER_INVALID, 1 },
	{ 0, STATUS_REFUSED, DELIVER_BLOCKED, 1 },
};

static void
verdicts(void)
{
	struct rig rig;
	size_t i;

	for (i = 0; i < sizeof(answers) / sizeof(answers[0]); i++) {
		struct host h = { .reply = { .status = answers[i].status,
		    .why = answers[i].why, .ms = 10 } };
		struct piece p = { 0 };

		rig_init(&rig, &(struct deliver_config){
		    .plan.max_tries = 2 }, &h, 1);
		rig_put(&rig, &p, &h);
		rig_run(&rig, RIG_FOREVER);
		CHECK(p.over == 1 && p.outcome == answers[i].outcome);
		CHECK(p.job.attempts == answers[i].attempts);
		CHECK(p.retries == answers[i].attempts - 1);
		CHECK(p.status == answers[i].status);
		rig_done(&rig);
	}
}

/* 503 twice, and so long a Retry-After the second time. */
static void
serve_late(struct rig *rig, struct host *h, struct reply *r)
{
	(void)rig;
	r->status = h->attempts <= 2 ? 503 : 204;
	r->retry_after_ms = h->attempts == 2 ? 60000 : 0;
}

static void
waits(void)
{
	struct host h = { .reply.ms = 10, .serve = serve_late };
	struct piece p = { 0 };
	struct rig rig;

	rig_init(&rig, &(struct deliver_config){ .plan.max_tries = 5 },
	    &h, 1);
	rig_put(&rig, &p, &h);
	rig_run(&rig, RIG_FOREVER);
	CHECK(p.outcome == DELIVER_DELIVERED && p.job.attempts == 3);
	CHECK(p.tried_ms[1] - p.tried_ms[0] >= 1010);
	CHECK(p.tried_ms[1] - p.tried_ms[0] <= 1510);
	CHECK(p.tried_ms[2] - p.tried_ms[1] >= 60010);
	CHECK(p.tried_ms[2] - p.tried_ms[1] <= 61010);
	CHECK(p.tried_ms[2] == p.due_ms);
	rig_done(&rig);
}

/* ---- times that the job itself sets ---- */

static void
own_times(void)
{
	struct host well = { .reply = { .status = 204, .ms = 10 } };
	struct host ill = { .reply = { .status = 500, .ms = 10 },
	    .name = "http://ill" };
	struct piece late = { 0 }, brief = { 0 }, past = { 0 };
	struct piece early = { 0 };
	struct rig rig;
	int64_t t0;

	rig_init(&rig, &(struct deliver_config){ .plan.max_tries = 50 },
	    &well, 1);
	t0 = rig.now_ms;
	late.job.due_ms = t0 + 3600000;
	brief.job.deadline_ms = t0 + 5000;
	past.job.deadline_ms = t0 - 1;
	early.job.due_ms = t0 + 3600000;
	early.job.deadline_ms = t0 + 60000;
	rig_put(&rig, &late, &well);
	rig_put(&rig, &brief, &ill);
	rig_put(&rig, &past, &well);
	rig_put(&rig, &early, &well);
	rig_run(&rig, RIG_FOREVER);
	CHECK(late.outcome == DELIVER_DELIVERED);
	CHECK(late.tried_ms[0] == t0 + 3600000);
	/* Given up as soon as no retry can come in time. */
	CHECK(brief.outcome == DELIVER_EXHAUSTED && brief.status == 500);
	CHECK(brief.job.attempts > 1 && brief.over_ms < t0 + 5000);
	CHECK(past.outcome == DELIVER_EXHAUSTED && past.job.attempts == 0);
	CHECK(past.over_ms == t0);
	CHECK(early.outcome == DELIVER_EXHAUSTED);
	CHECK(early.job.attempts == 0 && early.over_ms == t0 + 60000);
	CHECK_STR(early.error, "its deadline has passed");
	rig_done(&rig);
}

/* An attempt that isn't made yet doesn't count, whether the user says so at
 * once or later. */
static void
put_off(void)
{
	struct host h = { .reply = { .status = 204, .ms = 10 } };
	struct piece p = { 0 }, q = { 0 };
	struct rig rig;
	int64_t t0;

	rig_init(&rig, &(struct deliver_config){ .jobs = 1,
	    .plan.max_tries = 0 }, &h, 1);
	t0 = rig.now_ms;
	h.not_before_ms = t0 + 5000;
	rig_put(&rig, &p, &h);
	rig_put(&rig, &q, &h);
	rig_run(&rig, 4999);
	CHECK(p.over == 0 && q.over == 0 && rig.attempts == 0);
	rig_run(&rig, 1);
	CHECK(rig.attempts == 1);		/* in flight, and then not */
	rig_land(&rig, &p);
	deliver_postpone(rig.engine, &p.job, 1000);
	CHECK(rig.attempts == 2);		/* the other has the place */
	rig_run(&rig, RIG_FOREVER);
	CHECK(p.outcome == DELIVER_DELIVERED && p.job.attempts == 1);
	CHECK(p.over_ms == t0 + 6010 && q.over_ms == t0 + 5010);
	/* Once stopped, nothing waits. */
	h.not_before_ms = rig.now_ms;
	q = (struct piece){ 0 };
	rig_put(&rig, &q, &h);
	deliver_stop(rig.engine);
	rig_land(&rig, &q);
	deliver_postpone(rig.engine, &q.job, 1);
	CHECK(q.over == 1 && q.outcome == DELIVER_FAILED);
	rig_done(&rig);
}

/* One that was tried before a restart has only the rest of its tries. */
static void
resumed(void)
{
	struct host h = { .reply = { .status = 500, .ms = 10 } };
	struct piece p = { 0 };
	struct rig rig;
	int64_t t0;

	rig_init(&rig, &(struct deliver_config){ .plan.max_tries = 5 },
	    &h, 1);
	t0 = rig.now_ms;
	p.job.attempts = 4;
	p.job.due_ms = t0 + 7000;
	rig_put(&rig, &p, &h);
	rig_run(&rig, RIG_FOREVER);
	CHECK(h.attempts == 2 && h.first_ms == t0 + 7000);
	CHECK(h.last_ms >= t0 + 7000 + 16000);
	CHECK(p.job.attempts == 6 && p.outcome == DELIVER_EXHAUSTED);
	rig_done(&rig);
}

/* ---- 410 ---- */

static void
gone(void)
{
	struct host h = { .reply = { .status = 410, .ms = 10 } };
	struct piece p[4] = { 0 };
	struct rig rig;
	int i;

	rig_init(&rig, &(struct deliver_config){ .jobs_per_host = 1 },
	    &h, 1);
	for (i = 0; i < 4; i++) {
		p[i].job.url = i == 2 ? "http://h0/b" : "http://h0/a";
		rig_put(&rig, &p[i], &h);
	}
	rig_run(&rig, RIG_FOREVER);
	CHECK(h.attempts == 2);
	for (i = 0; i < 4; i++)
		CHECK(p[i].outcome == DELIVER_GONE && p[i].over == 1);
	CHECK(p[1].job.attempts == 0 && p[2].job.attempts == 1);
	CHECK(p[1].status == 0 && p[1].error[0] != '\0');
	rig_done(&rig);
}

/* ---- limits ---- */

static void
many_at_once(void)
{
	struct host h[20] = { 0 };
	struct piece *p = calloc(2000, sizeof(*p));
	struct rig rig;
	int i;

	for (i = 0; i < 20; i++)
		h[i].reply = (struct reply){ .status = 204, .ms = 7 + i };
	rig_init(&rig, &(struct deliver_config){ .jobs = 30,
	    .jobs_per_host = 3 }, h, 20);
	for (i = 0; i < 2000; i++)
		rig_put(&rig, &p[i], &h[i % 20]);
	/* One to each host, until it has answered. */
	CHECK(rig.flying == 20);
	rig_run(&rig, RIG_FOREVER);
	CHECK(rig.most == 30 && rig.delivered == 2000);
	for (i = 0; i < 20; i++)
		CHECK(h[i].most <= 3 && h[i].attempts == 100);
	rig_done(&rig);
	free(p);
}

/* One alone has all there are at once, though it has not answered. */
static void
alone(void)
{
	struct host h[2] = { { .reply = { .status = 204, .ms = 10 } },
	    { .reply = { .status = 204, .ms = 10 } } };
	struct piece p[20] = { 0 };
	struct rig rig;
	int i;

	rig_init(&rig, &(struct deliver_config){ .jobs = 8 }, h, 2);
	for (i = 0; i < 10; i++)
		rig_put(&rig, &p[i], &h[0]);
	CHECK(rig.flying == 8);
	rig_run(&rig, RIG_FOREVER);
	for (i = 10; i < 20; i++)
		rig_put(&rig, &p[i], &h[i % 2]);
	CHECK(rig.flying == 4);		/* two each: half of all */
	rig_run(&rig, RIG_FOREVER);
	CHECK(rig.delivered == 20);
	rig_done(&rig);
}

static void
room(void)
{
	struct host h = { .reply = { .status = 204, .ms = 10 } };
	struct piece p[30] = { 0 };
	struct rig rig;
	int i;

	rig_init(&rig, &(struct deliver_config){ .limit = 1000,
	    .jobs_per_host = 1 }, &h, 1);
	for (i = 0; i < 9; i++)
		CHECK(rig_put(&rig, &p[i], &h) == 0);
	CHECK(rig_put(&rig, &p[i], &h) == FULL);
	CHECK(deliver_full(rig.engine) && rig.rooms == 0);
	rig_run(&rig, 10);
	CHECK(rig.rooms == 1 && !deliver_full(rig.engine));
	rig_run(&rig, 70);
	CHECK(rig.rooms == 1);
	rig_run(&rig, 20);
	CHECK(rig.rooms == 2 && rig.delivered == 10);	/* none is held */
	rig_done(&rig);

	rig_init(&rig, &(struct deliver_config){ .ahead = 2,
	    .jobs_per_host = 1 }, &h, 1);
	CHECK(rig_put(&rig, &p[20], &h) == 0);
	CHECK(rig_put(&rig, &p[21], &h) == 0);
	CHECK(rig_put(&rig, &p[22], &h) == FULL);
	rig_run(&rig, 10);
	CHECK(rig.rooms == 1);
	rig_done(&rig);
}

int
main(void)
{
	verdicts();
	waits();
	own_times();
	put_off();
	resumed();
	gone();
	many_at_once();
	alone();
	room();
	return CHECK_DONE;
}
