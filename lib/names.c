/* names.c - a tree of names. */
#include <search.h>

#include "names.h"

static int
compare(const void *a, const void *b)
{
	struct span x = ((const struct named *)a)->name;
	struct span y = ((const struct named *)b)->name;
	int order = memcmp(x.p, y.p, x.n < y.n ? x.n : y.n);

	return order != 0 ? order : x.n < y.n ? -1 : x.n > y.n;
}

struct named *
names_find(const struct names *names, struct span name)
{
	const struct named key = { name };
	void *node;

	if (name.n == 0)
		return NULL;
	node = tfind(&key, &names->root, compare);
	return node == NULL ? NULL : *(struct named **)node;
}

int
names_add(struct names *names, struct named *n)
{
	return tsearch(n, &names->root, compare) == NULL ? -1 : 0;
}

void
names_remove(struct names *names, struct named *n)
{
	tdelete(n, &names->root, compare);
}

struct named *
names_any(const struct names *names)
{
	return names->root == NULL ? NULL : *(struct named **)names->root;
}
