/* session.c - a session's beginning, and what it leaves behind. */
#include <stdlib.h>
#include <string.h>

#include "session.h"

static int
init_conns(struct session *s, const struct opt_list *urls, struct why *why)
{
	s->conns = calloc(urls->n, sizeof(*s->conns));
	if (s->conns == NULL)
		return why_set(why, STATUS_SOME, "out of memory");
	for (; s->nconns < urls->n; s->nconns++)
		if (conn_init(&s->conns[s->nconns], s, urls->v[s->nconns],
		    why) == -1) {
			conn_done(&s->conns[s->nconns]);
			return -1;
		}
	return 0;
}

int
session_init(struct session *s, const struct config *config,
    struct tool *tool, const struct opt_list *urls, struct why *why)
{
	memset(s, 0, sizeof(*s));
	s->config = config;
	s->tool = tool;
	s->close_code = WS_NORMAL;
	buf_init(&s->ack_id, SIZE_MAX);
	if (hello_init(&s->hello, config, why) == -1)
		return -1;
	if (init_conns(s, urls, why) == -1 || traffic_init(s, why) == -1)
		return -1;
	if (end_init(s) == -1)
		return why_set(why, STATUS_SOME, "out of memory");
	return 0;
}

void
session_done(struct session *s)
{
	struct conn *c;

	for EACH_CONN(s, c)
		conn_done(c);
	free(s->conns);
	hello_done(&s->hello);
	buf_done(&s->ack_id);
	end_done(s);
	traffic_done(s);
}

int
session_start(struct session *s, struct why *why)
{
	struct conn *c;

	for EACH_CONN(s, c)
		if (conn_start(c, why) == -1)
			return -1;
	return 0;
}

void
session_metrics(const struct session *s, struct metrics *m)
{
	const struct conn *c;
	uint64_t up = 0, put = 0, confirmed = 0, kept = 0, queued = 0;

	for EACH_CONN(s, c) {
		up += (uint64_t)conn_is_up(c);
		put += c->put;
		confirmed += c->confirmed - c->doubtful;
		kept += c->keep.bytes;
		queued += conn_is_up(c) ? ws_queued(c->ws) : 0;
	}
	metrics_gauge(m, "connected", "Connections that are up", up);
	metrics_counter(m, "messages_sent", "Messages to the server", put);
	metrics_counter(m, "messages_confirmed",
	    "Lines that the server is known to have", confirmed);
	metrics_counter(m, "messages_received", "Messages from the server",
	    s->received);
	metrics_gauge(m, "sent_waiting_bytes",
	    "Bytes that the server has yet to take", queued);
	metrics_gauge(m, "kept_bytes", "Bytes of lines that are kept, to be "
	    "sent again or at last", kept);
	output_metrics(s->output, m);
}
