/* provider.h - what a webhook's own header fields say of the event: its id
 * and its type, as each provider names them; or a CloudEvent's attributes.
 *
 * Unsigned and unchecked: what the sender says, no more.
 */
#ifndef WH_LISTEN_PROVIDER_H
#define WH_LISTEN_PROVIDER_H

#include "buf.h"
#include "http1.h"

/* Appends ,"event":{...} where a provider is recognised, or, if they are looked
 * for (--cloudevents), a CloudEvent.  -1: out of memory. */
int provider_event(struct buf *, const struct http1_head *, struct span body,
    int cloudevents);

#endif
