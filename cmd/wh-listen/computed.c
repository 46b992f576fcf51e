/* computed.c - --reply-filter. */
#include "computed.h"

struct yield {
	struct reply *reply;
	int n, rc;
	struct why *why;
};

static int
on_result(void *arg, struct span line)
{
	struct yield *y = arg;
	struct event e;

	if (y->n++ > 0 || event_read(line, &e, y->why) == -1)
		y->rc = -1;
	else
		y->rc = reply_read(y->reply, &e, y->why);
	return 0;
}

int
computed_reply(struct filter *f, struct span line, struct reply *r,
    struct why *why)
{
	struct why inner = { .text = "" };
	struct yield y = { .reply = r, .rc = -1, .why = &inner };

	*r = (struct reply){ 0 };
	buf_init(&r->text, 0);
	if (filter_run(f, line, on_result, &y, why) == -1)
		return -1;
	if (y.n != 1)
		return why_set(why, STATUS_SOME, "yields %d results", y.n);
	if (y.rc != 0)
		return why_set(why, STATUS_SOME, "%s", inner.text);
	return 0;
}
