/* next.c - which line comes next. */
#include "spool/consumer.h"

/* 1: a line to give; 0: none, or none of its own. */
static int
look(struct spool_consumer *c, struct spool_part *p, struct spool_line *l)
{
	const struct spool_past *past;

	switch (spool_reader_next(&p->reader, &l->event, 1)) {
	case SPOOL_LINE:
		l->ref = (struct spool_ref){ p, p->reader.number,
			(int64_t)p->reader.start,
			(size_t)(p->reader.at - p->reader.start - 1) };
		if (part_fate(p, l->ref.number) != FATE_NONE)
			return 0;
		l->segment = p->name;
		past = part_past(p, l->ref.number);
		l->attempts = past != NULL ? past->attempts : 0;
		l->due_us = past != NULL ? past->due_us : 0;
		p->given++;
		c->given++;
		return 1;
	case SPOOL_BAD:
		if (part_fate(p, p->reader.number) == FATE_NONE)
			consumer_put_bad(c, p, l->event);
		return 0;
	case SPOOL_NONE:
		p->quiet = 1;
		p->over = p->reader.ended;
		if (!p->over)
			return 0;
		spool_reader_close(&p->reader);
		if (p->given == 0)
			consumer_retire(c, p);
		return 0;
	default:
		/* It is neither read on nor deleted. */
		consumer_trouble(c, p->name);
		p->stuck = 1;
		return 0;
	}
}

static int
is_open(struct spool_consumer *c, struct spool_part *p)
{
	if (p->over || p->stuck)
		return 0;
	if (p->reader.fd != -1)
		return 1;
	if (spool_reader_open(&p->reader, c->folder.seg, p->name) == -1) {
		consumer_trouble(c, p->name);
		p->stuck = 1;
		return 0;
	}
	(void)spool_reader_has_ended(&p->reader);
	return 1;
}

/* Those whose writers live are read by turns, up to the first one whose
 * writer has gone: what was begun after that was left comes after it. */
static struct spool_part *
next_part(struct spool_consumer *c)
{
	struct spool_parts *parts = &c->parts;
	struct spool_part *next = NULL, *p;
	size_t i, at = 0;

	for (i = 0; i < parts->n; i++) {
		p = parts->v[i];
		if (!is_open(c, p))
			continue;
		if (!p->quiet && (next == NULL || i >= parts->turn)) {
			next = p;
			at = i;
			if (i >= parts->turn)
				break;
		}
		if (p->reader.ended)
			break;
	}
	parts->turn = at + 1;
	return next;
}

int
spool_next(struct spool_consumer *c, struct spool_line *l)
{
	struct spool_part *p;

	while (aside_waiting(c->dead) + aside_waiting(c->bad) < SPOOL_LIMIT &&
	    (p = next_part(c)) != NULL)
		if (look(c, p, l))
			return 1;
	return 0;
}
