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
 * Form in: --in, else -R (text lines are payloads), else -e or -p, else the
 * program's.  Form out: --out, else -e or -p, else the program's.  `text` is
 * payload and raw.  Where none of --in, -e, -p, -R is given and stdin is a
 * terminal, -R is; likewise -r for stdout.
 *
 * Errors:  _new: NULL and why, STATUS_USAGE, for options that contradict each
 *          other and expressions that do not compile.  Later, a line that
 *          fails in a filter is reported with its number (STATUS_SOME), a bad
 *          one as by lines_bad (STATUS_BAD_LINE); work goes on.
 */
#ifndef HOOKLINE_LINES_H
#define HOOKLINE_LINES_H

#include <stdint.h>

#include "filter.h"
#include "flow.h"
#include "input.h"
#include "msg.h"
#include "opt.h"
#include "output.h"
#include "tool.h"

enum lines_form { LINES_PAYLOAD, LINES_EVENTS };

/* --in and --out. */
enum lines_word {
	LINES_WORD_NONE,	/* not given */
	LINES_WORD_EVENTS, LINES_WORD_PAYLOAD, LINES_WORD_TEXT
};

struct lines_opts {
	int events, payload;	/* -e, -p */
	int in, out;		/* --in, --out: enum lines_word */
	int raw_in, raw_out, null;	/* -R, -r, -0 */
	const char *in_select, *in_filter, *out_select, *out_filter;
	struct opt_list vars, json_vars;	/* --arg, --argjson */
};

/* The fragments, all over a struct lines_opts; a program includes those that
 * do something in it:
 *	has stdin	form, in, null, and in_filter (or in_filter_long)
 *	has stdout	form, out, null, and out_filter (or out_filter_long)
 *	any filter	vars
 * in that order; their headings, Lines and Filters, come with them.  The long
 * ones are --in-select, --out-filter and so on, for programs that filter in
 * both directions; the short ones -s and -f. */
extern const struct opt lines_form_options[];		/* -e -p */
extern const struct opt lines_in_options[];		/* --in -R */
extern const struct opt lines_out_options[];		/* --out -r */
extern const struct opt lines_null_options[];		/* -0 */
extern const struct opt lines_in_filter_options[];	/* -s -f on stdin */
extern const struct opt lines_out_filter_options[];	/* -s -f on stdout */
extern const struct opt lines_in_filter_long_options[];
extern const struct opt lines_out_filter_long_options[];
extern const struct opt lines_var_options[];		/* --arg --argjson */

/* An expression of the program's own (--reply-filter, --order-key), which sees
 * the same variables.  NULL and why, as filter_new. */
struct filter *lines_filter_new(const struct lines_opts *, enum filter_kind,
    const char *expr, struct why *);

/* ---- out ---- */

struct lines_out;

/* Keeps the tool and the output. */
struct lines_out *lines_out_new(struct tool *, const struct lines_opts *,
    enum lines_form dflt, struct output *, struct why *);
void lines_out_free(struct lines_out *);	/* NULL is allowed */

/* Where there is no output (NULL): lines go there, each with the terminator
 * that belongs behind it; what put answers is what lines_out_put does. */
typedef int (*lines_put_fn)(void *arg, struct span line, char terminator);
void lines_out_to(struct lines_out *, lines_put_fn put, void *arg);

enum lines_form lines_out_form(const struct lines_out *);

/* JSON lines that have passed select and filter go there from now on, not to
 * the output, and -r is nothing to them.  What put answers is lost. */
void lines_out_divert(struct lines_out *, put_fn put, void *arg);

/* A JSON line: 0 or FULL. */
int lines_out_put(struct lines_out *, struct span json_line);
/* A message in payload form (bare with -r): 0 or FULL. */
int lines_out_message(struct lines_out *, struct msg);

/* ---- in ---- */

struct lines_in;

struct lines_record {
	struct span line;	/* one line, not yet checked to be JSON; or
				   UTF-8 text where is_text */
	int is_text;		/* -R without a filter */
	uint64_t number;	/* of the line on stdin */
};

struct lines_in_user {
	/* 0 or FULL.  Lines of white space alone do not come here, but for
	 * -R.  A filter may make several records of one line: all of them
	 * come, whatever was answered. */
	int (*record)(void *arg, const struct lines_record *);
	void (*end)(void *arg);		/* read errors have been reported */
	/* 0 or FULL: a line that was bad before it could come here (no UTF-8
	 * with -R, too long) or failed in a filter, which has been reported.
	 * May be NULL. */
	int (*bad)(void *arg, uint64_t number, const struct why *);
};

/* Keeps the tool and the user; reads from the descriptor once resumed, or is
 * given records by lines_in_put where that is -1. */
struct lines_in *lines_in_new(struct tool *, const struct lines_opts *,
    enum lines_form dflt, int fd, const struct lines_in_user *, void *arg,
    struct why *);
void lines_in_free(struct lines_in *);		/* NULL is allowed */
/* What reports call the descriptor, where it is not stdin; keeps. */
void lines_in_name(struct lines_in *, const char *who);
enum lines_form lines_in_form(const struct lines_in *);
void lines_in_resume(struct lines_in *);	/* starts it, too */
void lines_in_pause(struct lines_in *);

/* Records from elsewhere, cut at this; who names their source in reports,
 * and is kept until the next call. */
char lines_in_terminator(const struct lines_in *);
int lines_in_put(struct lines_in *, const char *who, struct span record,
    uint64_t number);			/* 0 or FULL */
/* One that is too long. */
void lines_in_bad(struct lines_in *, const char *who, uint64_t number,
    const struct why *);

/* The message that a payload record stands for, in the record or good until
 * the next call: 0, or -1 after lines_bad has reported it. */
int lines_in_message(struct lines_in *, const struct lines_record *,
    struct msg *out);

/* Reports "line N: why" and records STATUS_BAD_LINE. */
void lines_bad(struct lines_in *, uint64_t number, const struct why *);

#endif
