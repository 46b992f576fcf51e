/* buf.h - a growing byte buffer that carries its own limit.
 *
 * Units:   bytes.
 * Errors:  -1 (NULL) when the limit would be passed or memory is out; the
 *          buffer then holds what it held before the call.
 * Owns:    its bytes, until buf_done.  A span of its contents is good until
 *          the next call that adds to it.
 */
#ifndef HOOKLINE_BUF_H
#define HOOKLINE_BUF_H

#include <stdint.h>

#include "span.h"

struct buf {
	char *p;		/* the data */
	size_t n;		/* how much of it */
	size_t max;		/* the limit on n */
	char *base;		/* the allocation; p - base bytes are dropped */
	size_t cap;
};

void buf_init(struct buf *, size_t max);
void buf_done(struct buf *);

/* At least n writable bytes behind the data, then buf_took for those used. */
static inline char *buf_room(struct buf *, size_t n);
static inline void buf_took(struct buf *, size_t n);

static inline int buf_add(struct buf *, struct span);
static inline int buf_addc(struct buf *, char);
static inline int buf_adds(struct buf *, const char *);
int buf_addi(struct buf *, int64_t);	/* in decimal */
int buf_addf(struct buf *, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* Drops the first n bytes of the data; cheap. */
void buf_drop(struct buf *, size_t n);

/* Keeps the first n bytes only. */
void buf_trim(struct buf *, size_t n);

/* Empties it; memory above 64 KiB is given back. */
void buf_clear(struct buf *);

static inline struct span
buf_span(const struct buf *b)
{
	return (struct span){ b->p, b->n };
}

/* ---- inline: a line is made of some hundred small pieces ---- */

/* What buf_room does where it is more than a comparison. */
char *buf_room_slowly(struct buf *, size_t n);

static inline char *
buf_room(struct buf *b, size_t n)
{
	size_t used = (size_t)(b->p - b->base) + b->n;

	/* Without an allocation nothing is less. */
	if (n < b->cap - used && n <= b->max - b->n)
		return b->p + b->n;
	return buf_room_slowly(b, n);
}

static inline void
buf_took(struct buf *b, size_t n)
{
	b->n += n;
}

static inline int
buf_add(struct buf *b, struct span s)
{
	char *room = buf_room(b, s.n);

	if (room == NULL)
		return -1;
	if (s.n > 0)
		memcpy(room, s.p, s.n);
	b->n += s.n;
	return 0;
}

static inline int
buf_addc(struct buf *b, char c)
{
	return buf_add(b, span_of(&c, 1));
}

static inline int
buf_adds(struct buf *b, const char *s)
{
	return buf_add(b, span_str(s));
}

#endif
