/* reply.h - --reply: STATUS, STATUS TYPE TEXT or STATUS TYPE @FILE.
 *
 * Errors:  -1 and why, STATUS_USAGE.
 * Owns:    what it read from a file, until reply_done; the rest points into
 *          the text given.
 */
#ifndef WH_LISTEN_REPLY_H
#define WH_LISTEN_REPLY_H

#include "buf.h"
#include "front.h"
#include "why.h"

struct reply {
	int status;
	struct front_field type;	/* Content-Type, if nfields is 1 */
	size_t nfields;
	struct span body;
	struct buf file;
	struct block *shared;		/* holds a large body; or NULL */
};

/* Keeps text; reads the file, whole. */
int reply_init(struct reply *, const char *text, struct why *);
void reply_send(const struct reply *, struct exchange *);
void reply_done(struct reply *);

#endif
