/* roster.h - the open events of the clients that are here, in the order of
 * their coming: for a shared command that is started again.
 */
#ifndef WS_SERVE_ROSTER_H
#define WS_SERVE_ROSTER_H

#include "list.h"
#include "names.h"

struct roster {
	struct names names;
	struct link list;
};

void roster_init(struct roster *);
void roster_done(struct roster *);

/* A client's event, by its id.  -1: out of memory. */
int roster_add(struct roster *, struct span id, struct span line);
/* None of that id is allowed. */
void roster_remove(struct roster *, struct span id);

void roster_each(const struct roster *, void (*fn)(void *arg, struct span line),
    void *arg);

#endif
