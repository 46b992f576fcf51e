/* buf.c - a growing byte buffer.
 *
 * Dropped bytes stay in front of the data until room is needed; they are
 * then reused only if there are at least as many as bytes to move, so that
 * any sequence of adds and drops costs constant time a byte.
 */
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"

#define SMALLEST 256
#define KEPT (64 * 1024)	/* memory that buf_clear lets stay */

/* Moves the data into an allocation with at least n bytes behind it. */
static int
grow(struct buf *b, size_t n)
{
	size_t cap = b->cap < SMALLEST ? SMALLEST : b->cap;
	char *base;

	if (n > SIZE_MAX / 4 - b->n)
		return -1;
	/* Where only dropped bytes made room, it would soon be used up, and
	 * the next move as dear as this one. */
	while (cap - b->n < n || (b->p != b->base && cap / 2 < b->n))
		cap *= 2;
	/* Above a page, doubling past the limit would be wasted. */
	if (cap > 4096 && cap > b->max && b->n + n <= b->max)
		cap = b->max;
	if (b->p != b->base)
		memmove(b->base, b->p, b->n);
	b->p = b->base;
	if (cap == b->cap)
		return 0;
	base = realloc(b->base, cap);
	if (base == NULL)
		return -1;
	b->base = b->p = base;
	b->cap = cap;
	return 0;
}

/* Room for n bytes whatever the limit says. */
static int
reserve(struct buf *b, size_t n)
{
	size_t dropped;

	if (b->base == NULL)
		return grow(b, n);
	dropped = (size_t)(b->p - b->base);
	if (b->cap - dropped - b->n >= n)
		return 0;
	if (dropped >= b->n && b->cap - b->n >= n) {
		memmove(b->base, b->p, b->n);
		b->p = b->base;
		return 0;
	}
	return grow(b, n);
}

void
buf_init(struct buf *b, size_t max)
{
	*b = (struct buf){ .max = max };
}

void
buf_done(struct buf *b)
{
	free(b->base);
	buf_init(b, b->max);
}

/* What buf_addf does by "%lld", in a tenth of the time. */
int
buf_addi(struct buf *b, int64_t n)
{
	char text[24], *p = text + sizeof(text);
	uint64_t left = n < 0 ? 0 - (uint64_t)n : (uint64_t)n;

	do {
		*--p = (char)('0' + left % 10);
		left /= 10;
	} while (left > 0);
	if (n < 0)
		*--p = '-';
	return buf_add(b, span_of(p, (size_t)(text + sizeof(text) - p)));
}

int
buf_addf(struct buf *b, const char *fmt, ...)
{
	va_list ap;
	size_t room = SMALLEST;
	int n;

	/* vsnprintf wants a byte more than it leaves, the NUL's. */
	for (;;) {
		if (reserve(b, room) == -1)
			return -1;
		va_start(ap, fmt);
		n = vsnprintf(b->p + b->n, room, fmt, ap);
		va_end(ap);
		if (n < 0)
			return -1;
		if ((size_t)n < room)
			break;
		room = (size_t)n + 1;
	}
	if ((size_t)n > b->max - b->n)
		return -1;
	b->n += (size_t)n;
	return 0;
}

void
buf_drop(struct buf *b, size_t n)
{
	if (n == 0)
		return;
	b->n -= n;
	b->p = b->n == 0 ? b->base : b->p + n;
}

void
buf_trim(struct buf *b, size_t n)
{
	if (n < b->n)
		b->n = n;
}

void
buf_clear(struct buf *b)
{
	if (b->cap > KEPT)
		buf_done(b);
	b->n = 0;
	b->p = b->base;
}

char *
buf_room_slowly(struct buf *b, size_t n)
{
	if (n > b->max - b->n || reserve(b, n) == -1)
		return NULL;
	return b->p + b->n;
}
