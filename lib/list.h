/* list.h - things in a row: a ring of links with a head in it.
 *
 * A link is a part of its user's struct and is in one list at a time; a
 * cleared one is in none.  Nothing is allocated, so nothing can fail.
 */
#ifndef HOOKLINE_LIST_H
#define HOOKLINE_LIST_H

#include <stddef.h>

struct link {
	struct link *next, *prev;
};

/* The struct that a link (or a heap's node) is a member of. */
#define LIST_OF(p, type, member) \
	((type *)(void *)((char *)(p) - offsetof(type, member)))

static inline void
list_init(struct link *head)
{
	head->next = head->prev = head;
}

/* NULL if there is none. */
static inline struct link *
list_first(const struct link *head)
{
	return head->next != head ? head->next : NULL;
}

static inline struct link *
list_last(const struct link *head)
{
	return head->prev != head ? head->prev : NULL;
}

static inline int
list_is_in(const struct link *l)
{
	return l->next != NULL;
}

/* At the end. */
static inline void
list_add(struct link *head, struct link *l)
{
	l->next = head;
	l->prev = head->prev;
	head->prev->next = l;
	head->prev = l;
}

/* In none is allowed. */
static inline void
list_remove(struct link *l)
{
	if (l->next == NULL)
		return;
	l->prev->next = l->next;
	l->next->prev = l->prev;
	l->next = l->prev = NULL;
}

/* All of `from` to the end of the list, in their order. */
static inline void
list_move(struct link *head, struct link *from)
{
	if (from->next == from)
		return;
	from->next->prev = head->prev;
	head->prev->next = from->next;
	from->prev->next = head;
	head->prev = from->prev;
	list_init(from);
}

#endif
