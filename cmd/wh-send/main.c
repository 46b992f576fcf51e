/* wh-send - delivers lines as webhooks: one request, and one result line, for
 * each.
 *
 * Lines are read while the engine (deliver.h) and stdout have room.  It ends
 * when the input has ended, every job has its result, and stdout has taken
 * them all.
 */
#include "options.h"
#include "say.h"
#include "sender.h"

#define MAX_RESULT ((size_t)16 << 20)
#define FLUSH_MS 1000		/* for stdout, after --drain */

/* ---- the end ---- */

void
sender_check_end(struct sender *s)
{
	struct deliver_counts counts;

	if (s->list != NULL)
		return;
	deliver_counts(s->engine, &counts);
	if (s->ended && counts.held == 0 &&
	    (s->config.spool == NULL || store_is_done(s)) &&
	    (s->letters == NULL || !letters_busy(s->letters)) &&
	    output_is_empty(s->out))
		tool_finish(&s->tool);
}

/* Lines that were not delivered are all on disk: there is nothing undone. */
static enum status
report_kept(struct sender *s, enum status status)
{
	int left = store_is_left(s);

	s->tool.undone = s->cut;
	if (left)
		say_note("%s: holds lines that are yet to be delivered",
		    s->config.spool);
	if (tally_failed(&s->tally) > 0)
		say_note("what was given up is in %s/dead.ndjson",
		    s->config.spool);
	return left || status != STATUS_OK ? STATUS_UNDELIVERED : STATUS_OK;
}

static void
report(void *arg)
{
	struct sender *s = arg;
	enum status status;

	if (s->list != NULL || s->config.purge)
		return;
	progress_end(s->progress);
	s->tool.undone = s->cut || tally_failed(&s->tally) > 0;
	if (s->news > 0)
		say_detail("%llu events of other types skipped",
		    (unsigned long long)s->news);
	status = tally_report(&s->tally);
	if (s->config.spool != NULL) {
		status = report_kept(s, status);
	} else if (tally_failed(&s->tally) == s->kept) {
		/* Of lines that were bad nothing is kept. */
		s->tool.undone = s->cut;
		if (status != STATUS_OK && s->tool.status == STATUS_OK)
			status = STATUS_UNDELIVERED;
	}
	tool_fail(&s->tool, status);
}

/* ---- room ---- */

int
sender_is_full(const struct sender *s)
{
	return deliver_full(s->engine) || output_full(s->out) ||
	    (s->letters != NULL && letters_full(s->letters));
}

void
sender_go_on(void *arg)
{
	struct sender *s = arg;

	intake_resume(s);
	store_pump(s);
	sender_check_end(s);
}

static void
on_taken(void *arg)
{
	sender_check_end(arg);
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
	sender_check_end(s);
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
	store_stop(s);
	deliver_stop(s->engine);
	sender_check_end(s);
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
	out[3] = (struct progress_count){ "waiting", c.held - flying +
	    store_parked(s) };
	return 4;
}

static void
on_metrics(void *arg, struct metrics *m)
{
	const struct sender *s = arg;
	struct deliver_counts counts;

	if (s->engine == NULL)
		return;
	deliver_counts(s->engine, &counts);
	tally_say(&s->tally, m, &counts);
	if (s->store.consumer != NULL)
		metrics_gauge(m, "parked", "Lines that wait in the spool for "
		    "their next try", store_parked(s));
}

/* What can't be read leaves the secrets as they are. */
static void
on_reload(void *arg)
{
	struct sender *s = arg;
	struct why why;

	if (signer_reload(&s->signer, &why) != 0)
		say_err("the secrets are as before: %s", why.text);
	else if (s->signer.sign != NULL)
		say_note("the secrets were read again");
}

static int
start_engine(struct sender *s, struct why *why)
{
	static const struct sending_user user = { settle_job, store_retry,
		settle_pause, sender_go_on };
	const struct config *c = &s->config;
	struct http_config http;
	struct deliver_config engine = {
	    /* One host: lines beyond those at once would but wait. */
	    .ahead = s->make.events || c->order == ORDER_KEY ? 0 :
	    c->jobs };

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
	sending_sign(s->sending, &s->signer);
	s->engine = sending_engine(s->sending);
	s->drain = loop_timer_new(s->tool.loop, on_drained, s);
	s->progress = progress_new(s->tool.loop, &c->progress, on_progress, s);
	if (s->drain == NULL || s->progress == NULL)
		return why_set(why, STATUS_SOME, "out of memory");
	return 0;
}

static int
start_output(struct sender *s, struct why *why)
{
	static const struct output_user user = { sender_go_on, on_taken,
		on_gone };

	s->out = output_new(s->tool.loop, 1, &user, s, why);
	return s->out == NULL ? -1 : 0;
}

static int
start(void *arg, struct why *why)
{
	struct sender *s = arg;
	const char *url = s->operands.n > 0 ? s->operands.v[0] : NULL;

	if (options_check(&s->config, &s->operands, why) == -1 ||
	    make_init(&s->make, &s->config, url, why) == -1 ||
	    signer_init(&s->signer, &s->config.sign, &s->config.secrets,
	    why) == -1)
		return -1;
	if (s->config.list || s->config.purge)
		return looking_start(s, why);
	if (settle_start(s, why) == -1 || start_output(s, why) == -1 ||
	    intake_start(s, why) == -1 || start_engine(s, why) == -1)
		return -1;
	if (s->config.body != NULL && intake_put_whole(s, why) == -1)
		return -1;
	if (tool_on_stop(&s->tool, s->config.drain_ms + FLUSH_MS, on_stop,
	    s) == -1)
		return why_set(why, STATUS_SOME, "out of memory");
	intake_resume(s);
	store_pump(s);
	sender_check_end(s);
	return 0;
}

static void
done(void *arg)
{
	struct sender *s = arg;

	progress_free(s->progress);
	lines_in_free(s->in);
	sending_free(s->sending);
	store_done(s);
	spool_list_free(s->list);
	letters_free(s->letters);
	http_free(s->http);
	reach_done(&s->reach);
	signer_done(&s->signer);
	output_free(s->out);
	loop_timer_free(s->drain);
	make_done(&s->make);
	buf_done(&s->whole);
	buf_done(&s->line);
	buf_done(&s->letter);
}

int
main(int argc, char **argv)
{
	/* --retries has no default of its own. */
	struct sender s = { .config.retries = -1 };
	const struct tool_program program = { .options = &options_program,
		.config = &s.config, .opts = &s.config.tool,
		.operands = &s.operands, .start = start,
		.metrics = on_metrics, .reload = on_reload, .ended = report,
		.done = done };

	buf_init(&s.whole, RECORDS_MAX);
	buf_init(&s.line, MAX_RESULT);
	buf_init(&s.letter, SIZE_MAX);
	return tool_main(&s.tool, &program, &s, argc, argv);
}
