/* computed.h - --reply-filter: a reply made from the event, by jq.
 *
 * The expression yields one object: {status,headers,json|text|base64}.
 *
 * Errors:  -1 and why, STATUS_SOME: it failed, or what it yields is no reply.
 */
#ifndef WH_LISTEN_COMPUTED_H
#define WH_LISTEN_COMPUTED_H

#include "filter.h"
#include "reply.h"

/* Makes the reply for an event line. */
int computed_reply(struct filter *, struct span line, struct reply *,
    struct why *);

#endif
