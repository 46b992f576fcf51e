/* fetch.c - --spool: jobs out of it, and what becomes of them there. */
#include <stdio.h>
#include <string.h>

#include "clock.h"
#include "dead.h"
#include "json.h"
#include "sender.h"

#define TURN 256		/* jobs made in one turn of the loop */
#define STUCK_MS 100		/* waiting so long can be done elsewhere */
#define SHED_MS 500		/* from one look for such to the next */

static int64_t
wall_us(const struct sender *s, int64_t loop_ms)
{
	return clock_wall_us() + (loop_ms - loop_now(s->tool.loop)) * 1000;
}

static int64_t
loop_ms(const struct sender *s, int64_t us)
{
	return loop_now(s->tool.loop) + (us - clock_wall_us()) / 1000;
}

/* ---- lines into jobs ---- */

/* A line without an id of its own has the same one each time. */
static int
set_id(struct job *j, const struct spool_line *l)
{
	struct span id;
	char text[128];

	if (json_member(l->event, "id", &id) && json_type(id) != JSON_NULL)
		return 0;
	snprintf(text, sizeof(text), "msg_%.*s-%llu",
	    (int)strcspn(l->segment, "."), l->segment,
	    (unsigned long long)l->ref.number);
	j->id = span_str(job_keep(j, span_str(text)));
	return j->id.p != NULL ? 0 : -1;
}

/* --max-age counts from the event's own time. */
static void
set_deadline(const struct sender *s, struct job *j, struct span event)
{
	struct span time;
	int64_t us = -1, end_ms;

	if (s->config.max_age_ms > 0 && json_member(event, "time", &time) &&
	    time.n > 2)
		us = clock_read_rfc3339(time.p + 1, time.n - 2);
	if (us == -1)
		return;
	end_ms = loop_ms(s, us) + s->config.max_age_ms;
	if (end_ms < 1)
		end_ms = 1;
	if (j->deliver.deadline_ms > end_ms)
		j->deliver.deadline_ms = end_ms;
}

static void
put(struct sender *s, struct job *j, const struct spool_line *l)
{
	int64_t due_ms = loop_ms(s, l->due_us);

	j->deliver.attempts = l->attempts;
	j->deliver.tries = l->tries;
	if (l->due_us != 0 && !s->config.retry_now &&
	    due_ms > j->deliver.due_ms)
		j->deliver.due_ms = due_ms;
	set_deadline(s, j, l->event);
	deliver_put(s->engine, &j->deliver);
}

/* A line stays where it is, for another time. */
static void
no_memory(struct sender *s)
{
	tool_why(&s->tool, s->config.spool,
	    &(struct why){ STATUS_SOME, "out of memory" });
}

/* What can be delivered; NULL: the line is dealt with. */
static struct job *
make_job(struct sender *s, const struct spool_line *l)
{
	struct lines_record r = { .line = l->event };
	struct job *j;
	struct why why;
	enum made made = make_line(&s->make, &r, &j, &why);

	if (made == MADE_NEWS) {
		s->news++;
		spool_done(s->store.consumer, l->ref);
		return NULL;
	}
	if (j == NULL || set_id(j, l) == -1) {
		no_memory(s);
		job_free(j);
		return NULL;
	}
	j->spooled = l->ref;
	if (made == MADE_JOB)
		return j;
	/* It was never one of its key: no other goes on because of it. */
	j->deliver.key = (struct span){ NULL, 0 };
	settle_job(s, j, made == MADE_BLOCKED ? DELIVER_BLOCKED :
	    DELIVER_INVALID, NULL, &why);
	return NULL;
}

/* ---- lines of a key, behind one that waits for long ---- */

static void
hold(struct sender *s, struct span key, const struct spool_line *l)
{
	if (holds_add(&s->store.holds, key, l) == -1)
		no_memory(s);
}

static void
put_or_hold(struct sender *s, struct job *j, const struct spool_line *l)
{
	struct span key = j->deliver.key;

	if (key.p != NULL && holds_have(&s->store.holds, key)) {
		hold(s, key, l);
		job_free(j);
	} else {
		put(s, j, l);
	}
}

/* One of the key is over: as long as others are held, there is always one
 * that has not ended, and no more, so that what is given back is never one
 * that came before those. */
static void
put_next(struct sender *s, struct span key)
{
	struct store *t = &s->store;
	struct job *j = NULL;
	struct spool_line l;
	struct why why;

	while (j == NULL && holds_take(&t->holds, key, &l)) {
		buf_clear(&t->event);
		if (spool_read(t->consumer, l.ref, &t->event, &why) == -1) {
			tool_why(&s->tool, s->config.spool, &why);
			continue;
		}
		l.event = buf_span(&t->event);
		l.segment = spool_segment(l.ref);
		j = make_job(s, &l);
		if (j != NULL)
			put(s, j, &l);
	}
}

