/* headers.h - which header fields a request is sent with.
 *
 * What the user gave with -H counts most: a name given there replaces that
 * name's fields of the line.  "Name:" sends none of that name, "Name;" one
 * without a value, "@FILE" stands for the lines of a file.
 *
 * Errors:  -1 and why: STATUS_USAGE for -H, STATUS_BAD_LINE for a line.
 */
#ifndef WH_SEND_HEADERS_H
#define WH_SEND_HEADERS_H

#include "buf.h"
#include "http1.h"
#include "job.h"
#include "opt.h"
#include "why.h"

struct given {
	struct http1_field *v;	/* value.p NULL: send none of that name */
	size_t n, cap;
	char **files;		/* their text, which the fields are in */
	size_t nfiles;
};

/* Keeps the list's strings. */
int given_init(struct given *, const struct opt_list *, struct why *);
void given_done(struct given *);

/* A job's fields: those of the line (its `headers` member: a list of pairs
 * or an object; p NULL for none), less what is for one connection only or
 * about the body's framing; then those given; then User-Agent and
 * Content-Type (type NULL: none) unless they are there or not wanted. */
int headers_make(struct job *, const struct given *, struct span member,
    const char *type, struct buf *scratch, struct why *);

#endif
