/* names.c - a chained hash table, doubled as it fills. */
#include <stdlib.h>
#include <string.h>

#include "names.h"

#define SMALLEST 64

/* FNV-1a from a random start, and a last mix. */
static uint64_t
hash_of(const struct names *t, const char *text)
{
	uint64_t h = t->seed ^ UINT64_C(0xcbf29ce484222325);

	for (; *text != '\0'; text++)
		h = (h ^ (unsigned char)*text) * UINT64_C(0x100000001b3);
	return h ^ h >> 29;
}

static int
grow(struct names *t)
{
	size_t size = t->size == 0 ? SMALLEST : t->size * 2, i;
	struct name **v = calloc(size, sizeof(*v)), *e;

	if (v == NULL)
		return t->size == 0 ? -1 : 0;	/* crowded, but it works */
	for (i = 0; i < t->size; i++)
		while ((e = t->v[i]) != NULL) {
			t->v[i] = e->next;
			e->next = v[e->hash % size];
			v[e->hash % size] = e;
		}
	free(t->v);
	t->v = v;
	t->size = size;
	return 0;
}

void
names_init(struct names *t, uint64_t seed)
{
	*t = (struct names){ .seed = seed };
}

void
names_done(struct names *t)
{
	struct name *e;
	size_t i;

	for (i = 0; i < t->size; i++)
		while ((e = t->v[i]) != NULL) {
			t->v[i] = e->next;
			free(e);
		}
	free(t->v);
	names_init(t, t->seed);
}

struct name *
names_find(const struct names *t, const char *text)
{
	uint64_t hash = hash_of(t, text);
	struct name *e;

	if (t->size == 0)
		return NULL;
	for (e = t->v[hash % t->size]; e != NULL; e = e->next)
		if (e->hash == hash && strcmp(e->text, text) == 0)
			return e;
	return NULL;
}

struct name *
names_add(struct names *t, const char *text)
{
	struct name *e = names_find(t, text);
	size_t n = strlen(text) + 1;

	if (e != NULL)
		return e;
	if (t->n >= t->size && grow(t) == -1)
		return NULL;
	e = malloc(sizeof(*e) + n);
	if (e == NULL)
		return NULL;
	memcpy(e->text, text, n);
	e->hash = hash_of(t, text);
	e->data = NULL;
	e->next = t->v[e->hash % t->size];
	t->v[e->hash % t->size] = e;
	t->n++;
	return e;
}

void
names_remove(struct names *t, struct name *e)
{
	struct name **p = &t->v[e->hash % t->size];

	while (*p != e)
		p = &(*p)->next;
	*p = e->next;
	t->n--;
	free(e);
}
