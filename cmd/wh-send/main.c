/* wh-send - delivers lines as webhooks: one request, and one result line, for
 * each.
 *
 * Lines are read while the engine (deliver.h) and stdout have room.  It ends
 * when the input has ended, every job has its result, and stdout has taken
 * them all.
 */
#include <stdlib.h>

#include "client/http.h"
#include "file.h"
#include "make.h"
#include "options.h"
#include "output.h"
#include "reach.h"
#include "result.h"
#include "say.h"
#include "sending.h"
#include "tally.h"

#define MAX_RESULT ((size_t)16 << 20)
#define FLUSH_MS 1000		/* for stdout, after --drain */

struct sender {
	struct config config;
	struct opt_list operands;
	struct tool tool;
	struct make make;
	struct reach reach;
	struct http *http;
	struct sending *sending;
	struct deliver *engine;		/* its */
	struct output *out;
	struct lines_in *in;	/* NULL with --body */
	struct progress *progress;
	struct loop_timer *drain;
	struct buf whole;	/* --body's */
	struct buf line;
	int ended;		/* no more lines will come */
	int cut;		/* ended by a signal, not by the input */
	uint64_t news;
	struct tally tally;
};

/* ---- the end ---- */

static void
check_end(struct sender *s)
{
	struct deliver_counts counts;

	deliver_counts(s->engine, &counts);
	if (s->ended && counts.held == 0 &&
	    output_taken(s->out) == output_position(s->out))
		tool_finish(&s->tool);
}

static void
report(void *arg)
{
	struct sender *s = arg;

	progress_end(s->progress);
	s->tool.undone = s->cut || tally_failed(&s->tally) > 0;
	if (s->news > 0)
		say_detail("%llu events of other types skipped",
		    (unsigned long long)s->news);
	tool_fail(&s->tool, tally_report(&s->tally));
}

/* ---- results ---- */

static void
print(struct sender *s, const struct job *j, enum deliver_outcome outcome,
    const struct http_result *r, const struct why *why)
{
	buf_clear(&s->line);
	if (result_print(&s->line, j, outcome, r, why, s->config.reply) == -1)
		tool_why(&s->tool, "result",
		    &(struct why){ STATUS_SOME, "out of memory" });
	else
		output_put(s->out, buf_span(&s->line), '\n');
}

/* A line that can't be sent is no failed delivery but a bad line. */
static void
bad_line(struct sender *s, const struct job *j, const struct why *why)
{
	if (s->in != NULL)
		lines_bad(s->in, j->line, why);
	else
		tool_why(&s->tool, s->config.body, why);
}

static void
on_done(void *arg, struct job *j, enum deliver_outcome outcome,
    const struct http_result *r, const struct why *why)
{
	struct sender *s = arg;

	tally_add(&s->tally, j, outcome, r, why);
	print(s, j, outcome, r, why);
	if (outcome == DELIVER_INVALID)
		bad_line(s, j, why);
	job_free(j);
}

/* ---- lines ---- */

/* A result without a delivery. */
static void
settle(struct sender *s, struct job *j, enum deliver_outcome outcome,
    const struct why *why, uint64_t number)
{
	if (j != NULL)
		on_done(s, j, outcome, NULL, why);
	else
		lines_bad(s->in, number, why);
}

static void
put(struct sender *s, struct job *j)
{
	if (s->config.max_age_ms > 0)
		j->deliver.deadline_ms = loop_now(s->tool.loop) +
		    s->config.max_age_ms;
	deliver_put(s->engine, &j->deliver);
}

static int
on_record(void *arg, const struct lines_record *r)
{
	struct sender *s = arg;
	struct job *j;
	struct why why;

	switch (make_line(&s->make, r, &j, &why)) {
	case MADE_JOB:
		put(s, j);
		break;
	case MADE_NEWS:
		s->news++;
		break;
	case MADE_INVALID:
		settle(s, j, DELIVER_INVALID, &why, r->number);
		break;
	case MADE_BLOCKED:
		settle(s, j, DELIVER_BLOCKED, &why, r->number);
		break;
	}
	return deliver_full(s->engine) || output_full(s->out) ? FULL : 0;
}

/* It has been reported, but has no result yet. */
static int
on_bad(void *arg, uint64_t number, const struct why *why)
{
	struct sender *s = arg;
	struct job *j = make_none(number, NULL);

	if (j != NULL)
		print(s, j, DELIVER_INVALID, NULL, why);
	job_free(j);
	return output_full(s->out) ? FULL : 0;
}

static void
on_end(void *arg)
{
	struct sender *s = arg;

	s->ended = 1;
	check_end(s);
}

/* Somewhere behind there is room again. */
static void
on_room(void *arg)
{
	struct sender *s = arg;

	if (!s->ended && s->in != NULL && !deliver_full(s->engine) &&
	    !output_full(s->out))
		lines_in_resume(s->in);
	check_end(s);
}

static void
on_taken(void *arg)
{
	check_end(arg);
}

static void
on_gone(void *arg, const struct why *why)
{
	struct sender *s = arg;

	tool_why(&s->tool, "stdout", why);
	tool_finish(&s->tool);
}

/* ---- being told to end ---- */

