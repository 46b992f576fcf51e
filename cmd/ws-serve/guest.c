/* guest.c - who a client is. */
#include <stdlib.h>

#include "guest.h"

#define NETWORK 64		/* bits, of IPv6 */

struct place {
	struct named named;		/* the first, for names.h */
	struct cidr_ip ip;
	size_t count;
};

int
guests_init(struct guests *gs, const struct opt_list *proxies, int64_t max,
    struct why *why)
{
	list_init(&gs->all);
	gs->max = (size_t)max;
	return forwarded_init(&gs->forwarded, proxies, why);
}

void
guests_done(struct guests *gs)
{
	struct link *l;

	while (gs->all.next != NULL && (l = list_first(&gs->all)) != NULL)
		guest_leave(gs, LIST_OF(l, struct guest, link));
	forwarded_done(&gs->forwarded);
	throttle_free(gs->logins);
}

int
guests_count_logins(struct guests *gs, const char *text, struct why *why)
{
	struct why cause;
	struct rate rate;

	if (strcmp(text, "0") == 0)
		return 0;
	if (rate_parse(&rate, text, &cause) == -1)
		return why_set(why, cause.status, "--login-rate: %s",
		    cause.text);
	gs->logins = throttle_new(&rate);
	return gs->logins != NULL ? 0 :
	    why_set(why, STATUS_USAGE, "out of memory");
}

/* ---- places ---- */

static struct place *
place_new(struct guests *gs, const struct cidr_ip *ip)
{
	struct place *p = calloc(1, sizeof(*p));

	if (p == NULL)
		return NULL;
	p->ip = *ip;
	p->named.name = span_of(&p->ip, sizeof(p->ip));
	if (names_add(&gs->places, &p->named) == 0)
		return p;
	free(p);
	return NULL;
}

/* Is there room for one more?  0 and *out, which is NULL where it is not
 * counted, or the status. */
static int
find_place(struct guests *gs, const char *remote, struct place **out)
{
	struct cidr_ip ip;
	struct span port;

	*out = NULL;
	memset(&ip, 0, sizeof(ip));
	if (gs->max == 0 ||
	    cidr_peer_parse(&ip, span_str(remote), &port) == -1)
		return 0;
	if (ip.bits == 128)
		cidr_ip_mask(&ip, NETWORK);
	*out = (struct place *)names_find(&gs->places,
	    span_of(&ip, sizeof(ip)));
	if (*out != NULL)
		return (*out)->count < gs->max ? 0 : 429;
	*out = place_new(gs, &ip);
	return *out != NULL ? 0 : 503;
}

static void
settle(struct guests *gs, struct place *p)
{
	if (p == NULL || p->count > 0)
		return;
	names_remove(&gs->places, &p->named);
	free(p);
}

/* ---- guests ---- */

static int
rename_to(struct guest *g, struct span user)
{
	char *name = user.n == 0 ? NULL : strndup(user.p, user.n);

	if (name == NULL && user.n > 0)
		return -1;
	free(g->user);
	g->user = name;
	return 0;
}

static struct guest *
guest_new(struct guests *gs, struct span user, const char *remote)
{
	size_t n = strlen(remote) + 1;
	struct guest *g = calloc(1, sizeof(*g) + n);

	if (g == NULL)
		return NULL;
	memcpy(g->remote, remote, n);
	if (rename_to(g, user) == -1) {
		free(g);
		return NULL;
	}
	list_add(&gs->all, &g->link);
	return g;
}

int
guest_come(struct guests *gs, const struct exchange *x, struct span user,
    struct guest **g)
{
	char text[FORWARDED_SIZE];
	const char *peer = exchange_remote(x);
	const char *remote = forwarded_client(&gs->forwarded,
	    exchange_head(x), peer, text);
	struct place *place;
	int status = find_place(gs, remote, &place);

	*g = NULL;
	if (status != 0)
		return status;
	if (user.n == 0 && place == NULL && strcmp(remote, peer) == 0)
		return 0;
	*g = guest_new(gs, user, remote);
	if (*g == NULL) {
		settle(gs, place);
		return 503;
	}
	(*g)->place = place;
	if (place != NULL)
		place->count++;
	return 0;
}

int
guest_name(struct guests *gs, const struct exchange *x, struct span user,
    struct guest **g)
{
	if (*g != NULL)
		return rename_to(*g, user);
	*g = guest_new(gs, user, exchange_remote(x));
	return *g == NULL ? -1 : 0;
}

void
guest_leave(struct guests *gs, struct guest *g)
{
	if (g == NULL)
		return;
	if (g->place != NULL)
		g->place->count--;
	settle(gs, g->place);
	list_remove(&g->link);
	free(g->user);
	free(g);
}

/* ---- logins ---- */

/* Where it comes from; NULL if that is not counted. */
static const char *
counted_at(const struct guests *gs, const struct exchange *x,
    char text[FORWARDED_SIZE])
{
	const char *remote;
	struct cidr_ip ip;
	struct span port;

	if (gs->logins == NULL)
		return NULL;
	remote = forwarded_client(&gs->forwarded, exchange_head(x),
	    exchange_remote(x), text);
	return cidr_peer_parse(&ip, span_str(remote), &port) == 0 ? remote :
	    NULL;
}

int64_t
guest_login_wait(struct guests *gs, const struct exchange *x, int64_t now_ms)
{
	char text[FORWARDED_SIZE];
	const char *remote = counted_at(gs, x, text);

	return remote == NULL ? 0 : throttle_wait(gs->logins, remote, now_ms);
}

void
guest_login(struct guests *gs, const struct exchange *x, int64_t now_ms)
{
	char text[FORWARDED_SIZE];
	const char *remote = counted_at(gs, x, text);

	if (remote != NULL)
		throttle_take(gs->logins, remote, now_ms);
}
