/* sessions.c - `-- COMMAND`: all clients and their processes. */
#include <stdlib.h>
#include <unistd.h>

#include "session_own.h"

static struct session *
session_of(struct link *l)
{
	return LIST_OF(l, struct session, link);
}

/* ---- lines ---- */

static int
put(void *arg, struct span line, char terminator)
{
	struct sessions *all = arg;

	if (all->listener != NULL)
		session_put(all->listener, line, terminator);
	return 0;
}

void
session_listens(struct sessions *all, struct session *x)
{
	all->listener = x;
}

/* A line of the command that speaks. */
static int
on_line(void *arg, const struct lines_record *r)
{
	struct sessions *all = arg;
	struct session *x = all->speaker;

	session_listens(all, x);	/* to what it is answered */
	orders_of(all->server, r, x->client);
	if (lines_in_form(all->server->in) == LINES_EVENTS &&
	    hub_full(all->server->hub))
		return FULL;
	return hub_is_behind(x->client) ? FULL : 0;
}

void
sessions_go_on(struct sessions *all)
{
	struct link *l, *next;

	for (l = all->list.next; l != &all->list; l = next) {
		struct session *x = session_of(l);

		next = l->next;
		if (x->over)
			continue;
		if (session_is_unheard(x))
			child_resume(x->child);
		else if (!hub_is_behind(x->client))
			session_drained(x);
	}
}

static void
on_error_room(void *arg)
{
	sessions_go_on(arg);
}

/* ---- all of them ---- */

int
sessions_full(const struct sessions *all)
{
	return all->count >= (size_t)all->server->config.max_clients;
}

int
sessions_idle(const struct sessions *all)
{
	return all->count == 0;
}

void
sessions_stop(struct sessions *all, int64_t within_ms)
{
	int64_t wait = all->server->config.grace_ms;
	struct link *l;

	all->stopping = 1;
	if (wait > within_ms / 2)
		wait = within_ms / 2;
	for (l = all->list.next; l != &all->list; l = l->next) {
		struct session *x = session_of(l);

		if (x->over)
			continue;
		hub_hold_client(all->server->hub, span_str(x->id), 1);
		session_end_input(x);
		loop_timer_set(x->timer, wait);
	}
	front_unpark_all(all->server->front);	/* to be told so */
}

void
sessions_kill(struct sessions *all)
{
	command_kill(all->command);
}

void
sessions_metrics(const struct sessions *all, struct metrics *m)
{
	command_metrics(m, all->runs, all->failures, all->count);
}

static int
init(struct sessions *all, struct why *why)
{
	static const struct lines_in_user user = { .record = on_line };
	struct server *s = all->server;
	const struct command_config config = { .argv = s->config.command,
		.env = environ, .search = getenv("PATH"),
		.prefix = SESSION_PREFIX };

	all->command = command_new(s->tool.loop, &config, on_error_room, all,
	    why);
	if (all->command == NULL)
		return -1;
	s->in = lines_in_new(&s->tool, &s->config.lines, LINES_PAYLOAD, -1,
	    &user, all, why);
	if (s->in == NULL)
		return -1;
	s->out = lines_out_new(&s->tool, &s->config.lines, LINES_PAYLOAD,
	    NULL, why);
	if (s->out == NULL)
		return -1;
	lines_out_to(s->out, put, all);
	return 0;
}

struct sessions *
sessions_new(struct server *s, struct why *why)
{
	struct sessions *all = calloc(1, sizeof(*all));

	if (all == NULL) {
		why_set(why, STATUS_SOME, "out of memory");
		return NULL;
	}
	all->server = s;
	list_init(&all->list);
	if (init(all, why) == 0)
		return all;
	sessions_free(all);
	return NULL;
}

void
sessions_free(struct sessions *all)
{
	struct link *first;

	if (all == NULL)
		return;
	all->stopping = 1;
	command_free(all->command);
	while ((first = list_first(&all->list)) != NULL)
		session_release(session_of(first));
	free(all);
}
