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

int buf_add(struct buf *, struct span);
int buf_addc(struct buf *, char);
int buf_addi(struct buf *, int64_t);	/* in decimal */
int buf_addf(struct buf *, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* Inline, so that a literal's length is known. */
static inline int
buf_adds(struct buf *b, const char *s)
{
	return buf_add(b, span_str(s));
}

/* At least n writable bytes behind the data, then buf_took for those used. */
char *buf_room(struct buf *, size_t n);
void buf_took(struct buf *, size_t n);

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

#endif
