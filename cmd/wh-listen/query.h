/* query.h - a query as JSON: names to lists of values.
 *
 * Read as forms write it (application/x-www-form-urlencoded): `+` is a space
 * and %XX a byte.  Names stand in the order in which they came first, values
 * in theirs.  Text that is no UTF-8 once decoded stays undecoded, a `%`
 * without two digits stays as it is.
 *
 * Source:  WHATWG URL, section 5.1, but for what is not UTF-8.
 */
#ifndef WH_LISTEN_QUERY_H
#define WH_LISTEN_QUERY_H

#include "buf.h"

/* Appends {"x":["1","2"]}, or {}.  -1: out of memory. */
int query_json(struct buf *out, struct span query);

#endif
