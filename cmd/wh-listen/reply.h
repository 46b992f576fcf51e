/* reply.h - what a request is answered with: as --reply says it (STATUS,
 * STATUS TYPE TEXT or STATUS TYPE @FILE), as JSON says it
 * ({status,headers,json|text|base64}), or as a command's output.
 *
 * Framing is ours: a reply that names Content-Length, Transfer-Encoding,
 * Connection, its relatives or Date is a bad one, as is one that would end a
 * field's line early.
 *
 * Errors:  -1 and why: STATUS_USAGE of --reply, STATUS_BAD_LINE of JSON,
 *          STATUS_SOME where memory is out.
 * Owns:    text, until reply_done, which may be called after a failure, too.
 */
#ifndef WH_LISTEN_REPLY_H
#define WH_LISTEN_REPLY_H

#include "buf.h"
#include "event.h"
#include "front.h"
#include "why.h"

#define REPLY_FIELDS 64

struct reply {
	int status;
	struct front_field fields[REPLY_FIELDS];
	size_t nfields;
	struct span body;
	struct buf text;		/* what the others point into */
	struct block *shared;		/* a large body of --reply; or NULL */
};

/* Keeps text; reads the file, whole. */
int reply_init(struct reply *, const char *text, struct why *);

/* From the members of an object: status (200 if absent), headers, and the
 * body. */
int reply_read(struct reply *, const struct event *, struct why *);

/* 200 with a body whose type its bytes tell: JSON, text or neither.  The body
 * is borrowed until the reply is sent. */
void reply_output(struct reply *, struct span body);

/* One of ours: a reason for people; borrowed like a literal. */
void reply_plain(struct reply *, int status, const char *reason);

void reply_done(struct reply *);

/* Answers the exchange. */
void reply_send(const struct reply *, struct exchange *);

#endif
