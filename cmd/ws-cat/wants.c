/* wants.c - what is waited for among the messages. */
#include "payload.h"
#include "wants.h"

static int
make(struct filter **f, const struct lines_opts *lines, const char *option,
    enum filter_kind kind, const char *expr, struct why *why)
{
	struct why cause;

	if (expr == NULL)
		return 0;
	*f = lines_filter_new(lines, kind, expr, &cause);
	return *f != NULL ? 0 :
	    why_set(why, STATUS_USAGE, "%s: %s", option, cause.text);
}

int
wants_init(struct wants *w, const struct config *c, struct why *why)
{
	*w = (struct wants){ .failed = 0 };
	buf_init(&w->line, SIZE_MAX);
	buf_init(&w->id, SIZE_MAX);
	if (make(&w->until, &c->lines, "--until", FILTER_SELECT, c->until,
	    why) == -1)
		return -1;
	return make(&w->match, &c->lines, "--match", FILTER_MAP, c->match,
	    why) == -1 || make(&w->resume, &c->lines, "--resume", FILTER_MAP,
	    c->resume, why) == -1 ? -1 :
	    make(&w->ack, &c->lines, "--ack", FILTER_MAP, c->ack, why);
}

void
wants_done(struct wants *w)
{
	filter_free(w->until);
	filter_free(w->match);
	filter_free(w->resume);
	filter_free(w->ack);
	buf_done(&w->line);
	buf_done(&w->id);
}

static int
no_memory(struct why *why)
{
	return why_set(why, STATUS_SOME, "out of memory");
}

static int
print(struct wants *w, struct msg m, struct why *why)
{
	buf_clear(&w->line);
	return payload_print(&w->line, m) == 0 ? 0 : no_memory(why);
}

static int
run(struct filter *f, const char *option, struct span line, put_fn put,
    void *arg, struct why *why)
{
	struct why cause;

	if (filter_run(f, line, put, arg, &cause) != -1)
		return 0;
	return why_set(why, cause.status, "%s: %s", option, cause.text);
}

static int
on_true(void *arg, struct span line)
{
	int *is_true = arg;

	(void)line;
	*is_true = 1;
	return 0;
}

int
wants_until(struct wants *w, struct msg m, const struct buf *event,
    struct why *why)
{
	int is_true = 0;

	if (w->until == NULL)
		return 0;
	if (event == NULL) {
		if (print(w, m, why) == -1)
			return -1;
		event = &w->line;
	}
	if (run(w->until, "--until", buf_span(event), on_true, &is_true,
	    why) == -1)
		return -1;
	return is_true;
}

int
wants_run(struct wants *w, struct filter *f, const char *option, struct msg m,
    put_fn put, void *arg, struct why *why)
{
	return print(w, m, why) == -1 ? -1 :
	    run(f, option, buf_span(&w->line), put, arg, why);
}

/* The first result is the id. */
static int
on_id(void *arg, struct span result)
{
	struct wants *w = arg;

	if (w->id.n == 0 && buf_add(&w->id, result) == -1)
		w->failed = 1;
	return 0;
}

int
wants_id(struct wants *w, struct msg m, struct span *id, struct why *why)
{
	buf_clear(&w->id);
	w->failed = 0;
	if (wants_run(w, w->match, "--match", m, on_id, w, why) == -1)
		return -1;
	if (w->failed)
		return no_memory(why);
	*id = buf_span(&w->id);
	return id->n > 0 && !span_eq(*id, SPAN("null"));
}
