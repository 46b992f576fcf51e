/* Jobs that are given back because nothing can be done for them: which, and
 * what they keep. */
#include "deliver_rig.h"

#define JOBS 100

static struct piece pieces[JOBS], *given[JOBS];
static int64_t due[JOBS];
static size_t ngiven;

static void
gives(void *arg, struct deliver_job *j, int64_t due_ms)
{
	CHECK(arg == given);
	due[ngiven] = due_ms;
	given[ngiven++] = (struct piece *)(void *)j;
}

static size_t
shed(struct rig *rig, int64_t least_ms, size_t most)
{
	ngiven = 0;
	return deliver_shed(rig->engine, least_ms, most, gives, given);
}

static void
begin(struct rig *rig, struct host *hosts, const struct deliver_config *c,
    int jobs)
{
	int i;

	memset(pieces, 0, sizeof(pieces));
	rig_init(rig, c, hosts, 2);
	for (i = 0; i < jobs; i++)
		rig_put(rig, &pieces[i], &hosts[i % 2]);
}

/* Jobs of a paused host and those that wait, and no others; room is there
 * then, and all of them are delivered in the end. */
static void
stuck(void)
{
	struct host hosts[2] = { { .reply = { .why = STATUS_UNREACHABLE } },
	    { .reply = { .status = 204, .ms = 10000 } } };
	struct deliver_config c = { .row = 3, .breaker_ms = 30000,
	    .limit = JOBS * 100, .plan.max_tries = 1000 };
	struct deliver_counts counts;
	struct rig rig;
	size_t i;

	begin(&rig, hosts, &c, JOBS);
	CHECK(deliver_full(rig.engine));
	rig_run(&rig, 10);
	CHECK(shed(&rig, 500, 7) == 7);
	CHECK(shed(&rig, 500, JOBS) == JOBS / 2 - 7);
	CHECK(!deliver_full(rig.engine));
	deliver_counts(rig.engine, &counts);
	CHECK(counts.held == JOBS / 2 && counts.waiting == 0);
	CHECK(counts.bytes == JOBS / 2 * 100 && counts.paused == 1);
	for (i = 0; i < ngiven; i++) {
		CHECK(given[i]->host == &hosts[0] && given[i]->over == 0);
		CHECK(due[i] >= rig.now_ms + 500);
		CHECK(due[i] <= rig.now_ms + 30000);
	}
	hosts[0].reply = (struct reply){ .status = 204 };
	for (i = 0; i < JOBS; i += 2)
		rig_put(&rig, &pieces[i], &hosts[0]);
	rig_run(&rig, RIG_FOREVER);
	CHECK(rig.delivered == JOBS);
	rig_done(&rig);
}

/* What was tried counts on. */
static void
counted(void)
{
	struct host hosts[2] = { { .reply = { .status = 503 } },
	    { .reply = { .status = 204 } } };
	struct deliver_config c = { .plan.max_tries = 3 };
	struct rig rig;
	int i;

	begin(&rig, hosts, &c, 1);
	for (i = 0; i < 3; i++) {
		rig_run(&rig, 0);
		CHECK(shed(&rig, 1, JOBS) == 1 && given[0]->job.tries == i + 1);
		rig.now_ms = due[0];
		rig_put(&rig, given[0], &hosts[0]);
	}
	rig_run(&rig, RIG_FOREVER);
	CHECK(pieces[0].over == 1 && pieces[0].outcome == DELIVER_EXHAUSTED);
	CHECK(pieces[0].job.attempts == 4);
	rig_done(&rig);
}

static int nput;

/* As a user does that keeps them in order. */
static void
put_next(struct rig *rig, struct piece *p)
{
	if (nput < (int)ngiven)
		rig_put(rig, given[nput++], p->host);
}

/* What others are behind stays; they all go, or none, and keep their order. */
static void
in_order(void)
{
	struct host hosts[2] = { { .reply = { .status = 503 } },
	    { .reply = { .status = 204 } } };
	struct deliver_config c = { .plan.max_tries = 3 };
	struct deliver_counts counts;
	struct rig rig;
	int i;

	begin(&rig, hosts, &c, 0);
	for (i = 0; i < 4; i++) {
		pieces[i].job.key = SPAN("k");
		rig_put(&rig, &pieces[i], &hosts[0]);
	}
	CHECK(shed(&rig, 1, JOBS) == 0);	/* the first is in flight */
	rig_run(&rig, 0);
	CHECK(shed(&rig, 100000, JOBS) == 0);	/* it doesn't wait so long */
	CHECK(shed(&rig, 1, 2) == 0);
	CHECK(shed(&rig, 1, 3) == 3);
	for (i = 0; i < 3; i++)
		CHECK(given[i] == &pieces[i + 1] && due[i] ==
		    pieces[0].job.due_ms);
	deliver_counts(rig.engine, &counts);
	CHECK(counts.held == 1 && counts.behind == 0);
	CHECK(shed(&rig, 1, JOBS) == 0);	/* not the first itself */
	ngiven = 3;
	nput = 0;
	rig.on_done = put_next;
	hosts[0].reply = (struct reply){ .status = 204, .ms = 10 };
	rig_run(&rig, RIG_FOREVER);
	CHECK(rig.delivered == 4 && hosts[0].most == 1);
	for (i = 0; i < 4; i++)
		CHECK(pieces[i].order == i);
	rig_done(&rig);
}

int
main(void)
{
	stuck();
	counted();
	in_order();
	return CHECK_DONE;
}
