/* publish.c - --publish: messages by POST, for who has no stdin to write to.
 *
 * Whoever may come in may (access.h), unasked by --ask.  A browser may only
 * from a page that may connect as well, else any page could speak to all
 * clients in its visitor's name.
 */
#include "origin.h"
#include "query.h"
#include "say.h"
#include "server.h"
#include "utf8.h"

static void
answer(struct exchange *x, int status, const char *reason)
{
	const struct front_field fields[] = {
		{ "Content-Type", SPAN("text/plain; charset=utf-8") },
		status == 405 ? (struct front_field){ "Allow", SPAN("POST") } :
		    (struct front_field){ "Retry-After", SPAN("1") }
	};

	say_detail("%s: not published: %d: %s", exchange_remote(x), status,
	    reason);
	front_reply(x, status, fields, status == 405 || status == 503 ? 2 : 1,
	    span_str(reason));
}

int
publish_is_meant(const struct server *s, const struct http1_head *head)
{
	struct span path, query;

	if (s->config.publish == NULL)
		return 0;
	http1_target(head->target, &path, &query);
	return span_eq(path, span_str(s->config.publish));
}

/* Is there room for a message just now?  If not, that is the answer. */
static int
has_room(struct server *s, struct exchange *x)
{
	if (s->stopping)
		answer(x, 503, "ending\n");
	else if (hub_full(s->hub))
		answer(x, 503, "clients have to take what there is first\n");
	else
		return 1;
	return 0;
}

void
publish_head(struct server *s, struct exchange *x)
{
	const struct http1_head *head = exchange_head(x);

	if (!span_eq(head->method, SPAN("POST")))
		answer(x, 405, "messages are posted\n");
	else if (!origin_allowed(s->config.origins, head))
		answer(x, 403, "pages of this origin may not publish\n");
	else if (has_room(s, x))
		front_accept(x);
}

/* What is said to be bytes is, and what is no text, too. */
static enum msg_kind
kind_of(const struct http1_head *head, struct span body)
{
	struct span field = SPAN(""), type = SPAN("");

	http1_field(head, "Content-Type", &field);
	span_item(&field, ';', &type);
	return utf8_valid(body) && !span_case_eq(span_trim(type),
	    SPAN("application/octet-stream")) ?
	    MSG_TEXT : MSG_BINARY;
}

void
publish_request(struct server *s, struct exchange *x, struct span body)
{
	const struct http1_head *head = exchange_head(x);
	struct msg m = { kind_of(head, body), body };
	struct span path, query, room;
	struct letter l;
	int n;

	if (!has_room(s, x))
		return;
	http1_target(head->target, &path, &query);
	buf_clear(&s->room);
	n = query_value(query, "room", &s->room);
	if (n == -1) {
		answer(x, 503, "out of memory\n");
		return;
	}
	room = buf_span(&s->room);
	l = news_letter(s, m, n > 0 ? &room : NULL);
	hub_begin(s->hub);
	if (n > 0)
		hub_to_room(s->hub, room, &l);
	else
		hub_to_all(s->hub, &l);
	front_reply(x, 204, NULL, 0, SPAN(""));
}
