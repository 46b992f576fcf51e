/* lines/in.c - lines on their way from stdin. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "json.h"
#include "lines/own.h"
#include "payload.h"
#include "utf8.h"

struct lines_in {
	struct tool *tool;
	struct input *input;
	struct lines_way way;
	struct lines_sieve sieve;
	const struct lines_in_user *user;
	void *arg;
	const char *who;	/* has said it; NULL: stdin */
	uint64_t number;	/* of the line at hand */
	int full;		/* what a record callback has answered */
	struct buf quoted, scratch;
};

#define WHERE 240		/* bytes of a place, with its NUL */

static void
tell_where(const struct lines_in *in, uint64_t number, char where[WHERE])
{
	const char *who = in->who == NULL ? "" : in->who;

	snprintf(where, WHERE, "%.200s%sline %llu", who,
	    who[0] == '\0' ? "" : ": ", (unsigned long long)number);
}

static int
give(struct lines_in *in, struct span line, int is_text)
{
	const struct lines_record r = { line, is_text, in->number };

	if (in->user->record(in->arg, &r) == FULL)
		in->full = FULL;
	return in->full;
}

/* What comes through the sieve. */
static int
give_line(void *arg, struct span line)
{
	return give(arg, line, 0);
}

static void
tell_bad(struct lines_in *in, uint64_t number, const struct why *why)
{
	if (in->user->bad != NULL &&
	    in->user->bad(in->arg, number, why) == FULL)
		in->full = FULL;
}

static void
sift(struct lines_in *in, struct span line)
{
	struct why why;
	char where[WHERE];

	tell_where(in, in->number, where);
	if (lines_sieve_run(&in->sieve, line, where, &why) == -1)
		tell_bad(in, in->number, &why);
}

static void
on_bad(void *arg, uint64_t number, const struct why *why)
{
	lines_bad(arg, number, why);
	tell_bad(arg, number, why);
}

static void
raw_record(struct lines_in *in, struct span text)
{
	struct why why;

	buf_clear(&in->quoted);
	if (!utf8_valid(text)) {
		why_set(&why, STATUS_BAD_LINE, "not UTF-8");
	} else if (lines_sieve_is_empty(&in->sieve)) {
		give(in, text, 1);
		return;
	} else if (json_quote(&in->quoted, text) == 0) {
		sift(in, buf_span(&in->quoted));
		return;
	} else {
		why_set(&why, STATUS_BAD_LINE, "out of memory");
	}
	on_bad(in, in->number, &why);
}

static int
is_blank(struct span s)
{
	size_t i;

	for (i = 0; i < s.n; i++)
		if (s.p[i] != ' ' && s.p[i] != '\t' && s.p[i] != '\r')
			return 0;
	return 1;
}

static int
on_record(void *arg, struct span line, uint64_t number)
{
	struct lines_in *in = arg;

	in->number = number;
	in->full = 0;
	if (in->way.raw)
		raw_record(in, line);
	else if (is_blank(line))
		return 0;
	else if (lines_sieve_is_empty(&in->sieve))
		give(in, line, 0);
	else
		sift(in, line);
	return in->full;
}

static void
on_end(void *arg, const struct why *why)
{
	struct lines_in *in = arg;

	if (why != NULL)
		tool_why(in->tool, in->who != NULL ? in->who : "stdin",
		    why);
	in->user->end(in->arg);
}

static const struct input_user input_user = { on_record, on_bad, on_end };

static int
init(struct lines_in *in, const struct lines_opts *opts,
    enum lines_form dflt, int fd, struct why *why)
{
	if (lines_way_in(opts, dflt, isatty(fd), &in->way, why) != 0)
		return -1;
	if (lines_sieve_init(&in->sieve, in->tool, opts, opts->in_select,
	    opts->in_filter, give_line, in, why) != 0)
		return -1;
	if (fd == -1)
		return 0;
	in->input = input_new(in->tool->loop, fd, in->way.terminator,
	    RECORDS_MAX, &input_user, in, why);
	return in->input == NULL ? -1 : 0;
}

struct lines_in *
lines_in_new(struct tool *tool, const struct lines_opts *opts,
    enum lines_form dflt, int fd, const struct lines_in_user *user,
    void *arg, struct why *why)
{
	struct lines_in *in = calloc(1, sizeof(*in));

	if (in == NULL) {
		why_set(why, STATUS_USAGE, "out of memory");
		return NULL;
	}
	in->tool = tool;
	in->user = user;
	in->arg = arg;
	buf_init(&in->quoted, SIZE_MAX);
	buf_init(&in->scratch, SIZE_MAX);
	if (init(in, opts, dflt, fd, why) != 0) {
		lines_in_free(in);
		return NULL;
	}
	return in;
}

void
lines_in_free(struct lines_in *in)
{
	if (in == NULL)
		return;
	input_free(in->input);
	lines_sieve_done(&in->sieve);
	buf_done(&in->quoted);
	buf_done(&in->scratch);
	free(in);
}

void
lines_in_name(struct lines_in *in, const char *who)
{
	in->who = who;
}

enum lines_form
lines_in_form(const struct lines_in *in)
{
	return in->way.form;
}

void
lines_in_resume(struct lines_in *in)
{
	input_resume(in->input);
}

void
lines_in_pause(struct lines_in *in)
{
	input_pause(in->input);
}

char
lines_in_terminator(const struct lines_in *in)
{
	return in->way.terminator;
}

int
lines_in_put(struct lines_in *in, const char *who, struct span record,
    uint64_t number)
{
	in->who = who;
	return on_record(in, record, number);
}

void
lines_in_bad(struct lines_in *in, const char *who, uint64_t number,
    const struct why *why)
{
	in->who = who;
	on_bad(in, number, why);
}

int
lines_in_message(struct lines_in *in, const struct lines_record *r,
    struct msg *out)
{
	struct why why;

	if (r->is_text) {
		*out = (struct msg){ MSG_TEXT, r->line };
		return 0;
	}
	if (payload_read(r->line, &in->scratch, out, &why) == 0)
		return 0;
	lines_bad(in, r->number, &why);
	return -1;
}

void
lines_bad(struct lines_in *in, uint64_t number, const struct why *why)
{
	struct why bad = *why;
	char where[WHERE];

	tell_where(in, number, where);
	bad.status = STATUS_BAD_LINE;
	tool_why(in->tool, where, &bad);
}
