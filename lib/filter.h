/* filter.h - jq expressions over lines, in-process; owner of libjq.
 *
 * A select lets a line pass, its bytes untouched, if the expression's first
 * result is neither false nor null; a map replaces it by what the expression
 * yields: none, one or several lines.  Where a result is the input itself,
 * its original bytes are passed on (libjq 1.6 would round its numbers).
 *
 * Errors:  an expression that does not compile: NULL and why with jq's own
 *          message, STATUS_USAGE.  One that fails on a line: -1 and why,
 *          STATUS_SOME; results before the failure have been passed on.
 * Source:  jq 1.6 manual; expressions see $ENV, $name for each variable and
 *          $__prog_args as jq does; `input` has nothing to read.
 */
#ifndef HOOKLINE_FILTER_H
#define HOOKLINE_FILTER_H

#include "flow.h"
#include "why.h"

enum filter_kind { FILTER_SELECT, FILTER_MAP };

/* A named variable; json: value is JSON text (--argjson), else a string. */
struct filter_var {
	const char *name, *value;
	int json;
};

struct filter;

struct filter *filter_new(enum filter_kind, const char *expr,
    const struct filter_var *, size_t nvars, struct why *);
void filter_free(struct filter *);		/* NULL is allowed */

/* Runs over one JSON line; each line that results is put(arg, line).
 * Answers 0 or FULL as put last did, or -1. */
int filter_run(struct filter *, struct span line, put_fn put, void *arg,
    struct why *);

/* Do two JSON texts hold the same value, as jq sees values: numbers as
 * doubles, the last of duplicate keys, lone surrogates as U+FFFD?  Starts no
 * interpreter.  Neither needs to have been checked; what is not JSON is
 * equal to nothing. */
int filter_same_value(struct span a, struct span b);

#endif
