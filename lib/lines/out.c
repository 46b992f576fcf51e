/* lines/out.c - lines on their way to stdout. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "json.h"
#include "lines/own.h"
#include "payload.h"
#include "say.h"

struct lines_out {
	struct tool *tool;
	struct output *output;	/* or NULL, and: */
	lines_put_fn to;
	void *to_arg;
	struct lines_way way;
	struct lines_sieve sieve;
	put_fn put;		/* JSON lines in its stead, or NULL */
	void *put_arg;
	int full;		/* what `to` has answered */
	uint64_t number;	/* of the line put last, before filters */
	struct buf line, bare;
};

static int
put_end(struct lines_out *o, struct span line)
{
	if (o->output != NULL)
		return output_put(o->output, line, o->way.terminator);
	o->full = o->to(o->to_arg, line, o->way.terminator);
	return o->full;
}

/* A string's text, as jq -r prints it; anything else as it is. */
static int
put_raw(struct lines_out *o, struct span line)
{
	struct span text;
	struct json j;

	if (line.n == 0 || line.p[0] != '"' ||
	    json_check(line, &j, NULL) != 0)
		return put_end(o, line);
	if (!json_plain(j.value, &text)) {
		buf_clear(&o->bare);
		if (json_unquote(&o->bare, j.value) == -1) {
			say_err("line %llu: out of memory",
			    (unsigned long long)o->number);
			tool_fail(o->tool, STATUS_SOME);
			return 0;
		}
		text = buf_span(&o->bare);
	}
	return put_end(o, text);
}

static int
put_line(void *arg, struct span line)
{
	struct lines_out *o = arg;

	if (o->put != NULL) {
		(void)o->put(o->put_arg, line);
		return 0;
	}
	if (o->way.raw)
		return put_raw(o, line);
	return put_end(o, line);
}

struct lines_out *
lines_out_new(struct tool *tool, const struct lines_opts *opts,
    enum lines_form dflt, struct output *output, struct why *why)
{
	struct lines_out *o = calloc(1, sizeof(*o));
	int terminal = output != NULL && isatty(STDOUT_FILENO);

	if (o == NULL) {
		why_set(why, STATUS_USAGE, "out of memory");
		return NULL;
	}
	o->tool = tool;
	o->output = output;
	buf_init(&o->line, SIZE_MAX);
	buf_init(&o->bare, SIZE_MAX);
	if (lines_way_out(opts, dflt, terminal, &o->way, why) != 0 ||
	    lines_sieve_init(&o->sieve, tool, opts, opts->out_select,
	    opts->out_filter, put_line, o, why) != 0) {
		lines_out_free(o);
		return NULL;
	}
	return o;
}

void
lines_out_free(struct lines_out *o)
{
	if (o == NULL)
		return;
	lines_sieve_done(&o->sieve);
	buf_done(&o->line);
	buf_done(&o->bare);
	free(o);
}

enum lines_form
lines_out_form(const struct lines_out *o)
{
	return o->way.form;
}

void
lines_out_to(struct lines_out *o, lines_put_fn to, void *arg)
{
	o->to = to;
	o->to_arg = arg;
}

void
lines_out_divert(struct lines_out *o, put_fn put, void *arg)
{
	o->put = put;
	o->put_arg = arg;
}

int
lines_out_put(struct lines_out *o, struct span json_line)
{
	struct why why;
	char where[40];

	o->number++;
	if (lines_sieve_is_empty(&o->sieve))
		return put_line(o, json_line);
	snprintf(where, sizeof(where), "line %llu of output",
	    (unsigned long long)o->number);
	o->full = 0;
	(void)lines_sieve_run(&o->sieve, json_line, where, &why);
	return o->full || (o->output != NULL && output_full(o->output)) ?
	    FULL : 0;
}

int
lines_out_message(struct lines_out *o, struct msg m)
{
	/* Text without line feeds is what -r prints, be it JSON or not. */
	if (o->way.raw && m.kind == MSG_TEXT &&
	    lines_sieve_is_empty(&o->sieve) &&
	    (m.body.n == 0 || memchr(m.body.p, '\n', m.body.n) == NULL)) {
		o->number++;
		return put_end(o, m.body);
	}
	buf_clear(&o->line);
	if (payload_print(&o->line, m) != 0) {
		say_err("a message of %zu bytes: out of memory", m.body.n);
		tool_fail(o->tool, STATUS_SOME);
		return 0;
	}
	return lines_out_put(o, buf_span(&o->line));
}
