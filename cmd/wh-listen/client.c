/* client.c - who asks. */
#include "client.h"

int
clients_init(struct clients *c, const struct opt_list *proxies,
    const char *text, struct why *why)
{
	struct why inner;
	struct rate rate;

	if (forwarded_init(&c->forwarded, proxies, why) == -1)
		return -1;
	if (text == NULL)
		return 0;
	if (rate_parse(&rate, text, &inner) == -1)
		return why_set(why, inner.status, "--rate: %s", inner.text);
	c->throttle = throttle_new(&rate);
	return c->throttle != NULL ? 0 :
	    why_set(why, STATUS_USAGE, "--rate: out of memory");
}

void
clients_done(struct clients *c)
{
	forwarded_done(&c->forwarded);
	throttle_free(c->throttle);
}

const char *
client_address(const struct clients *c, const struct exchange *x,
    char out[FORWARDED_SIZE])
{
	return forwarded_client(&c->forwarded, exchange_head(x),
	    exchange_remote(x), out);
}

int64_t
client_too_early(struct clients *c, const struct exchange *x, int64_t now_ms)
{
	char text[FORWARDED_SIZE];

	if (c->throttle == NULL)
		return 0;
	return (throttle_take(c->throttle, client_address(c, x, text),
	    now_ms) + 999) / 1000;
}
