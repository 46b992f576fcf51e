/* value.h - JSON text as libjq's values: filter's own, for its files only. */
#ifndef HOOKLINE_FILTER_VALUE_H
#define HOOKLINE_FILTER_VALUE_H

#include <jv.h>

#include "span.h"
#include "why.h"

/* The value of a JSON text, lone surrogates in it as U+FFFD; or an invalid
 * one and why.  The caller frees either with jv_free. */
jv filter_value(struct span text, struct why *);

#endif
