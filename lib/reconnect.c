/* reconnect.c - is a lost connection to be made again, and when? */
#include "reconnect.h"

void
reconnect_up(struct reconnect *r, int64_t now_ms)
{
	r->up_ms = now_ms;
	r->useful = 0;
}

void
reconnect_useful(struct reconnect *r)
{
	r->useful = 1;
}

int64_t
reconnect_lost(struct reconnect *r, int64_t now_ms, int64_t asked_ms)
{
	int64_t wait;
	int64_t least = r->useful ? r->plan.first_ms : RECONNECT_STOOD_MS;

	if (r->up_ms != 0 && now_ms - r->up_ms >= least)
		r->tries = 0;
	r->up_ms = 0;
	wait = retry_next(&r->plan, r->tries, asked_ms, &r->seed);
	if (wait != RETRY_NEVER)
		r->tries++;
	return wait;
}

int
reconnect_status_is_final(int status)
{
	return status != 408 && status != 425 && status != 429 &&
	    status / 100 != 5;
}

int
reconnect_close_is_final(int code)
{
	if (code >= 4400 && code <= 4499)
		return reconnect_status_is_final(code - 4000);
	switch (code) {
	case 1000:		/* normal closure */
	case 1002:		/* protocol error */
	case 1003:		/* unsupported data */
	case 1007:		/* invalid data */
	case 1008:		/* policy violation */
	case 1009:		/* message too big */
	case 1010:		/* mandatory extension */
	case 3000:		/* unauthorized */
	case 3003:		/* forbidden */
		return 1;
	default:
		return 0;
	}
}
