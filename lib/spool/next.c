/* next.c - which line comes next. */
#include "clock.h"
#include "spool/consumer.h"

#define LOOK_MS 10000

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
		l->tries = l->attempts;
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

/* ---- lines that were parked ---- */

size_t
spool_parking(const struct spool_consumer *c)
{
	return PARKED_MAX - c->parked.n;
}

/* Without memory it is given again soon: its place is with whoever has it. */
void
spool_park(struct spool_consumer *c, const struct spool_line *l)
{
	struct parked_line p = { l->due_us, l->ref.part,
		(uint32_t)l->ref.number, (uint32_t)l->ref.offset,
		(uint32_t)l->ref.n, (uint32_t)l->attempts,
		(uint32_t)l->tries };

	if (parked_room(&c->parked) == 0)
		parked_add(&c->parked, &p);
	else
		l->ref.part->stuck = 1;
}

/* 1: a line that is due; 0: there is none. */
static int
next_parked(struct spool_consumer *c, struct spool_line *l)
{
	const struct parked_line *first = parked_first(&c->parked);
	struct parked_line p;
	struct why why;

	if (first == NULL || first->due_us > clock_wall_us())
		return 0;
	p = parked_take(&c->parked);
	*l = (struct spool_line){ .segment = p.part->name,
		.ref = { p.part, p.number, p.offset, p.n },
		.attempts = p.attempts, .tries = p.tries };
	buf_clear(&c->scratch);
	if (spool_read(c, l->ref, &c->scratch, &why) == -1) {
		/* It stays where it is, for another consumer. */
		c->user->trouble(c->arg, &why);
		return 0;
	}
	l->event = buf_span(&c->scratch);
	return 1;
}

/* The clock may be set meanwhile, so it is looked at from time to time. */
static void
set_due(struct spool_consumer *c)
{
	const struct parked_line *first = parked_first(&c->parked);
	int64_t wait_ms;

	if (first == NULL || loop_timer_active(c->due))
		return;
	wait_ms = (first->due_us - clock_wall_us()) / 1000 + 1;
	loop_timer_set(c->due, wait_ms < LOOK_MS ? wait_ms : LOOK_MS);
}

static int
next_new(struct spool_consumer *c, struct spool_line *l)
{
	struct spool_part *p;

	while ((p = next_part(c)) != NULL)
		if (look(c, p, l))
			return 1;
	return 0;
}

/* Neither kind waits for the other. */
int
spool_next(struct spool_consumer *c, struct spool_line *l)
{
	if (aside_waiting(c->dead) + aside_waiting(c->bad) >= SPOOL_LIMIT)
		return 0;
	c->parked_last = !c->parked_last;
	if (c->parked_last && next_parked(c, l))
		return 1;
	if (next_new(c, l))
		return 1;
	if (!c->parked_last && next_parked(c, l))
		return 1;
	set_due(c);
	return 0;
}
