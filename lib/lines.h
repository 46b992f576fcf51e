/* lines.h - the forms of lines, raw modes and filters, in both directions:
 * what stands between input.h or output.h and a program.
 *
 * The option fragments -e -p --in --out -R -r -0, -s -f --arg are here.
 *
 * Out: a program puts JSON lines (its events or payloads) or messages; they
 * pass select, then filter, then -r, then output.  In: records pass -R (a
 * record becomes a JSON string line), select, filter, and reach the program
 * as JSON lines.  Without a filter a raw record stays as it is.
 *
 * Errors:  a line that fails in a filter is reported with its number
 *          (STATUS_SOME), a bad one by lines_bad (STATUS_BAD_LINE); work
 *          goes on.
 */
#ifndef HOOKLINE_LINES_H
#define HOOKLINE_LINES_H

#include <stdint.h>

#include "flow.h"
#include "input.h"
#include "msg.h"
#include "opt.h"
#include "output.h"
#include "tool.h"

enum lines_form { LINES_PAYLOAD, LINES_EVENTS };

struct lines_opts {
	int kind;		/* -e, -p: LINES_KIND_*; 0: the program's */
	int in, out;		/* --in, --out: LINES_WORD_*; 0: not given */
	int raw_in, raw_out, null;
	const char *in_select, *in_filter, *out_select, *out_filter;
	struct opt_list vars, json_vars;	/* --arg, --argjson */
};

/* Rows for those that apply: forms and raw modes of both directions; filters
 * on stdin as -s -f (main) or --in-select --in-filter; likewise on stdout. */
extern const struct opt lines_options[];
extern const struct opt lines_in_filter_options[];	/* -s -f on stdin */
extern const struct opt lines_out_filter_options[];	/* -s -f on stdout */
extern const struct opt lines_in_filter_long_options[];	/* --in-select ... */
extern const struct opt lines_out_filter_long_options[]; /* --out-select ... */

/* ---- out ---- */

struct lines_out;

/* Keeps the output. */
struct lines_out *lines_out_new(struct tool *, const struct lines_opts *,
    enum lines_form dflt, struct output *, struct why *);
void lines_out_free(struct lines_out *);	/* NULL is allowed */
enum lines_form lines_out_form(const struct lines_out *);

/* A JSON line: 0 or FULL. */
int lines_out_put(struct lines_out *, struct span json_line);
/* A message in payload form (bare with -r). */
int lines_out_message(struct lines_out *, struct msg);

/* ---- in ---- */

struct lines_in;

struct lines_record {
	struct span line;	/* JSON, or the raw text where is_text */
	int is_text;		/* -R without a filter */
	uint64_t number;	/* of the line on stdin */
};

struct lines_in_user {
	int (*record)(void *arg, const struct lines_record *); /* 0 or FULL */
	void (*end)(void *arg);		/* read errors have been reported */
};

struct lines_in *lines_in_new(struct tool *, const struct lines_opts *,
    enum lines_form dflt, int fd, const struct lines_in_user *, void *arg,
    struct why *);
void lines_in_free(struct lines_in *);		/* NULL is allowed */
enum lines_form lines_in_form(const struct lines_in *);
void lines_in_resume(struct lines_in *);	/* starts it, too */
void lines_in_pause(struct lines_in *);

/* The message that a payload record stands for: 0, 1 for a blank line, or -1
 * after lines_bad has reported it. */
int lines_in_message(struct lines_in *, const struct lines_record *,
    struct msg *out);

/* Reports "line N: why" and records STATUS_BAD_LINE. */
void lines_bad(struct lines_in *, uint64_t number, const struct why *);

#endif
