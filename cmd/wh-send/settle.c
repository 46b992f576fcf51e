/* settle.c - what became of jobs: a result line for each. */
#include "dead.h"
#include "result.h"
#include "say.h"
#include "sender.h"

static void
no_memory(struct sender *s, const char *what)
{
	tool_why(&s->tool, what,
	    &(struct why){ STATUS_SOME, "out of memory" });
}

/* The result is in s->line.  1 if it will be told by on_letter; bad lines are
 * no letters. */
static int
put_letter(struct sender *s, const struct job *j, int outcome,
    const struct http_result *r, const struct why *why)
{
	if (j->event.p == NULL || outcome == DELIVER_DELIVERED ||
	    outcome == DELIVER_INVALID)
		return 0;
	buf_clear(&s->letter);
	if (dead_print(&s->letter, j->event, 1, j, outcome, r, why) == 0 &&
	    letters_put(s->letters, buf_span(&s->letter),
	    buf_span(&s->line)) == 0)
		return 1;
	s->lost++;
	no_memory(s, "--dead-letter");
	return 0;
}

static void
print(struct sender *s, const struct job *j, int outcome,
    const struct http_result *r, const struct why *why)
{
	buf_clear(&s->line);
	if (result_print(&s->line, j, outcome, r, why, s->config.reply) == -1)
		no_memory(s, "result");
	else if (!put_letter(s, j, outcome, r, why))
		output_put(s->out, buf_span(&s->line), '\n');
}

static void
on_letter(void *arg, struct span result, const struct why *why)
{
	struct sender *s = arg;

	/* Of many that meet the same, one complaint is enough. */
	if (why == NULL)
		s->kept++;
	else if (s->lost++ == 0)
		tool_why(&s->tool, "--dead-letter", why);
	output_put(s->out, result, '\n');
}

/* A line that can't be sent is no failed delivery but a bad line. */
static void
bad_line(struct sender *s, const struct job *j, const struct why *why)
{
	if (j->spooled.part != NULL)
		return;		/* it is a dead one */
	if (s->in != NULL)
		lines_bad(s->in, j->line, why);
	else
		tool_why(&s->tool, s->config.body, why);
}

void
settle_job(void *arg, struct job *j, enum deliver_outcome outcome,
    const struct http_result *r, const struct why *why)
{
	struct sender *s = arg;
	int said = (int)outcome;

	if (j->spooled.part != NULL)
		said = store_settle(s, j, said, r, why);
	tally_add(&s->tally, j, said, r, why);
	print(s, j, said, r, why);
	if (outcome == DELIVER_INVALID)
		bad_line(s, j, why);
	job_free(j);
}

/* Once is enough, as long as it is not well again. */
void
settle_pause(void *arg, const char *site, int64_t ms, int64_t times,
    const struct http_result *r)
{
	int whole = ms % 1000 == 0;
	long long n = whole ? ms / 1000 : ms;
	const char *unit = whole ? "s" : "ms";
	struct why why;

	(void)arg;
	if (r->why == NULL)
		why_set(&why, STATUS_SOME, "status %d", r->status);
	else
		why = *r->why;
	if (times == 1)
		say_warn("%s: fails, and is paused for %lld%s; the last: %s",
		    site, n, unit, why.text);
	else
		say_detail("%s: still fails, and is paused for %lld%s; the "
		    "last: %s", site, n, unit, why.text);
}

int
settle_start(struct sender *s, struct why *why)
{
	static const struct letters_user user = { on_letter, sender_go_on };

	if (s->config.dead_letter == NULL)
		return 0;
	s->letters = letters_new(s->tool.loop, s->config.dead_letter, &user,
	    s, why);
	return s->letters != NULL ? 0 : -1;
}

void
settle_bad(struct sender *s, uint64_t number, const struct why *why)
{
	struct job *j = make_none(number, NULL);

	if (j != NULL)
		print(s, j, DELIVER_INVALID, NULL, why);
	job_free(j);
}
