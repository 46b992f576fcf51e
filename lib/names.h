/* names.h - things found by name: a balanced tree (tsearch(3)), so that no
 * choice of names by strangers makes it slow.
 *
 * Owns:    nothing: a struct named is part of its user's, and its name lives
 *          as long as it is in.
 */
#ifndef HOOKLINE_NAMES_H
#define HOOKLINE_NAMES_H

#include "span.h"

struct named {
	struct span name;
};

struct names {
	void *root;
};

/* The one of that name, or NULL. */
struct named *names_find(const struct names *, struct span name);

/* -1 if memory is out; the name must be new. */
int names_add(struct names *, struct named *);
void names_remove(struct names *, struct named *);

/* Any one of them, or NULL, for who empties the table. */
struct named *names_any(const struct names *);

#endif
