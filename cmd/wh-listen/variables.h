/* variables.h - a request as environment variables, for a command.
 *
 *	WH_ID WH_REMOTE WH_METHOD WH_TARGET WH_PATH WH_QUERY
 *	WH_EVENT_ID WH_EVENT_TYPE WH_VERIFIED	where the event has them
 *	WH_HEADER_CONTENT_TYPE ...		one for each name of a field
 *
 * A field's name is in capitals, its `-` as `_`.  One with any other character
 * is left out: with an underscore it could be taken for another field.  The
 * values of repeated fields are joined by ", " (RFC 9110 section 5.3).
 *
 * Every name begins with WH_, so that no sender can set HTTP_PROXY or PATH.
 */
#ifndef WH_LISTEN_VARIABLES_H
#define WH_LISTEN_VARIABLES_H

#include "buf.h"
#include "http1.h"
#include "opt.h"

/* Appends NAME=value and a NUL for each; line is the request's event line.
 * -1: out of memory. */
int variables_add(struct buf *, const struct http1_head *, struct span line);

/* All of them behind those of base, as execve takes them: the caller frees
 * the array, its strings are base's and the buffer's.  NULL: out of memory. */
char **variables_list(char *const *base, struct buf *);

/* Those of env that a command may have: none that we make, nor those that
 * --secret-env ([NAME=]VAR) has secrets from.  The caller frees the array.
 * NULL: out of memory. */
char **variables_base(char *const *env, const struct opt_list *secret);

#endif
