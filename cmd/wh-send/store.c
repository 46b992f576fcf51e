/* store.c - --spool: lines on their way into it, and the end of it all. */
#include "envelope.h"
#include "event.h"
#include "result.h"
#include "say.h"
#include "sender.h"

/* Until the line is on disk it has no result. */
static void
add_result(struct sender *s, struct span event, uint64_t number)
{
	struct store *t = &s->store;
	struct job *j;
	struct event e;
	int bad = 1;

	if (t->consumer != NULL)
		return;
	buf_clear(&s->line);
	j = make_none(number, NULL);
	if (j != NULL && event_read(event, &e, NULL) == 0 &&
	    event_string(e.id, "id", &s->line, &j->id, NULL) == 0)
		bad = result_print(&t->results, j, OUTCOME_SPOOLED, NULL, NULL,
		    0) != 0 || buf_addc(&t->results, '\n') == -1;
	job_free(j);
	if (bad)
		tool_why(&s->tool, "result",
		    &(struct why){ STATUS_SOME, "out of memory" });
}

static int
put_event(struct sender *s, uint64_t number, struct why *why)
{
	struct span event = buf_span(&s->store.event);

	if (spool_put(s->store.writer, event) == -1)
		return why_set(why, STATUS_SOME, "out of memory");
	add_result(s, event, number);
	return 0;
}

int
store_put(struct sender *s, const struct lines_record *r)
{
	char id[JOB_ID_SIZE];
	struct envelope v = { .id = { id, JOB_ID_SIZE - 1 } };
	struct why why;
	int got = 0;

	job_new_id(id);
	buf_clear(&s->store.event);
	if (s->config.order_key != NULL)
		got = terms_key(&s->make.terms, r, NULL, &v.key, &why);
	if (got == 0)
		got = envelope_line(&s->store.event, r,
		    lines_in_form(s->in) == LINES_EVENTS, &v, &why);
	if (got == 1)
		s->news++;
	else if (got == -1 || put_event(s, r->number, &why) == -1) {
		lines_bad(s->in, r->number, &why);
		settle_bad(s, r->number, &why);
	}
	return store_is_full(s) ? FULL : 0;
}

int
store_put_whole(struct sender *s, struct span body, struct why *why)
{
	char id[JOB_ID_SIZE];
	struct envelope v = { .id = { id, JOB_ID_SIZE - 1 } };

	job_new_id(id);
	buf_clear(&s->store.event);
	if (envelope_whole(&s->store.event, body, &v) == -1)
		return why_set(why, STATUS_SOME, "out of memory");
	return put_event(s, 0, why);
}

int
store_is_full(const struct sender *s)
{
	return spool_full(s->store.writer) || output_full(s->out);
}

/* ---- what the writer says ---- */

static void
on_room(void *arg)
{
	intake_resume(arg);
}

static void
print_results(struct sender *s)
{
	struct store *t = &s->store;
	uint64_t n = spool_settled(t->writer) - t->told;
	const char *nl;

	t->told += n;
	for (; n > 0 && t->results.n > 0; n--) {
		nl = memchr(t->results.p, '\n', t->results.n);
		output_put(s->out, span_of(t->results.p,
		    (size_t)(nl - t->results.p)), '\n');
		buf_drop(&t->results, (size_t)(nl - t->results.p) + 1);
		s->tally.outcomes[OUTCOME_SPOOLED]++;
	}
}

static void
on_taken(void *arg)
{
	struct sender *s = arg;

	if (s->store.waits)
		say_note("%s: has room again", s->config.spool);
	s->store.waits = 0;
	print_results(s);
	sender_check_end(s);
}

/* Nobody can know what is on the disk.  The rest is not read. */
static void
on_refused(void *arg, const struct why *why)
{
	struct sender *s = arg;

	if (s->tool.status == STATUS_OK)
		tool_why(&s->tool, s->config.spool, why);
	buf_clear(&s->store.results);
	s->ended = 1;
	if (s->in != NULL)
		lines_in_pause(s->in);
	sender_check_end(s);
}

static void
on_waiting(void *arg, const struct why *why)
{
	struct sender *s = arg;

	if (!s->store.waits)
		say_warn("%s: %s; waiting for room", s->config.spool,
		    why->text);
	s->store.waits = 1;
}

/* ---- beginning and end ---- */

int
store_start(struct sender *s, int reads, struct why *why)
{
	static const struct spool_writer_user user = { on_room, on_taken,
		on_refused, on_waiting };

	buf_init(&s->store.event, SIZE_MAX);
	buf_init(&s->store.results, SIZE_MAX);
	if (!s->config.enqueue && fetch_start(s, why) == -1)
		return -1;
	if (!reads)
		return 0;
	s->store.writer = spool_writer_new(s->tool.loop, s->config.spool,
	    &user, s, why);
	return s->store.writer == NULL ? -1 : 0;
}

void
store_done(struct sender *s)
{
	spool_writer_free(s->store.writer);
	spool_consumer_free(s->store.consumer);
	holds_done(&s->store.holds);
	loop_timer_free(s->store.more);
	buf_done(&s->store.event);
	buf_done(&s->store.results);
}

void
store_stop(struct sender *s)
{
	s->store.stopped = 1;
}

/* All that stdin had is on disk. */
static int
is_stored(struct sender *s)
{
	struct spool_writer *w = s->store.writer;

	if (w == NULL)
		return 1;
	if (!s->ended || spool_settled(w) != spool_position(w))
		return 0;
	/* It may be at work still, and hold its segment until the turn ends. */
	spool_writer_free(w);
	s->store.writer = NULL;
	if (s->store.consumer == NULL)
		return 1;
	loop_timer_set(s->store.more, 0);
	return 0;
}

/* Nothing is under way. */
static int
is_idle(struct sender *s)
{
	struct spool_counts counts;
	struct deliver_counts held;

	spool_counts(s->store.consumer, &counts);
	deliver_counts(s->engine, &held);
	return held.held == 0 && counts.aside == 0 &&
	    (counts.given == 0 || s->store.stopped);
}

int
store_is_done(struct sender *s)
{
	if (!is_stored(s))
		return 0;
	if (s->store.consumer == NULL)
		return 1;
	if (!is_idle(s) || s->store.stopped || s->config.follow)
		return is_idle(s) && s->store.stopped;
	/* Somebody may have ended, and left something. */
	spool_look(s->store.consumer);
	return !fetch_pump(s) && is_idle(s);
}

size_t
store_parked(const struct sender *s)
{
	struct spool_counts counts;

	if (s->store.consumer == NULL)
		return 0;
	spool_counts(s->store.consumer, &counts);
	return counts.parked + s->store.holds.n;
}

int
store_is_left(struct sender *s)
{
	struct spool_counts counts;
	struct spool_line l;

	if (s->store.consumer == NULL)
		return 0;
	spool_counts(s->store.consumer, &counts);
	return counts.given > 0 || spool_next(s->store.consumer, &l) == 1;
}
