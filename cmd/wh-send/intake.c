/* intake.c - lines on their way in: each becomes a job. */
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

static int
on_record(void *arg, const struct lines_record *r)
{
	struct sender *s = arg;
	struct job *j;
	struct why why;

	switch (make_line(&s->make, r, &j, &why)) {
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

int
intake_start(struct sender *s, struct why *why)
{
	static const struct lines_in_user user = { on_record, on_end, on_bad };

	if (s->config.body != NULL)
		return 0;
	s->in = lines_in_new(&s->tool, &s->config.lines, LINES_PAYLOAD, 0,
	    &user, s, why);
	if (s->in == NULL)
		return -1;
	s->make.events = lines_in_form(s->in) == LINES_EVENTS;
	return 0;
}

int
intake_put_whole(struct sender *s, struct why *why)
{
	struct job *j;

	s->ended = 1;
	if (file_read(&s->whole, s->config.body, why) == -1)
		return -1;
	if (make_whole(&s->make, buf_span(&s->whole), &j, why) != MADE_JOB) {
		job_free(j);
		return -1;
	}
	deliver_put(s->engine, &j->deliver);
	return 0;
}

void
intake_resume(struct sender *s)
{
	if (!s->ended && s->in != NULL && !sender_is_full(s))
		lines_in_resume(s->in);
}
