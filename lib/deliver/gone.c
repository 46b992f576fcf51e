/* deliver/gone.c - URLs that have answered 410. */
#include <stdlib.h>
#include <string.h>

#include "deliver/own.h"

#define MAX_BYTES ((size_t)2 << 20)

struct url {
	struct named named;		/* first: names_any answers it */
	char text[];
};

int
deliver_gone_has(const struct gone *g, const char *url)
{
	return g->names.root != NULL &&
	    names_find(&g->names, span_str(url)) != NULL;
}

void
deliver_gone_add(struct gone *g, const char *url)
{
	struct span name = span_str(url);
	size_t n = sizeof(struct url) + name.n;
	struct url *u;

	if (deliver_gone_has(g, url) || g->bytes + n > MAX_BYTES ||
	    (u = malloc(n)) == NULL)
		return;
	memcpy(u->text, name.p, name.n);
	u->named.name = span_of(u->text, name.n);
	if (names_add(&g->names, &u->named) == -1) {
		free(u);
		return;
	}
	g->bytes += n;
}

void
deliver_gone_done(struct gone *g)
{
	struct named *u;

	while ((u = names_any(&g->names)) != NULL) {
		names_remove(&g->names, u);
		free(u);
	}
}
