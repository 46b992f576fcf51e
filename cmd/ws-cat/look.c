/* look.c - what is looked for in messages: what to remember (--resume), and
 * what acknowledges lines (--ack).
 */
#include "json.h"
#include "session.h"

static void
run(struct session *s, struct filter *f, const char *option, struct msg m,
    put_fn put, void *arg)
{
	struct why why;

	if (wants_run(&s->wants, f, option, m, put, arg, &why) == -1)
		tool_why(s->tool, "a message", &why);
}

/* null and false are nothing at all. */
static int
is_something(struct span json)
{
	enum json_type type = json_type(json);

	return type != JSON_NULL && !(type == JSON_BOOL && json.p[0] == 'f');
}

static int
is_true(struct span json)
{
	return json_type(json) == JSON_BOOL && json.p[0] == 't';
}

static int
put_id(void *arg, struct span json)
{
	struct session *s = arg;

	if (s->ack_id.n == 0 && is_something(json) && !is_true(json) &&
	    buf_add(&s->ack_id, json) == -1)
		tool_why(s->tool, "--ack", &(struct why){ STATUS_SOME,
		    "out of memory" });
	return 0;
}

struct span
look_for_id(struct session *s, struct msg m)
{
	buf_clear(&s->ack_id);
	if (s->wants.ack != NULL)
		run(s, s->wants.ack, "--ack", m, put_id, s);
	return buf_span(&s->ack_id);
}

static int
put_ack(void *arg, struct span json)
{
	struct conn *c = arg;

	if (is_something(json))
		conn_acked(c, is_true(json) ? SPAN("") : json);
	return 0;
}

static int
put_last(void *arg, struct span json)
{
	struct conn *c = arg;

	if (json_type(json) == JSON_NULL)
		return 0;
	buf_clear(&c->last);
	if (buf_add(&c->last, json) == -1)
		tool_why(c->session->tool, "--resume", &(struct why){
		    STATUS_SOME, "out of memory" });
	return 0;
}

void
look_at(struct conn *c, struct msg m)
{
	struct session *s = c->session;

	if (s->wants.resume != NULL)
		run(s, s->wants.resume, "--resume", m, put_last, c);
	if (s->wants.ack != NULL && c->keep.n > 0)
		run(s, s->wants.ack, "--ack", m, put_ack, c);
}
