/* parts.c - the consumer's segments, and what became of their lines. */
#include <stdlib.h>
#include <string.h>

#include "spool/parts.h"

/* ---- the list ---- */

/* Where the name is, or belongs. */
static size_t
place_of(const struct spool_parts *parts, const char *name)
{
	size_t from = 0, to = parts->n, middle;

	while (from < to) {
		middle = from + (to - from) / 2;
		if (strverscmp(parts->v[middle]->name, name) < 0)
			from = middle + 1;
		else
			to = middle;
	}
	return from;
}

struct spool_part *
parts_find(const struct spool_parts *parts, const char *name)
{
	size_t i = place_of(parts, name);

	return i < parts->n && strcmp(parts->v[i]->name, name) == 0 ?
	    parts->v[i] : NULL;
}

static int
grow(struct spool_parts *parts)
{
	size_t cap = parts->cap == 0 ? 16 : parts->cap * 2;
	struct spool_part **v;

	if (parts->n < parts->cap)
		return 0;
	v = realloc(parts->v, cap * sizeof(struct spool_part *));
	if (v == NULL)
		return -1;
	parts->v = v;
	parts->cap = cap;
	return 0;
}

/* 1: it is new. */
static int
add(struct spool_parts *parts, const char *name)
{
	size_t i = place_of(parts, name);
	struct spool_part *p;

	if (i < parts->n && strcmp(parts->v[i]->name, name) == 0)
		return 0;
	if (grow(parts) == -1 || (p = calloc(1, sizeof(*p))) == NULL)
		return -1;
	memcpy(p->name, name, strlen(name) + 1);
	p->reader.fd = -1;
	memmove(parts->v + i + 1, parts->v + i,
	    (parts->n - i) * sizeof(struct spool_part *));
	parts->v[i] = p;
	parts->n++;
	return 1;
}

int
parts_scan(struct spool_parts *parts, int seg)
{
	struct spool_names names = { 0 };
	size_t i;
	int new = 0, added, ret = spool_names_read(&names, seg);

	for (i = 0; i < names.n && ret == 0; i++) {
		added = add(parts, names.v[i]);
		if (added == -1)
			ret = -1;
		else
			new += added;
	}
	spool_names_done(&names);
	return ret == 0 ? new : -1;
}

static void
part_free(struct spool_part *p)
{
	spool_reader_close(&p->reader);
	free(p->fates);
	free(p->pasts);
	free(p);
}

void
parts_remove(struct spool_parts *parts, struct spool_part *p)
{
	size_t i = place_of(parts, p->name);

	parts->n--;
	memmove(parts->v + i, parts->v + i + 1,
	    (parts->n - i) * sizeof(struct spool_part *));
	if (parts->turn > i)
		parts->turn--;
	part_free(p);
}

void
parts_done(struct spool_parts *parts)
{
	while (parts->n > 0)
		part_free(parts->v[--parts->n]);
	free(parts->v);
	*parts = (struct spool_parts){ 0 };
}

/* ---- lines that were attempted ---- */

static size_t
past_place(const struct spool_part *p, uint64_t number)
{
	size_t from = 0, to = p->npasts, middle;

	while (from < to) {
		middle = from + (to - from) / 2;
		if (p->pasts[middle].number < number)
			from = middle + 1;
		else
			to = middle;
	}
	return from;
}

const struct spool_past *
part_past(const struct spool_part *p, uint64_t number)
{
	size_t i = past_place(p, number);

	return i < p->npasts && p->pasts[i].number == number ?
	    &p->pasts[i] : NULL;
}

int
part_attempted(struct spool_part *p, const struct spool_past *past)
{
	size_t i = past_place(p, past->number);
	size_t cap = p->pasts_cap == 0 ? 16 : p->pasts_cap * 2;
	struct spool_past *v;

	if (i < p->npasts && p->pasts[i].number == past->number) {
		p->pasts[i] = *past;
		return 0;
	}
	if (p->npasts == p->pasts_cap) {
		v = realloc(p->pasts, cap * sizeof(*v));
		if (v == NULL)
			return -1;
		p->pasts = v;
		p->pasts_cap = cap;
	}
	memmove(p->pasts + i + 1, p->pasts + i,
	    (p->npasts - i) * sizeof(*p->pasts));
	p->pasts[i] = *past;
	p->npasts++;
	return 0;
}

/* Those of the numbers from `from` to `to`. */
static void
forget_pasts(struct spool_part *p, uint64_t from, uint64_t to)
{
	size_t i = past_place(p, from), end = past_place(p, to + 1);

	if (i == end)
		return;
	memmove(p->pasts + i, p->pasts + end,
	    (p->npasts - end) * sizeof(*p->pasts));
	p->npasts -= end - i;
}

/* ---- fates ---- */

enum spool_fate
part_fate(const struct spool_part *p, uint64_t number)
{
	return number <= p->nfates ? p->fates[number - 1] : FATE_NONE;
}

int
part_settle(struct spool_part *p, uint64_t from, uint64_t to,
    enum spool_fate fate)
{
	size_t cap = p->cap == 0 ? 1024 : p->cap;
	unsigned char *v;

	while (cap < to)
		cap *= 2;
	if (cap > p->cap) {
		v = realloc(p->fates, cap);
		if (v == NULL)
			return -1;
		memset(v + p->cap, FATE_NONE, cap - p->cap);
		p->fates = v;
		p->cap = cap;
	}
	memset(p->fates + from - 1, (int)fate, to - from + 1);
	if (p->nfates < to)
		p->nfates = to;
	forget_pasts(p, from, to);
	return 0;
}