static void
on_drained(void *arg)
{
	struct sender *s = arg;

	deliver_abandon(s->engine);
	check_end(s);
}

static void
on_stop(void *arg, int signum)
{
	struct sender *s = arg;

	(void)signum;
	s->cut = !s->ended;
	s->ended = 1;
	if (s->in != NULL)
		lines_in_pause(s->in);
	loop_timer_set(s->drain, s->config.drain_ms);
	deliver_stop(s->engine);
	check_end(s);
}

/* ---- putting it together ---- */

static size_t
on_progress(void *arg, struct progress_count out[PROGRESS_COUNTS])
{
	struct sender *s = arg;
	struct deliver_counts c;
	size_t flying;

	deliver_counts(s->engine, &c);
	flying = (size_t)c.flying;
	out[0] = (struct progress_count){ "delivered",
	    tally_delivered(&s->tally) };
	out[1] = (struct progress_count){ "in flight", flying };
	out[2] = (struct progress_count){ "failed", tally_failed(&s->tally) };
	out[3] = (struct progress_count){ "waiting", c.held - flying };
	return 4;
}

static void
on_metrics(void *arg, struct metrics *m)
{
	const struct sender *s = arg;
	struct deliver_counts counts;

	deliver_counts(s->engine, &counts);
	tally_say(&s->tally, m, &counts);
}

static int
start_engine(struct sender *s, struct why *why)
{
	static const struct sending_user user = { on_done, NULL, on_room };
	const struct config *c = &s->config;
	struct http_config http;
	struct deliver_config engine = {
	    /* One host: lines beyond those at once would but wait. */
	    .ahead = s->make.events ? 0 : c->jobs };

	if (reach_init(&s->reach, c, &http, why) == -1 ||
	    options_deliver(c, &engine, why) == -1)
		return -1;
	s->http = http_new(s->tool.loop, &http, why);
	if (s->http == NULL)
		return -1;
	s->sending = sending_new(s->tool.loop, s->http, &engine, &user, s,
	    why);
	if (s->sending == NULL || (c->handshake && sending_ask_first(
	    s->sending, &(struct consent_config){ c->handshake_origin,
	    c->handshake_rate }, why) == -1))
		return -1;
	s->engine = sending_engine(s->sending);
	s->drain = loop_timer_new(s->tool.loop, on_drained, s);
	s->progress = progress_new(s->tool.loop, &c->progress, on_progress, s);
	if (s->drain == NULL || s->progress == NULL)
		return why_set(why, STATUS_SOME, "out of memory");
	return 0;
}

static int
start_ends(struct sender *s, struct why *why)
{
	static const struct output_user out = { on_room, on_taken, on_gone };
	static const struct lines_in_user in = { on_record, on_end, on_bad };

	s->out = output_new(s->tool.loop, 1, &out, s, why);
	if (s->out == NULL)
		return -1;
	if (s->config.body != NULL)
		return 0;
	s->in = lines_in_new(&s->tool, &s->config.lines, LINES_PAYLOAD, 0,
	    &in, s, why);
	if (s->in == NULL)
		return -1;
	s->make.events = lines_in_form(s->in) == LINES_EVENTS;
	return 0;
}

/* --body: its one job. */
static int
put_whole(struct sender *s, struct why *why)
{
	struct job *j;

	s->ended = 1;
	if (file_read(&s->whole, s->config.body, why) == -1)
		return -1;
	if (make_whole(&s->make, buf_span(&s->whole), &j, why) != MADE_JOB) {
		job_free(j);
		return -1;
	}
	put(s, j);
	return 0;
}

static int
start(void *arg, struct why *why)
{
	struct sender *s = arg;
	const char *url = s->operands.n > 0 ? s->operands.v[0] : NULL;

	if (options_check(&s->config, &s->operands, why) == -1 ||
	    make_init(&s->make, &s->config, url, why) == -1 ||
	    start_ends(s, why) == -1 || start_engine(s, why) == -1)
		return -1;
	if (s->config.body != NULL && put_whole(s, why) == -1)
		return -1;
	if (tool_on_stop(&s->tool, s->config.drain_ms + FLUSH_MS, on_stop,
	    s) == -1)
		return why_set(why, STATUS_SOME, "out of memory");
	if (s->in != NULL)
		lines_in_resume(s->in);
	return 0;
}

static void
done(void *arg)
{
	struct sender *s = arg;

	progress_free(s->progress);
	lines_in_free(s->in);
	sending_free(s->sending);
	http_free(s->http);
	reach_done(&s->reach);
	output_free(s->out);
	loop_timer_free(s->drain);
	make_done(&s->make);
	buf_done(&s->whole);
	buf_done(&s->line);
}

int
main(int argc, char **argv)
{
	/* --retries has no default of its own. */
	struct sender s = { .config.retries = -1 };
	const struct tool_program program = { .options = &options_program,
		.config = &s.config, .opts = &s.config.tool,
		.operands = &s.operands, .start = start,
		.metrics = on_metrics, .ended = report, .done = done };

	buf_init(&s.whole, INPUT_MAX_RECORD);
	buf_init(&s.line, MAX_RESULT);
	return tool_main(&s.tool, &program, &s, argc, argv);
}
