/* event.h - event lines: a message in an envelope (hookline-events.7).
 *
 * Writing: event_begin, members in the contract's order, a body, event_end.
 * Reading: event_read finds the members it knows in one pass and leaves them
 * as spans of the line (raw JSON, strings with their quotes; p is NULL where
 * a member is absent).  Unknown members are ignored; of repeated ones the
 * last counts.
 *
 * A body is text or base64, and json.  On the way in: base64 if present;
 * else text, unless a json beside it no longer holds the same value (someone
 * edited it), then json; else json's own bytes.
 *
 * Errors:  -1 and why (STATUS_BAD_LINE); writers -1 at the buffer's limit.
 */
#ifndef HOOKLINE_EVENT_H
#define HOOKLINE_EVENT_H

#include <stdint.h>

#include "buf.h"
#include "http1.h"
#include "msg.h"
#include "why.h"

/* {"type":"...","id":"...","time":"..." with a new id and the time now.
 * id_out (ID_SIZE bytes, or NULL) is told the id. */
int event_begin(struct buf *out, const char *type, char *id_out);
int event_end(struct buf *out);				/* } */

/* ,"name":"text" ; text must be UTF-8. */
int event_text(struct buf *out, const char *name, struct span text);
/* The same for text from a peer: what is not UTF-8 is taken for ISO 8859-1,
 * as HTTP once had it. */
int event_any_text(struct buf *out, const char *name, struct span text);
/* ,"name":raw ; raw is JSON. */
int event_raw(struct buf *out, const char *name, struct span json);
int event_int(struct buf *out, const char *name, int64_t);
int event_bool(struct buf *out, const char *name, int);

/* Header fields as a list of pairs, without a member's name; texts as by
 * event_any_text. */
int event_fields(struct buf *out, const struct http1_field *, size_t n);

/* The body's members: what wh-listen gives (bytes always told exactly by
 * text or base64, json besides) ... */
int event_body(struct buf *out, struct span body);
/* ... and what the websocket tools give (json alone where its bytes are
 * exact; a binary message is always base64). */
int event_message(struct buf *out, struct msg);

struct event {
	struct span type, id, time, client, user, room, except, do_;
	struct span url, method, target, headers, status, code, reason;
	struct span key, not_before, deadline, direction;
	struct span text, base64, json, event;
};

int event_read(struct span line, struct event *out, struct why *);

/* A string member's text, in the line or appended to scratch.  0; 1 if the
 * member is absent or null; -1 if it is not a string. */
int event_string(struct span member, const char *name, struct buf *scratch,
    struct span *text, struct why *);

/* Is a string member this word? */
int event_is(struct span member, const char *word);

/* News of other programs are not messages; an event without a type is. */
int event_is_news(const struct event *);

/* Walks a `headers` member: a list of pairs, or an object whose values may be
 * lists.  fn is told each name and value as JSON, whatever they are: 0, or -1
 * and why, which ends the walk.  -1 and why, too, where it is neither. */
typedef int (*event_field_fn)(void *arg, struct span name, struct span value,
    struct why *why);
int event_each_field(struct span headers, event_field_fn, void *arg,
    struct why *why);

/* The body: 0 and *out (in the line or in scratch, which is emptied first;
 * MSG_BINARY where it came as base64); 1 if the event has none; -1. */
int event_read_body(const struct event *, struct buf *scratch,
    struct msg *out, struct why *);

#endif
