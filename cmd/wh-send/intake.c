/* intake.c - lines on their way in: each becomes a job. */
#include <unistd.h>

#include "envelope.h"
#include "file.h"
#include "sender.h"

/* A result without a delivery. */
static void
end_here(struct sender *s, struct job *j, enum deliver_outcome outcome,
    const struct why *why, uint64_t number)
{
	if (j != NULL)
		settle_job(s, j, outcome, NULL, why);
	else
		lines_bad(s->in, number, why);
}

/* The line as it is kept if it is given up. */
static void
keep_event(struct sender *s, struct job *j, const struct lines_record *r)
{
	struct buf *b = &s->whole;
	struct envelope v;

	if (s->config.dead_letter == NULL || j == NULL)
		return;
	v = (struct envelope){ j->id, { NULL, 0 } };
	if (s->config.order_key != NULL)
		v.key = j->key;
	buf_clear(b);
	if (envelope_line(b, r, s->make.events, &v, NULL) == 0)
		j->event = span_of(job_keep(j, buf_span(b)), b->n);
}

static int
on_record(void *arg, const struct lines_record *r)
{
	struct sender *s = arg;
	struct job *j;
	struct why why;
	enum made made;

	if (s->config.spool != NULL)
		return store_put(s, r);
	made = make_line(&s->make, r, &j, &why);
	keep_event(s, j, r);
	switch (made) {
	case MADE_JOB:
		deliver_put(s->engine, &j->deliver);
		break;
	case MADE_NEWS:
		s->news++;
		break;
	case MADE_INVALID:
		end_here(s, j, DELIVER_INVALID, &why, r->number);
		break;
	case MADE_BLOCKED:
		end_here(s, j, DELIVER_BLOCKED, &why, r->number);
		break;
	}
	return sender_is_full(s) ? FULL : 0;
}

/* It has been reported, but has no result yet. */
static int
on_bad(void *arg, uint64_t number, const struct why *why)
{
	struct sender *s = arg;

	settle_bad(s, number, why);
	return output_full(s->out) ? FULL : 0;
}

static void
on_end(void *arg)
{
	struct sender *s = arg;

	s->ended = 1;
	sender_check_end(s);
}

/* With a spool there need be no lines; whoever types the command without
 * any has none in mind. */
static int
has_lines(const struct config *c)
{
	return c->body == NULL && (c->spool == NULL || c->enqueue ||
	    !(input_absent(STDIN_FILENO) || isatty(STDIN_FILENO)));
}

int
intake_start(struct sender *s, struct why *why)
{
	static const struct lines_in_user user = { on_record, on_end, on_bad };

	s->ended = !has_lines(&s->config);
	if (!s->ended) {
		s->in = lines_in_new(&s->tool, &s->config.lines,
		    LINES_PAYLOAD, STDIN_FILENO, &user, s, why);
		if (s->in == NULL)
			return -1;
		s->make.events = lines_in_form(s->in) == LINES_EVENTS;
	}
	if (s->config.spool == NULL)
		return 0;
	s->make.events = 1;
	return store_start(s, !s->ended || s->config.body != NULL, why);
}

int
intake_put_whole(struct sender *s, struct why *why)
{
	struct span body;
	struct job *j;

	if (file_read(&s->whole, s->config.body, why) == -1)
		return -1;
	body = buf_span(&s->whole);
	if (s->config.spool != NULL)
		return store_put_whole(s, body, why);
	if (make_whole(&s->make, body, &j, why) != MADE_JOB) {
		job_free(j);
		return -1;
	}
	buf_clear(&s->line);
	if (s->config.dead_letter != NULL &&
	    envelope_whole(&s->line, body,
	    &(struct envelope){ j->id, { NULL, 0 } }) == 0)
		j->event = span_of(job_keep(j, buf_span(&s->line)),
		    s->line.n);
	deliver_put(s->engine, &j->deliver);
	return 0;
}

void
intake_resume(struct sender *s)
{
	if (s->ended || s->in == NULL)
		return;
	if (s->config.spool != NULL ? !store_is_full(s) : !sender_is_full(s))
		lines_in_resume(s->in);
}
