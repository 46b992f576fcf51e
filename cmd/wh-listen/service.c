/* service.c - for whoever watches over wh-listen: figures, health, SIGHUP. */
#include "announce.h"
#include "listener.h"
#include "say.h"

static void
spool_metrics(const struct spool_writer *w, struct metrics *m)
{
	metrics_counter(m, "spool_batches",
	    "Writes to the spool, each with its fdatasync",
	    spool_batches(w));
	metrics_gauge(m, "spool_waiting_lines",
	    "Lines that are not on disk yet",
	    spool_position(w) - spool_settled(w));
}

void
service_metrics(void *arg, struct metrics *m)
{
	const struct listener *l = arg;

	front_metrics(l->front, m);
	metrics_counter(m, "lines", "Requests that made a line",
	    (uint64_t)l->printed);
	if (l->spool != NULL)
		spool_metrics(l->spool, m);
	metrics_counter(m, "handshakes", "Subscription handshakes answered",
	    l->handshakes);
	if (l->runner != NULL) {
		runner_metrics(l->runner, m);
		metrics_gauge(m, "commands_waiting",
		    "Requests that wait for a command to end",
		    (uint64_t)turns_waiting(l->turns));
	}
	repeats_metrics(&l->repeats, m);
	output_metrics(l->output, m);
}

int
service_print_metrics(void *arg, struct buf *out)
{
	struct listener *l = arg;

	return tool_metrics(&l->tool, out, METRICS_PROMETHEUS);
}

/* A full stdout is no illness: requests wait, and their senders come back.
 * Nor is a full disk: it is only tried when they do. */
int
service_healthy(void *arg)
{
	const struct listener *l = arg;

	return !l->stopping && !l->gone && !listener_has_enough(l) &&
	    (l->spool == NULL || !spool_broken(l->spool));
}

/* What can't be read leaves the secrets as they are. */
static void
reload_secrets(struct listener *l)
{
	struct why why;

	if (l->secrets.n == 0)
		return;
	if (secrets_reload(&l->secrets, verify_rekey, l, &why) != 0)
		say_err("the secrets are as before: %s", why.text);
	else
		say_note("the secrets were read again");
}

void
service_reload(void *arg)
{
	struct listener *l = arg;

	announce_reload(l->listen);
	reload_secrets(l);
}
