/* settle.c - the answers: the one the user wants, and refusals. */
#include "listener.h"

void
settle(struct listener *l, struct exchange *x)
{
	reply_send(&l->reply, x);
}

void
settle_refuse(struct exchange *x, int status, const char *name,
    struct span value, const char *reason)
{
	struct front_field fields[2] = {
		{ "Content-Type", SPAN("text/plain; charset=utf-8") },
		{ name, value }
	};

	front_reply(x, status, fields, name != NULL ? 2 : 1,
	    span_str(reason));
}

void
settle_busy(struct exchange *x, const char *reason)
{
	settle_refuse(x, 503, "Retry-After", SPAN("1"), reason);
}
