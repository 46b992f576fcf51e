/* replies.c - --reply-lines. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "id.h"
#include "list.h"
#include "names.h"
#include "replies.h"
#include "reply.h"
#include "say.h"

struct waiter {
	struct named named;		/* its id */
	struct owed owed;
	struct link link;		/* while it waits */
	int64_t until_ms;
	struct reply *early;		/* came before the line was told of
					   as taken; or NULL */
	char id[ID_SIZE];
};

struct replies {
	struct tool *tool;
	struct lines_opts opts;
	struct lines_in *in;
	struct names names;
	struct link waiting;		/* the longest first */
	struct loop_timer *timer;
	int64_t timeout_ms;
	struct buf scratch;
	int ended;
	void (*end)(void *arg);
	void *arg;
};

static struct waiter *
waiter_of(struct link *l)
{
	return LIST_OF(l, struct waiter, link);
}

static void
drop_early(struct waiter *w)
{
	if (w->early != NULL)
		reply_done(w->early);
	free(w->early);
	w->early = NULL;
}

void
replies_forget(struct replies *r, struct waiter *w)
{
	names_remove(&r->names, &w->named);
	list_remove(&w->link);
	owed_take(&w->owed);
	drop_early(w);
	free(w);
}

/* Answers and forgets. */
static void
answer(struct replies *r, struct waiter *w, const struct reply *reply)
{
	struct exchange *x = owed_take(&w->owed);

	if (x != NULL)
		reply_send(reply, x);
	replies_forget(r, w);
}

static void
give_up(struct replies *r, struct waiter *w, int status, const char *reason)
{
	struct reply reply;

	reply_plain(&reply, status, reason);
	answer(r, w, &reply);
}

/* ---- stdin ---- */

/* Early: it may be that stdout has taken the line and we were not told. */
static void
take(struct replies *r, struct waiter *w, struct reply *reply)
{
	if (list_is_in(&w->link)) {
		answer(r, w, reply);
		reply_done(reply);
		return;
	}
	drop_early(w);
	w->early = malloc(sizeof(*reply));
	if (w->early != NULL)
		*w->early = *reply;
	else
		reply_done(reply);
}

static void
bad(struct replies *r, const struct lines_record *record, struct waiter *w,
    const struct why *why)
{
	lines_bad(r->in, record->number, why);
	if (w == NULL)
		return;
	if (list_is_in(&w->link)) {
		give_up(r, w, 502, "no reply could be made of this\n");
	} else {
		struct reply reply;

		reply_plain(&reply, 502, "no reply could be made of this\n");
		take(r, w, &reply);
	}
}

/* NULL and why, or NULL and nothing more to be said. */
static struct waiter *
find(struct replies *r, const struct event *e, struct span *id,
    struct why *why)
{
	struct named *n;

	buf_clear(&r->scratch);
	switch (event_string(e->id, "id", &r->scratch, id, why)) {
	case 0:
		break;
	case 1:
		why_set(why, STATUS_BAD_LINE, "no \"id\"");
		/* FALLTHROUGH */
	default:
		id->p = NULL;
		return NULL;
	}
	n = names_find(&r->names, *id);
	return n == NULL ? NULL : LIST_OF(n, struct waiter, named);
}

static int
on_record(void *arg, const struct lines_record *record)
{
	struct replies *r = arg;
	struct waiter *w = NULL;
	struct reply reply;
	struct event e;
	struct why why;
	struct span id = { NULL, 0 };

	if (event_read(record->line, &e, &why) == 0)
		w = find(r, &e, &id, &why);
	if (id.p == NULL) {
		bad(r, record, NULL, &why);
	} else if (reply_read(&reply, &e, &why) != 0) {
		reply_done(&reply);
		bad(r, record, w, &why);
	} else if (w != NULL) {
		take(r, w, &reply);
	} else {
		say_note("line %llu: nobody waits for a reply to %.*s",
		    (unsigned long long)record->number,
		    (int)(id.n < 64 ? id.n : 64), id.p);
		reply_done(&reply);
	}
	return 0;
}

static void
on_end(void *arg)
{
	struct replies *r = arg;
	struct link *first;

	r->ended = 1;
	if (list_first(&r->waiting) != NULL)
		tool_fail(r->tool, STATUS_SOME);
	while ((first = list_first(&r->waiting)) != NULL)
		give_up(r, waiter_of(first), 502, "nobody answers\n");
	r->end(r->arg);
}

/* ---- waiting ---- */

static void
on_timer(void *arg)
{
	struct replies *r = arg;
	int64_t now = loop_now(r->tool->loop);
	struct link *first;

	while ((first = list_first(&r->waiting)) != NULL) {
		struct waiter *w = waiter_of(first);

		if (w->until_ms > now) {
			loop_timer_set(r->timer, w->until_ms - now);
			break;
		}
		if (w->owed.exchange != NULL) {
			say_note("%s: no reply in time", w->id);
			tool_fail(r->tool, STATUS_SOME);
		}
		give_up(r, w, 504, "no reply in time\n");
	}
}

struct waiter *
replies_expect(struct replies *r, const char *id)
{
	struct waiter *w = calloc(1, sizeof(*w));

	if (w == NULL)
		return NULL;
	memcpy(w->id, id, ID_SIZE);
	w->named.name = span_str(w->id);
	if (names_add(&r->names, &w->named) == 0)
		return w;
	free(w);
	return NULL;
}

void
replies_wait(struct replies *r, struct waiter *w, struct exchange *x)
{
	owed_set(&w->owed, x);
	if (w->early != NULL) {
		answer(r, w, w->early);
	} else if (r->ended) {
		tool_fail(r->tool, STATUS_SOME);
		give_up(r, w, 502, "nobody answers\n");
	} else {
		w->until_ms = loop_now(r->tool->loop) + r->timeout_ms;
		if (list_first(&r->waiting) == NULL)
			loop_timer_set(r->timer, r->timeout_ms);
		list_add(&r->waiting, &w->link);
	}
}

/* ---- all of it ---- */

struct replies *
replies_new(struct tool *tool, int64_t timeout_ms, void (*end)(void *),
    void *arg, struct why *why)
{
	static const struct lines_in_user user = { .record = on_record,
		.end = on_end };
	struct replies *r;

	if (input_absent(STDIN_FILENO)) {
		why_set(why, STATUS_USAGE, "--reply-lines: there is no stdin");
		return NULL;
	}
	r = calloc(1, sizeof(*r));
	if (r == NULL) {
		why_set(why, STATUS_SOME, "out of memory");
		return NULL;
	}
	r->tool = tool;
	r->timeout_ms = timeout_ms;
	r->end = end;
	r->arg = arg;
	r->opts.in = LINES_WORD_EVENTS;
	list_init(&r->waiting);
	buf_init(&r->scratch, SIZE_MAX);
	r->timer = loop_timer_new(tool->loop, on_timer, r);
	if (r->timer == NULL)
		why_set(why, STATUS_SOME, "out of memory");
	else
		r->in = lines_in_new(tool, &r->opts, LINES_EVENTS,
		    STDIN_FILENO, &user, r, why);
	if (r->in == NULL) {
		replies_free(r);
		return NULL;
	}
	lines_in_resume(r->in);
	return r;
}

void
replies_free(struct replies *r)
{
	struct named *n;

	if (r == NULL)
		return;
	lines_in_free(r->in);
	loop_timer_free(r->timer);
	while ((n = names_any(&r->names)) != NULL)
		replies_forget(r, LIST_OF(n, struct waiter, named));
	buf_done(&r->scratch);
	free(r);
}
