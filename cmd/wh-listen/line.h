/* line.h - a request as an event line. */
#ifndef WH_LISTEN_LINE_H
#define WH_LISTEN_LINE_H

#include "buf.h"
#include "http1.h"
#include "id.h"
#include "verify.h"

/* Appends the `request` event; with cloudevents, a CloudEvent's attributes
 * are told, too.  id_out is told its id.  -1: out of memory. */
int line_request(struct buf *out, const struct http1_head *,
    const char *remote, struct span body, const struct verified *,
    int cloudevents, char id_out[ID_SIZE]);

#endif
