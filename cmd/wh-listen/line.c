/* line.c - a request as an event line (hookline-events.7). */
#include "event.h"
#include "json.h"
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

static int
verified(struct buf *out, const struct verified *v)
{
	if (v->state == VERIFY_NOT_ASKED)
		return 0;
	if (v->state != VERIFY_GOOD)
		return event_bool(out, "verified", 0);
	if (buf_adds(out, ",\"verified\":{\"scheme\":") != 0 ||
	    json_quote(out, span_str(v->scheme)) != 0 || (v->key != NULL &&
	    event_text(out, "key", span_str(v->key)) != 0))
		return -1;
	return buf_addc(out, '}');
}

int
line_request(struct buf *out, const struct http1_head *head,
    const char *remote, struct span body, const struct verified *v,
    int cloudevents, char id_out[ID_SIZE])
{
	if (event_begin(out, "request", id_out) != 0 ||
	    event_text(out, "remote", span_str(remote)) != 0 ||
	    event_text(out, "method", head->method) != 0 ||
	    target(out, head) != 0 || buf_adds(out, ",\"headers\":") != 0 ||
	    event_fields(out, head->fields, head->nfields) != 0 ||
	    provider_event(out, head, body, cloudevents) != 0 ||
	    verified(out, v) != 0 || event_body(out, body) != 0)
		return -1;
	return event_end(out);
}
