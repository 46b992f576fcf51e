/* line.c - a request as an event line (hookline-events.7). */
#include "event.h"
#include "line.h"
#include "provider.h"
#include "query.h"

static int
target(struct buf *out, const struct http1_head *head)
{
	struct span path, query;

	http1_target(head->target, &path, &query);
	if (event_text(out, "target", head->target) != 0 ||
	    event_text(out, "path", path) != 0 ||
	    buf_adds(out, ",\"query\":") != 0)
		return -1;
	return query_json(out, query);
}

int
line_request(struct buf *out, const struct http1_head *head,
    const char *remote, struct span body, int cloudevents)
{
	if (event_begin(out, "request", NULL) != 0 ||
	    event_text(out, "remote", span_str(remote)) != 0 ||
	    event_text(out, "method", head->method) != 0 ||
	    target(out, head) != 0 || buf_adds(out, ",\"headers\":") != 0 ||
	    event_fields(out, head->fields, head->nfields) != 0 ||
	    provider_event(out, head, body, cloudevents) != 0 ||
	    event_body(out, body) != 0)
		return -1;
	return event_end(out);
}
