/* headers.h - which header fields a request is sent with.
 *
 * What the user gave with -H counts most: a name given there replaces that
 * name's fields of the line.
 *
 * Errors:  -1 and why: STATUS_USAGE for -H, STATUS_BAD_LINE for a line.
 */
#ifndef WH_SEND_HEADERS_H
#define WH_SEND_HEADERS_H

#include "buf.h"
#include "fields.h"
#include "job.h"

/* May those of -H be sent?  STATUS_USAGE. */
int headers_check(const struct fields *given, struct why *);

/* A job's fields: those of the line (its `headers` member: a list of pairs
 * or an object; p NULL for none), less what is for one connection only or
 * about the body's framing; then those given; then ours, unless they are
 * there or not wanted. */
struct headers_own {
	const char *agent, *type;	/* NULL: none */
};
int headers_make(struct job *, const struct fields *given, struct span member,
    const struct headers_own *, struct buf *scratch, struct why *);

#endif
