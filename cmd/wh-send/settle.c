/* settle.c - what became of jobs: a result line for each. */
#include "result.h"
#include "say.h"
#include "sender.h"

static void
print(struct sender *s, const struct job *j, int outcome,
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
	if (j->spooled.part != NULL)
		return;		/* it is a dead one */
	if (s->in != NULL)
		lines_bad(s->in, j->line, why);
	else
		tool_why(&s->tool, s->config.body, why);
}

/* Bad lines are no letters. */
static void
put_letter(struct sender *s, const struct job *j, int outcome,
    const struct http_result *r, const struct why *why)
{
	if (j->event.p == NULL || outcome == DELIVER_DELIVERED ||
	    outcome == DELIVER_INVALID)
		return;
	buf_clear(&s->line);
	if (dead_print(&s->line, j->event, j, outcome, r, why) == -1)
		dead_file_lost(&s->letters);
	else
		dead_file_put(&s->letters, buf_span(&s->line));
}

void
settle_job(void *arg, struct job *j, enum deliver_outcome outcome,
    const struct http_result *r, const struct why *why)
{
	struct sender *s = arg;
	int said = outcome;

	if (j->spooled.part != NULL)
		said = store_settle(s, j, outcome, r, why);
	else
		put_letter(s, j, outcome, r, why);
	tally_add(&s->tally, j, said, r, why);
	print(s, j, said, r, why);
	if (outcome == DELIVER_INVALID)
		bad_line(s, j, why);
	job_free(j);
}

void
settle_bad(struct sender *s, uint64_t number, const struct why *why)
{
	struct job *j = make_none(number, NULL);

	if (j != NULL)
		print(s, j, DELIVER_INVALID, NULL, why);
	job_free(j);
}
