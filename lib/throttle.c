/* throttle.c - a rate for each client, in a table that does not grow. */
#include <stdlib.h>
#include <string.h>

#include "cidr.h"
#include "digest.h"
#include "throttle.h"

#define SETS 4096		/* a power of two */
#define WAYS 4

struct entry {
	struct cidr_ip client;		/* all zero: free, or no address */
	struct rate_bucket bucket;
};

struct throttle {
	struct rate rate;
	uint64_t seed;			/* no peer can choose its set */
	struct entry entries[SETS][WAYS];
};

struct throttle *
throttle_new(const struct rate *rate)
{
	struct throttle *t = calloc(1, sizeof(*t));

	if (t == NULL)
		return NULL;
	t->rate = *rate;
	digest_random(&t->seed, sizeof(t->seed));
	return t;
}

void
throttle_free(struct throttle *t)
{
	free(t);
}

/* splitmix64's last step. */
static uint64_t
mix(uint64_t x)
{
	x = (x ^ x >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	x = (x ^ x >> 27) * UINT64_C(0x94d049bb133111eb);
	return x ^ x >> 31;
}

/* An IPv4 address's bytes are in the first eight, as a /64's are. */
static struct entry *
set_of(struct throttle *t, const struct cidr_ip *client)
{
	uint64_t bytes;

	memcpy(&bytes, client->b, sizeof(bytes));
	return t->entries[mix(mix(bytes ^ t->seed) + client->bits) %
	    SETS];
}

static int
is_its(const struct entry *e, const struct cidr_ip *client)
{
	return memcmp(&e->client, client, sizeof(*client)) == 0;
}

/* Its entry, or the one that it would get. */
static struct entry *
find(struct throttle *t, const struct cidr_ip *client)
{
	struct entry *set = set_of(t, client), *least = set;
	int i;

	for (i = 0; i < WAYS; i++) {
		if (is_its(&set[i], client))
			return &set[i];
		if (set[i].bucket.full_ns < least->bucket.full_ns)
			least = &set[i];
	}
	return least;
}

static struct cidr_ip
named(const char *client)
{
	struct cidr_ip ip;
	struct span port;

	if (cidr_peer_parse(&ip, span_str(client), &port) == -1)
		memset(&ip, 0, sizeof(ip));
	else if (ip.bits == 128)
		cidr_ip_mask(&ip, 64);
	return ip;
}

int64_t
throttle_take(struct throttle *t, const char *client, int64_t now_ms)
{
	const struct cidr_ip ip = named(client);
	struct entry *e = find(t, &ip);

	if (!is_its(e, &ip))
		*e = (struct entry){ .client = ip };
	return rate_take(&t->rate, &e->bucket, now_ms);
}

int64_t
throttle_wait(struct throttle *t, const char *client, int64_t now_ms)
{
	const struct cidr_ip ip = named(client);
	const struct entry *e = find(t, &ip);

	return is_its(e, &ip) ? rate_wait(&t->rate, &e->bucket, now_ms) : 0;
}
