/* looking.c - --list and --purge: what a spool holds. */
#include "say.h"
#include "sender.h"

/* ---- --list ---- */

static void
on_room(void *arg)
{
	struct sender *s = arg;
	struct span event;
	struct why why;
	int got = 1;

	while (!output_full(s->out) &&
	    (got = spool_list_next(s->list, &event, &why)) == 1)
		output_put(s->out, event, '\n');
	if (got == -1)
		tool_why(&s->tool, s->config.spool, &why);
	s->ended = got != 1;
}

static void
on_taken(void *arg)
{
	struct sender *s = arg;

	if (s->ended && output_is_empty(s->out))
		tool_finish(&s->tool);
}

static void
on_gone(void *arg, const struct why *why)
{
	struct sender *s = arg;

	tool_why(&s->tool, "stdout", why);
	tool_finish(&s->tool);
}

static int
list(struct sender *s, struct why *why)
{
	static const struct output_user user = { on_room, on_taken, on_gone };

	s->list = spool_list_new(s->config.spool,
	    (enum spool_what)(s->config.list - 1), why);
	if (s->list == NULL)
		return -1;
	s->out = output_new(s->tool.loop, 1, &user, s, why);
	if (s->out == NULL)
		return -1;
	on_room(s);
	on_taken(s);
	return 0;
}

/* ---- --purge ---- */

static void
on_ready(void *arg)
{
	(void)arg;
}

static void
on_trouble(void *arg, const struct why *why)
{
	struct sender *s = arg;

	tool_why(&s->tool, s->config.spool, why);
}

/* What is due is taken, as if it were delivered. */
static int
purge_due(struct sender *s, struct why *why)
{
	static const struct spool_consumer_user user = { on_ready,
		on_trouble };
	struct spool_line l;
	unsigned long long n = 0;

	s->store.consumer = spool_consumer_new(s->tool.loop, s->config.spool,
	    0, &user, s, why);
	if (s->store.consumer == NULL)
		return -1;
	while (spool_next(s->store.consumer, &l) == 1) {
		spool_done(s->store.consumer, l.ref);
		n++;
	}
	say_note("%s: %llu lines deleted", s->config.spool, n);
	return 0;
}

int
looking_start(struct sender *s, struct why *why)
{
	enum spool_what what = (enum spool_what)(s->config.purge - 1);

	if (s->config.list)
		return list(s, why);
	if ((what == SPOOL_DUE ? purge_due(s, why) :
	    spool_purge(s->config.spool, what, why)) == -1)
		return -1;
	tool_finish(&s->tool);
	return 0;
}
