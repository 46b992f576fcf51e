/* query.h - a query: as JSON, names to lists of values, or one of them.
 *
 * Read as forms write it (application/x-www-form-urlencoded): `+` is a space
 * and %XX a byte.  Names stand in the order in which they came first, values
 * in theirs.  Text that is no UTF-8 once decoded stays undecoded, a `%`
 * without two digits stays as it is.
 *
 * Source:  WHATWG URL, section 5.1, but for what is not UTF-8.
 */
#ifndef HOOKLINE_QUERY_H
#define HOOKLINE_QUERY_H

#include "buf.h"

/* Appends {"x":["1","2"]}, or {}.  -1: out of memory. */
int query_json(struct buf *out, struct span query);

/* Appends the first value of that name, and answers how many there are; -1:
 * out of memory. */
int query_value(struct span query, const char *name, struct buf *out);

#endif
