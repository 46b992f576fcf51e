/* turns.c - requests that wait for their turn. */
#include <stdlib.h>

#include "list.h"
#include "turns.h"

struct turn {
	struct owed owed;
	struct link link;
	int64_t until_ms;
	size_t n;
	char body[];
};

struct turns {
	struct loop *loop;
	struct loop_timer *timer;
	struct link queue;
	size_t n, bytes, max_bytes;
	int64_t wait_ms;
	const struct turns_user *user;
	void *arg;
};

/* Off the queue: the peer, or NULL; one is the caller's. */
static struct exchange *
take(struct turns *t, struct turn *one)
{
	list_remove(&one->link);
	t->n--;
	t->bytes -= one->n;
	return owed_take(&one->owed);
}

static struct turn *
first(const struct turns *t)
{
	struct link *l = list_first(&t->queue);

	return l == NULL ? NULL : LIST_OF(l, struct turn, link);
}

static void
on_timer(void *arg)
{
	struct turns *t = arg;
	int64_t now = loop_now(t->loop);
	struct turn *one;
	struct exchange *x;

	while ((one = first(t)) != NULL && one->until_ms <= now) {
		x = take(t, one);
		free(one);
		if (x != NULL)
			t->user->late(t->arg, x);
	}
	if (one != NULL)
		loop_timer_set(t->timer, one->until_ms - now);
}

struct turns *
turns_new(struct loop *loop, size_t max_bytes, int64_t wait_ms,
    const struct turns_user *user, void *arg)
{
	struct turns *t = calloc(1, sizeof(*t));

	if (t == NULL)
		return NULL;
	*t = (struct turns){ .loop = loop, .max_bytes = max_bytes,
		.wait_ms = wait_ms, .user = user, .arg = arg };
	list_init(&t->queue);
	t->timer = loop_timer_new(loop, on_timer, t);
	if (t->timer != NULL)
		return t;
	free(t);
	return NULL;
}

void
turns_free(struct turns *t)
{
	struct turn *one;

	if (t == NULL)
		return;
	while ((one = first(t)) != NULL) {
		take(t, one);
		free(one);
	}
	loop_timer_free(t->timer);
	free(t);
}

int
turns_wait(struct turns *t, struct exchange *x, struct span body)
{
	struct turn *one;

	if (body.n > t->max_bytes - t->bytes)
		return -1;
	one = malloc(sizeof(*one) + body.n);
	if (one == NULL)
		return -1;
	*one = (struct turn){ .until_ms = loop_now(t->loop) + t->wait_ms,
		.n = body.n };
	if (body.n > 0)
		memcpy(one->body, body.p, body.n);
	owed_set(&one->owed, x);
	if (t->n == 0)
		loop_timer_set(t->timer, t->wait_ms);
	list_add(&t->queue, &one->link);
	t->n++;
	t->bytes += body.n;
	return 0;
}

int
turns_next(struct turns *t)
{
	struct turn *one;
	struct exchange *x = NULL;

	while (x == NULL && (one = first(t)) != NULL) {
		x = take(t, one);
		if (x != NULL)
			t->user->go(t->arg, x, span_of(one->body, one->n));
		free(one);
	}
	return x != NULL;
}

size_t
turns_waiting(const struct turns *t)
{
	return t->n;
}