/* ---- back into it ---- */

static void
park(void *arg, struct deliver_job *d, int64_t due_ms)
{
	struct sender *s = arg;
	struct job *j = job_of(d);
	struct spool_line l = { .ref = j->spooled, .attempts = d->attempts,
		.tries = d->tries };

	if (d->key.p != NULL) {
		l.due_us = d->due_ms != 0 ? wall_us(s, d->due_ms) : 0;
		hold(s, d->key, &l);
	} else {
		l.due_us = wall_us(s, due_ms);
		spool_park(s->store.consumer, &l);
	}
	job_free(j);
}

static size_t
holds_room(const struct sender *s)
{
	return HOLDS_MAX - s->store.holds.n;
}

/* A host that is away, or a line that holds up its key, must not fill the
 * memory that others' jobs need: these jobs wait in the spool. */
static void
shed(struct sender *s)
{
	struct deliver_counts counts;
	size_t n, most = spool_parking(s->store.consumer);

	if (loop_now(s->tool.loop) < s->store.shed_ms)
		return;
	deliver_counts(s->engine, &counts);
	if (most > holds_room(s))
		most = holds_room(s);
	n = deliver_shed(s->engine, STUCK_MS, most, park, s);
	/* All of them are looked at, each time. */
	if (n < counts.held / 4)
		s->store.shed_ms = loop_now(s->tool.loop) + SHED_MS;
}

int
fetch_pump(struct sender *s)
{
	struct spool_line l;
	struct job *j;
	int n;

	for (n = 0; n < TURN; n++) {
		if (deliver_full(s->engine))
			shed(s);
		if (sender_is_full(s) || holds_room(s) == 0) {
			/* Nobody tells when jobs have become stuck. */
			if (!loop_timer_active(s->store.more))
				loop_timer_set(s->store.more, SHED_MS);
			return 1;
		}
		if (spool_next(s->store.consumer, &l) == 0)
			return 0;
		j = make_job(s, &l);
		if (j != NULL)
			put_or_hold(s, j, &l);
	}
	loop_timer_set(s->store.more, 0);
	return 1;
}

void
store_pump(struct sender *s)
{
	if (s->store.consumer != NULL && !s->store.stopped)
		fetch_pump(s);
}

/* ---- what becomes of them ---- */

void
store_retry(void *arg, const struct job *j, int64_t due_ms,
    const struct http_result *r)
{
	struct sender *s = arg;

	(void)r;
	if (j->spooled.part != NULL)
		spool_again(s->store.consumer, j->spooled,
		    j->deliver.attempts, wall_us(s, due_ms));
}

static void
bury(struct sender *s, const struct job *j, int outcome,
    const struct http_result *r, const struct why *why)
{
	struct why cause;
	struct buf *b = &s->store.event;

	buf_clear(b);
	buf_clear(&s->line);
	s->store.dead++;
	if (spool_read(s->store.consumer, j->spooled, b, &cause) == -1) {
		tool_why(&s->tool, s->config.spool, &cause);
		return;
	}
	if (dead_print(&s->line, buf_span(b), 0, j, outcome, r, why) == -1 ||
	    spool_dead(s->store.consumer, j->spooled,
	    buf_span(&s->line)) == -1)
		tool_why(&s->tool, "dead.ndjson",
		    &(struct why){ STATUS_SOME, "out of memory" });
}

int
store_settle(struct sender *s, const struct job *j, int outcome,
    const struct http_result *r, const struct why *why)
{
	if (j->deliver.state == DELIVER_DOOMED) {
		if (r != NULL)
			store_retry(s, j, j->deliver.due_ms, r);
		return OUTCOME_SPOOLED;
	}
	if (outcome == DELIVER_DELIVERED)
		spool_done(s->store.consumer, j->spooled);
	else
		bury(s, j, outcome, r, why);
	if (j->deliver.key.p != NULL && !s->store.stopped)
		put_next(s, j->deliver.key);
	return outcome;
}

/* ---- the consumer ---- */

static void
on_ready(void *arg)
{
	store_pump(arg);
	sender_check_end(arg);
}

static void
on_trouble(void *arg, const struct why *why)
{
	struct sender *s = arg;

	tool_why(&s->tool, s->config.spool, why);
}

int
fetch_start(struct sender *s, struct why *why)
{
	static const struct spool_consumer_user user = { on_ready,
		on_trouble };

	s->store.consumer = spool_consumer_new(s->tool.loop, s->config.spool,
	    s->config.keep_ms, &user, s, why);
	s->store.more = loop_timer_new(s->tool.loop, on_ready, s);
	if (s->store.consumer == NULL)
		return -1;
	return s->store.more != NULL ? 0 :
	    why_set(why, STATUS_SOME, "out of memory");
}
