/* variables.h - what is known of a request as environment variables, for a
 * command.
 *
 *	WH_METHOD WH_TARGET WH_PATH WH_QUERY	where there is one
 *	WH_HEADER_CONTENT_TYPE ...		one for each name of a field
 *
 * A field's name is in capitals, its `-` as `_`.  One with any other character
 * is left out: with an underscore it could be taken for another field.  The
 * values of repeated fields are joined by ", " (RFC 9110 section 5.3).
 *
 * Every name begins with the program's prefix (WH_, WS_), so that no peer can
 * set HTTP_PROXY or PATH.
 *
 * Errors:  -1 or NULL: out of memory.
 */
#ifndef HOOKLINE_VARIABLES_H
#define HOOKLINE_VARIABLES_H

#include "buf.h"
#include "http1.h"
#include "opt.h"

/* Appends PREFIXname=value and a NUL; nothing where value.p is NULL, or there
 * is a NUL in it, which can't be told. */
int variables_add(struct buf *, const char *prefix, const char *name,
    struct span value);
/* All that a head says. */
int variables_add_head(struct buf *, const char *prefix,
    const struct http1_head *);

/* All of them behind those of base, as execve takes them: the caller frees
 * the array, its strings are base's and the buffer's. */
char **variables_list(char *const *base, struct buf *);

/* Those of env that a command may have: none that we make, nor those that
 * --secret-env ([NAME=]VAR) has secrets from (NULL: no such option).  The
 * caller frees the array. */
char **variables_base(char *const *env, const char *prefix,
    const struct opt_list *secret);

#endif
