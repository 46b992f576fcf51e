/* deliver_random.c - the engine among hosts of every mood, with limits, keys,
 * times and interruptions by chance: what must hold always, holds. */
#include "deliver_rig.h"

#define RUNS 300
#define JOBS 400
#define HOSTS 12
#define KEYS 8

static struct host hosts[HOSTS];
static struct piece pieces[JOBS];
static int64_t last_of_key[KEYS];	/* the order of the last that ended */
static int64_t per_host, jobs, wrong;
static uint64_t chance;

static unsigned
random_below(unsigned n)
{
	chance = chance * 6364136223846793005u + 1442695040888963407u;
	return (unsigned)(chance >> 33) % n;
}

static void
serve_moody(struct rig *rig, struct host *h, struct reply *r)
{
	static const int statuses[] = { 200, 200, 200, 204, 400, 410, 429,
	    500, 503 };
	static const enum status failures[] = { STATUS_UNREACHABLE,
	    STATUS_TIMEOUT, STATUS_LOST, STATUS_TLS, STATUS_USAGE,
	    STATUS_REFUSED };
	int64_t mood = (rig->now_ms / 20000 + (h - hosts)) % 4;

	*r = (struct reply){ .ms = random_below(2000),
	    .connected = (int)random_below(2) };
	if (mood == 0)
		r->why = STATUS_UNREACHABLE;
	else if (mood == 1 && random_below(2))
		r->status = 503;
	else if (random_below(8) == 0)
		r->why = failures[random_below(6)];
	else
		r->status = statuses[random_below(9)];
	if (random_below(10) == 0)
		r->retry_after_ms = random_below(30000) + 1;
	wrong += h->active >= per_host || rig->flying >= jobs;
}

/* Of a key, in the order in which they were put. */
static void
check_order(struct rig *rig, struct piece *p)
{
	int64_t k = p->job.key.p != NULL ? *p->job.key.p - '0' : -1;

	(void)rig;
	if (k < 0 || p->job.attempts == 0)
		return;
	wrong += p - pieces < last_of_key[k];
	last_of_key[k] = p - pieces;
}

static void
put_one(struct rig *rig, struct piece *p)
{
	static const char *const keys[KEYS] = { "0", "1", "2", "3", "4", "5",
	    "6", "7" };

	memset(p, 0, sizeof(*p));
	p->job.bytes = 1 + random_below(1000);
	if (random_below(2))
		p->job.key = span_str(keys[random_below(KEYS)]);
	if (random_below(6) == 0)
		p->job.due_ms = rig->now_ms + random_below(60000);
	if (random_below(6) == 0)
		p->job.deadline_ms = rig->now_ms + random_below(60000);
	rig_put(rig, p, random_below(50) ? &hosts[random_below(HOSTS)] : NULL);
}

static void
check_end(struct rig *rig, int put)
{
	struct deliver_counts c;
	int i;

	deliver_counts(rig->engine, &c);
	wrong += c.held != 0 || c.bytes != 0 || c.behind != 0 ||
	    c.waiting != 0 || c.ready != 0 || c.flying != 0;
	wrong += rig->flying != 0 || rig->ended != put;
	for (i = 0; i < put; i++)
		wrong += pieces[i].over != 1;
}

static void
configure(struct deliver_config *c)
{
	jobs = 1 + random_below(20);
	per_host = 1 + random_below(5);
	*c = (struct deliver_config){ .jobs = jobs,
	    .jobs_per_host = per_host, .limit = 20000,
	    .row = random_below(3) ? 1 + random_below(10) : 0,
	    .breaker_ms = 1 + random_below(30000), .seed = chance,
	    .plan.max_tries = random_below(8) };
	if (random_below(4) == 0)
		c->rate = (struct rate){ 1 + random_below(20), 1000, 1 };
}

static void
run(void)
{
	struct deliver_config c;
	struct rig rig;
	int put = 0, end = (int)random_below(3), i;

	memset(hosts, 0, sizeof(hosts));
	memset(last_of_key, 0, sizeof(last_of_key));
	for (i = 0; i < HOSTS; i++)
		hosts[i].serve = serve_moody;
	configure(&c);
	rig_init(&rig, &c, hosts, HOSTS);
	rig.on_done = check_order;
	while (put < JOBS) {
		if (!deliver_full(rig.engine))
			put_one(&rig, &pieces[put++]);
		else if (!rig_step(&rig, INT64_MAX - 1))
			break;
		if (random_below(3) == 0)
			rig_run(&rig, random_below(3000));
		if (end > 0 && random_below(JOBS) == 0)
			break;
	}
	CHECK(put == JOBS || end > 0);
	if (end > 0)
		deliver_stop(rig.engine);
	if (end > 1)
		deliver_abandon(rig.engine);
	rig_run(&rig, RIG_FOREVER);
	check_end(&rig, put);
	rig_done(&rig);
}

int
main(void)
{
	uint64_t i;

	for (i = 0; i < RUNS; i++) {
		chance = i;
		wrong = 0;
		run();
		CHECK(wrong == 0);
		if (wrong != 0)
			fprintf(stderr, "run %llu: %lld\n",
			    (unsigned long long)i, (long long)wrong);
	}
	return CHECK_DONE;
}
