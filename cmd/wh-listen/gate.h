/* gate.h - --path and --method: which requests are taken at all.
 *
 * Owns:    what it made of the options, until gate_done.
 */
#ifndef WH_LISTEN_GATE_H
#define WH_LISTEN_GATE_H

#include "buf.h"
#include "http1.h"
#include "opt.h"

struct gate {
	const struct opt_list *paths;	/* globs; none: all */
	struct span methods;		/* "POST,PUT"; empty: all */
	struct buf allow;		/* "POST, PUT": the Allow field */
	struct buf path;		/* with a NUL, for fnmatch(3) */
};

/* Keeps the options.  -1 and why: STATUS_USAGE for what is no method. */
int gate_init(struct gate *, const struct opt_list *paths,
    const char *methods, struct why *);
void gate_done(struct gate *);

/* 0: come in; else 404 or 405 (500 when memory is out). */
int gate_refusal(struct gate *, const struct http1_head *);

#endif
