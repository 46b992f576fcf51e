/* ask.c - whoever reads stdout decides on stdin who comes in. */
#include <stdlib.h>

#include "ask.h"
#include "server.h"

struct asked {
	struct named named;		/* its id; the first, for names.h */
	struct link link;
	struct exchange *x;
	struct guest *guest;
	int64_t until;
	char id[CLIENT_ID];
};

struct asks {
	struct server *server;
	struct names ids;
	struct link waiting;		/* oldest first, as all wait as long */
	size_t count;
	int64_t timeout_ms;
	struct loop_timer *timer;
	int ended;
};

static void
set_timer(struct asks *a)
{
	struct link *l = list_first(&a->waiting);
	int64_t now = loop_now(a->server->tool.loop), until;

	if (l == NULL) {
		loop_timer_stop(a->timer);
		return;
	}
	until = LIST_OF(l, struct asked, link)->until;
	loop_timer_set(a->timer, until > now ? until - now : 0);
}

static void
drop(struct asks *a, struct asked *q)
{
	names_remove(&a->ids, &q->named);
	list_remove(&q->link);
	a->count--;
	free(q);
}

static void
refuse(struct asks *a, struct asked *q, int status, struct span reason)
{
	struct exchange *x = q->x;

	guest_leave(&a->server->guests, q->guest);
	drop(a, q);
	visit_refuse(x, status, reason);
}

static void
on_timer(void *arg)
{
	struct asks *a = arg;
	int64_t now = loop_now(a->server->tool.loop);
	struct link *l;

	while ((l = list_first(&a->waiting)) != NULL) {
		struct asked *q = LIST_OF(l, struct asked, link);

		if (q->until > now)
			break;
		refuse(a, q, 504, SPAN("nobody has decided\n"));
	}
	set_timer(a);
}

struct asks *
asks_new(struct server *s, int64_t timeout_ms, struct why *why)
{
	struct asks *a;

	if (s->in == NULL || lines_in_form(s->in) != LINES_EVENTS ||
	    s->config.whole_lines || !news_is_told(s)) {
		why_set(why, STATUS_USAGE, "--ask: %s", s->in == NULL ?
		    "stdin is closed: nobody could answer" :
		    "lines on stdin and stdout have to be events");
		return NULL;
	}
	a = calloc(1, sizeof(*a));
	if (a != NULL)
		a->timer = loop_timer_new(s->tool.loop, on_timer, a);
	if (a == NULL || a->timer == NULL) {
		free(a);
		why_set(why, STATUS_SOME, "out of memory");
		return NULL;
	}
	a->server = s;
	a->timeout_ms = timeout_ms;
	list_init(&a->waiting);
	return a;
}

void
asks_free(struct asks *a)
{
	struct link *l;

	if (a == NULL)
		return;
	while ((l = list_first(&a->waiting)) != NULL) {
		struct asked *q = LIST_OF(l, struct asked, link);

		guest_leave(&a->server->guests, q->guest);
		drop(a, q);
	}
	loop_timer_free(a->timer);
	free(a);
}

void
ask_put(struct asks *a, struct exchange *x, struct guest *guest)
{
	struct server *s = a->server;
	struct asked *q = a->ended ? NULL : calloc(1, sizeof(*q));

	if (q != NULL) {
		hub_name(s->hub, q->id);
		q->named.name = span_str(q->id);
	}
	if (q == NULL || names_add(&a->ids, &q->named) == -1) {
		free(q);
		guest_leave(&s->guests, guest);
		visit_refuse(x, 503, a->ended ?
		    SPAN("nobody decides any more\n") :
		    SPAN("out of memory\n"));
		return;
	}
	q->x = x;
	q->guest = guest;
	q->until = loop_now(s->tool.loop) + a->timeout_ms;
	list_add(&a->waiting, &q->link);
	a->count++;
	if (!loop_timer_active(a->timer))
		set_timer(a);
	if (news_ask(s, x, q->id, guest) == -1)
		refuse(a, q, 503, SPAN("nobody can decide just now\n"));
}

void
ask_forget(struct asks *a, const struct exchange *x)
{
	struct link *l;

	if (a == NULL)
		return;
	for (l = a->waiting.next; l != &a->waiting; l = l->next) {
		struct asked *q = LIST_OF(l, struct asked, link);

		if (q->x != x)
			continue;
		guest_leave(&a->server->guests, q->guest);
		drop(a, q);
		return;
	}
}

void
asks_end(struct asks *a)
{
	struct link *l;

	if (a == NULL)
		return;
	a->ended = 1;
	while ((l = list_first(&a->waiting)) != NULL)
		refuse(a, LIST_OF(l, struct asked, link), 503,
		    SPAN("nobody decides any more\n"));
}

void
asks_metrics(const struct asks *a, struct metrics *m)
{
	if (a != NULL)
		metrics_gauge(m, "asks_waiting",
		    "Clients that wait to be accepted", a->count);
}

/* ---- the answer ---- */

int
ask_accept(struct asks *a, struct span client, const struct ask_accept *how)
{
	struct asked *q = (struct asked *)names_find(&a->ids, client);
	struct exchange *x;
	struct guest *guest;
	char id[CLIENT_ID];

	if (q == NULL)
		return -1;
	if (how->user.p != NULL && guest_name(&a->server->guests, q->x,
	    how->user, &q->guest) == -1) {
		refuse(a, q, 503, SPAN("out of memory\n"));
		return 0;
	}
	x = q->x;
	guest = q->guest;
	memcpy(id, q->id, sizeof(id));
	drop(a, q);
	visit_let_in(a->server, x, guest, id, how->room);
	return 0;
}

int
ask_reject(struct asks *a, struct span client, const struct ask_reject *how)
{
	struct asked *q = (struct asked *)names_find(&a->ids, client);

	if (q == NULL)
		return -1;
	refuse(a, q, how->status, how->reason);
	return 0;
}
