/* announce.h - says where a server listens, and how a reload went.
 *
 * A sentence for each address on stderr; and, for scripts that let the system
 * choose the port, a `listening` event line (hookline-events.7).
 *
 * Errors:  -1 and why: out of memory.
 */
#ifndef HOOKLINE_ANNOUNCE_H
#define HOOKLINE_ANNOUNCE_H

#include "listen.h"
#include "output.h"

/* out: NULL where no event is wanted. */
int announce(const struct listen *, struct output *out, char terminator,
    struct why *);

/* listen_reload, for SIGHUP. */
void announce_reload(struct listen *);

#endif
