/* service.c - for whoever watches over ws-serve: figures, health, SIGHUP. */
#include "announce.h"
#include "output.h"
#include "server.h"
#include "session.h"
#include "shared.h"

void
service_metrics(void *arg, struct metrics *m)
{
	const struct server *s = arg;

	front_metrics(s->front, m);
	hub_metrics(s->hub, m);
	if (s->sessions != NULL)
		sessions_metrics(s->sessions, m);
	if (s->shared != NULL)
		shared_metrics(s->shared, m);
	asks_metrics(s->asks, m);
	output_metrics(s->output, m);
}

int
service_print_metrics(void *arg, struct buf *out)
{
	struct server *s = arg;

	return tool_metrics(&s->tool, out, METRICS_PROMETHEUS);
}

int
service_healthy(void *arg)
{
	const struct server *s = arg;

	return !s->stopping && !s->gone;
}

void
service_reload(void *arg)
{
	struct server *s = arg;

	announce_reload(s->listen);
	access_reload(s->access);
}
