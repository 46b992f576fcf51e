/* metrics.h - what a program counts, told in one of three forms.
 *
 * A program has one function that says each figure when asked; the form is
 * none of its business:
 *
 *	Prometheus' text format 0.0.4, names prefixed with the program's:
 *		wh_listen_requests_total{code="204"} 17
 *	text for people: requests.204 17 lines 17
 *	one JSON object: {"requests":{"204":17},"lines":17}
 *
 * Counters only grow, and are named NAME_total in Prometheus' form; gauges
 * come and go.  A family is one name with a label; its members follow it.
 *
 * Errors:  -1 where the buffer's limit or memory was met.
 * Source:  prometheus.io, Exposition formats.
 */
#ifndef HOOKLINE_METRICS_H
#define HOOKLINE_METRICS_H

#include <stdint.h>

#include "buf.h"

enum metrics_form {
	METRICS_PROMETHEUS,
	METRICS_TEXT,
	METRICS_JSON
};

#define METRICS_TYPE "text/plain; version=0.0.4; charset=utf-8"

struct metrics;

/* Says all figures. */
typedef void (*metrics_fn)(void *arg, struct metrics *);

/* Names are of a-z, 0-9 and _; help is a sentence without its full stop. */
void metrics_counter(struct metrics *, const char *name, const char *help,
    uint64_t);
void metrics_gauge(struct metrics *, const char *name, const char *help,
    uint64_t);
void metrics_family(struct metrics *, const char *name, const char *help,
    const char *label);			/* of counters */
void metrics_member(struct metrics *, const char *value, uint64_t);

/* Appends what fn says.  Prometheus' form ends each line with a line feed,
 * the others are one line without. */
int metrics_print(struct buf *, enum metrics_form, const char *program,
    metrics_fn, void *arg);

#endif
