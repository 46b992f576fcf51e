/* lines/sieve.c - a select and then a filter. */
#include <stdlib.h>

#include "lines/own.h"

/* Pairs as opt.h collects them: names and values by turns. */
static size_t
add_vars(struct filter_var *vars, const struct opt_list *pairs, int json)
{
	size_t i;

	for (i = 0; i + 1 < pairs->n; i += 2)
		vars[i / 2] = (struct filter_var){ pairs->v[i],
			pairs->v[i + 1], json };
	return pairs->n / 2;
}

struct filter *
lines_filter_new(const struct lines_opts *o, enum filter_kind kind,
    const char *expr, struct why *why)
{
	struct filter_var *vars;
	struct filter *filter;
	size_t n;

	vars = calloc((o->vars.n + o->json_vars.n) / 2 + 1, sizeof(*vars));
	if (vars == NULL) {
		why_set(why, STATUS_USAGE, "out of memory");
		return NULL;
	}
	n = add_vars(vars, &o->vars, 0);
	n += add_vars(vars + n, &o->json_vars, 1);
	filter = filter_new(kind, expr, vars, n, why);
	free(vars);
	return filter;
}

/* *filter stays NULL where there is no expression. */
static int
compile(struct filter **filter, enum filter_kind kind, const char *expr,
    const struct lines_opts *o, struct why *why)
{
	if (expr == NULL)
		return 0;
	*filter = lines_filter_new(o, kind, expr, why);
	return *filter == NULL ? -1 : 0;
}

int
lines_sieve_init(struct lines_sieve *s, struct tool *tool,
    const struct lines_opts *o, const char *select, const char *map,
    put_fn put, void *arg, struct why *why)
{
	*s = (struct lines_sieve){ .tool = tool, .put = put, .arg = arg };
	if (compile(&s->select, FILTER_SELECT, select, o, why) != 0)
		return -1;
	return compile(&s->map, FILTER_MAP, map, o, why);
}

void
lines_sieve_done(struct lines_sieve *s)
{
	filter_free(s->select);
	filter_free(s->map);
}

int
lines_sieve_is_empty(const struct lines_sieve *s)
{
	return s->select == NULL && s->map == NULL;
}

static void
run(struct lines_sieve *s, struct filter *f, struct span line, put_fn put,
    void *arg)
{
	if (filter_run(f, line, put, arg, s->why) != -1)
		return;
	tool_why(s->tool, s->where, s->why);
	s->failed = -1;
}

static int
selected(void *arg, struct span line)
{
	struct lines_sieve *s = arg;

	if (s->map == NULL)
		return s->put(s->arg, line);
	run(s, s->map, line, s->put, s->arg);
	return 0;
}

int
lines_sieve_run(struct lines_sieve *s, struct span line, const char *where,
    struct why *why)
{
	s->where = where;
	s->why = why;
	s->failed = 0;
	if (s->select == NULL)
		(void)selected(s, line);
	else
		run(s, s->select, line, selected, s);
	s->where = NULL;
	return s->failed;
}
