/* exchange.c - a request and what is known of it. */
#include <stdlib.h>

#include "own.h"

#define SPARE 128		/* kept for the next requests */
#define SMALL ((size_t)8192)	/* buffers up to that size, too */

struct exchange *
exchange_new(struct front *f)
{
	struct exchange *x = LIST_FIRST(&f->spare);

	if (x != NULL) {
		LIST_REMOVE(x, spare);
		f->nspare--;
	} else {
		x = malloc(sizeof(*x));
		if (x == NULL)
			return NULL;
		buf_init(&x->bytes, SIZE_MAX);
		buf_init(&x->body, SIZE_MAX);
	}
	x->conn = NULL;
	x->data = NULL;
	x->park_until = 0;
	return x;
}

void
exchange_really_free(struct exchange *x)
{
	buf_done(&x->bytes);
	buf_done(&x->body);
	free(x);
}

static void
empty(struct buf *b)
{
	if (b->cap > SMALL)
		buf_done(b);
	else
		buf_clear(b);
}

void
exchange_free(struct front *f, struct exchange *x)
{
	if (f->nspare == SPARE) {
		exchange_really_free(x);
		return;
	}
	empty(&x->bytes);
	empty(&x->body);
	LIST_INSERT_HEAD(&f->spare, x, spare);
	f->nspare++;
}

static void
move(struct span *s, const char *from, const char *to)
{
	if (s->p != NULL)
		s->p = to + (s->p - from);
}

int
exchange_keep(struct exchange *x, struct span bytes)
{
	struct http1_head *head = &x->head;
	const char *to;
	size_t i;

	if (buf_add(&x->bytes, bytes) != 0)
		return -1;
	to = x->bytes.p;
	move(&head->method, bytes.p, to);
	move(&head->target, bytes.p, to);
	for (i = 0; i < head->nfields; i++) {
		move(&head->fields[i].name, bytes.p, to);
		move(&head->fields[i].value, bytes.p, to);
	}
	return 0;
}

const struct http1_head *
exchange_head(const struct exchange *x)
{
	return &x->head;
}

const char *
exchange_remote(const struct exchange *x)
{
	return stream_remote(x->conn->stream);
}

int
exchange_is_tls(const struct exchange *x)
{
	return stream_is_tls(x->conn->stream);
}

int
exchange_has_waited(const struct exchange *x)
{
	return x->park_until != 0;
}

void
exchange_set(struct exchange *x, void *data)
{
	x->data = data;
}

void *
exchange_get(const struct exchange *x)
{
	return x->data;
}
