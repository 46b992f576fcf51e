/* parse.c - the command line against the table. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "opt.h"
#include "opt/table.h"

#define NAME_MAX_LEN 40		/* of names that are worth a suggestion */
#define NEAR_ENOUGH 2		/* letters that may differ */

struct parse {
	const struct opt_program *program;
	char *config;
	char **argv;
	int argc, i;
	struct opt_list *operands;
	struct opt_list given;	/* names, in the order in which they came */
	struct why *why;
};

/* ---- finding rows ---- */

struct lookup {
	int letter;		/* or: */
	struct span name;
	const struct opt *row;
	size_t offset;
};

static int
matches(void *arg, const struct opt *row, size_t offset)
{
	struct lookup *l = arg;

	if (row->type == OPT_TYPE_GROUP)
		return 0;
	if (l->letter != 0 ? row->letter != l->letter : row->name == NULL ||
	    strlen(row->name) != l->name.n ||
	    memcmp(row->name, l->name.p, l->name.n) != 0)
		return 0;
	l->row = row;
	l->offset = offset;
	return 1;
}

/* 0; or -1, with row NULL. */
static int
find(const struct opt_program *program, struct lookup *l)
{
	l->row = NULL;
	return opt_walk_shown(program, matches, l) ? 0 : -1;
}

struct nearest {
	struct span name;
	const char *best;
	size_t distance;
};

/* Levenshtein's distance, row by row. */
static size_t
distance(struct span a, const char *b)
{
	size_t n = strlen(b), row[NAME_MAX_LEN + 1], i, j, diagonal, above;

	if (a.n > NAME_MAX_LEN || n > NAME_MAX_LEN)
		return NAME_MAX_LEN;
	for (j = 0; j <= n; j++)
		row[j] = j;
	for (i = 1; i <= a.n; i++) {
		diagonal = row[0];
		row[0] = i;
		for (j = 1; j <= n; j++) {
			above = row[j];
			row[j] = diagonal + (a.p[i - 1] != b[j - 1]);
			if (above + 1 < row[j])
				row[j] = above + 1;
			if (row[j - 1] + 1 < row[j])
				row[j] = row[j - 1] + 1;
			diagonal = above;
		}
	}
	return row[n];
}

static int
compare(void *arg, const struct opt *row, size_t offset)
{
	struct nearest *n = arg;
	size_t d;

	(void)offset;
	if (row->type == OPT_TYPE_GROUP || row->name == NULL)
		return 0;
	d = distance(n->name, row->name);
	if (n->name.n >= 3 && strncmp(row->name, n->name.p, n->name.n) == 0)
		d = 1;
	if (d < n->distance && 2 * d <= n->name.n) {
		n->distance = d;
		n->best = row->name;
	}
	return 0;
}

/* ---- values ---- */

/* In front of what value.c has said. */
static int
blame(struct parse *p, const char *shown)
{
	struct why inner = *p->why;

	return why_set(p->why, STATUS_USAGE, "%s: %s", shown, inner.text);
}

static int
store(struct parse *p, const struct lookup *l, const char *shown,
    const char *text)
{
	if (opt_store(l->row, p->config + l->offset, text, p->why) == 0)
		return 0;
	return blame(p, shown);
}

/* The same for what stands in argv. */
static int
store_given(struct parse *p, const struct lookup *l, const char *shown,
    const char *text)
{
	if (store(p, l, shown, text) != 0)
		return -1;
	return l->row->name == NULL ? 0 :
	    opt_list_add(&p->given, l->row->name, p->why);
}

/* The value in the same argument, or NULL: then it is the next one. */
static int
store_value(struct parse *p, const struct lookup *l, const char *shown,
    const char *inlined)
{
	const char *value = inlined;
	int left = l->row->type == OPT_TYPE_PAIRS ? 2 : 1;

	if (value == NULL && l->row->bare != NULL)
		value = l->row->bare;
	for (; left > 0; left--, value = NULL) {
		if (value == NULL && p->i >= p->argc)
			return why_set(p->why, STATUS_USAGE, "%s: needs %s",
			    shown, l->row->arg);
		if (value == NULL)
			value = p->argv[p->i++];
		if (store_given(p, l, shown, value) != 0)
			return -1;
	}
	return 0;
}

/* ---- what every program has ---- */

static int
flushed(struct parse *p)
{
	if (fflush(stdout) == 0 && !ferror(stdout))
		return 1;
	return why_errno(p->why, STATUS_SOME, "standard output");
}

static int
print_docs(struct parse *p, const char *form)
{
	if (strcmp(form, "mdoc") == 0)
		opt_mdoc(p->program, stdout);
	else if (strcmp(form, "bash") == 0)
		opt_bash(p->program, stdout);
	else if (strcmp(form, "zsh") == 0)
		opt_zsh(p->program, stdout);
	else if (strcmp(form, "fish") == 0)
		opt_fish(p->program, stdout);
	else
		return why_set(p->why, STATUS_USAGE, "--print-docs: '%s' is "
		    "not one of mdoc|bash|zsh|fish", form);
	return flushed(p);
}

static int
print_asked(struct parse *p, enum opt_asked asked)
{
	if (asked == OPT_ASKED_VERSION)
		printf("%s (hookline) %s\n", p->program->name,
		    HOOKLINE_VERSION);
	else
		opt_help(p->program, stdout);
	return flushed(p);
}

static int
is_common(const struct opt *row)
{
	const struct opt *c;

	for (c = opt_common; c->type != OPT_TYPE_END; c++)
		if (c == row)
			return 1;
	return 0;
}

/* ---- arguments ---- */

static int
is_refused(void *arg, const struct opt *row, size_t offset)
{
	return row->type == OPT_TYPE_REFUSED && matches(arg, row, offset);
}

static int
unknown_name(struct parse *p, struct span name)
{
	struct nearest n = { name, NULL, NEAR_ENOUGH + 1 };
	struct lookup l = { .name = name };

	if (opt_walk(p->program->options, 0, is_refused, &l))
		return why_set(p->why, STATUS_USAGE, "--%s: %s", l.row->name,
		    l.row->help);
	opt_walk_shown(p->program, compare, &n);
	if (n.best == NULL)
		return why_set(p->why, STATUS_USAGE,
		    "--%.*s: no such option", (int)name.n, name.p);
	return why_set(p->why, STATUS_USAGE,
	    "--%.*s: no such option (did you mean --%s?)", (int)name.n,
	    name.p, n.best);
}

static int
long_option(struct parse *p, const char *text)
{
	struct lookup l = { .name = { text, strcspn(text, "=") } };
	const char *value = text[l.name.n] == '=' ? text + l.name.n + 1 : NULL;
	char shown[NAME_MAX_LEN + 3];

	if (strncmp(text, "print-docs=", 11) == 0)
		return print_docs(p, value);
	if (find(p->program, &l) != 0)
		return unknown_name(p, l.name);
	if (is_common(l.row))
		return print_asked(p, (enum opt_asked)l.row->min);
	snprintf(shown, sizeof(shown), "--%s", l.row->name);
	if (opt_takes_value(l.row))
		return store_value(p, &l, shown, value);
	if (value != NULL)
		return why_set(p->why, STATUS_USAGE, "%s: takes no value",
		    shown);
	return store_given(p, &l, shown, NULL);
}

static int
short_options(struct parse *p, const char *letters)
{
	for (; *letters != '\0'; letters++) {
		struct lookup l = { .letter = *letters };
		char shown[3] = { '-', *letters, '\0' };

		if (find(p->program, &l) != 0)
			return why_set(p->why, STATUS_USAGE,
			    "%s: no such option", shown);
		if (is_common(l.row))
			return print_asked(p, (enum opt_asked)l.row->min);
		if (opt_takes_value(l.row))
			return store_value(p, &l, shown,
			    letters[1] != '\0' ? letters + 1 : NULL);
		if (store_given(p, &l, shown, NULL) != 0)
			return -1;
	}
	return 0;
}

static int
operand(struct parse *p, const char *text)
{
	return opt_list_add(p->operands, text, p->why);
}

/* All that is left. */
static int
command(struct parse *p)
{
	char ***argv = (char ***)(void *)(p->config +
	    p->program->command_offset);

	if (p->i >= p->argc)
		return why_set(p->why, STATUS_USAGE, "--: needs %s",
		    p->program->command);
	*argv = p->argv + p->i;
	p->i = p->argc;
	return opt_list_add(&p->given, p->program->command, p->why);
}

static int
arguments(struct parse *p)
{
	int rc = 0, options = 1;

	while (rc == 0 && p->i < p->argc) {
		const char *arg = p->argv[p->i++];

		if (!options || arg[0] != '-' || arg[1] == '\0')
			rc = operand(p, arg);
		else if (arg[1] != '-')
			rc = short_options(p, arg + 1);
		else if (arg[2] == '\0' && p->program->command != NULL)
			rc = command(p);
		else if (arg[2] == '\0')
			options = 0;
		else
			rc = long_option(p, arg + 2);
	}
	return rc;
}

static int
set_default(void *arg, const struct opt *row, size_t offset)
{
	struct parse *p = arg;
	struct lookup l = { .row = row, .offset = offset };

	if (row->type == OPT_TYPE_GROUP || row->dflt == NULL)
		return 0;
	return store(p, &l, row->name, row->dflt);
}

int
opt_parse(const struct opt_program *program, void *config, int argc,
    char **argv, struct opt_list *operands, struct why *why)
{
	struct parse p = { .program = program, .config = config, .argv = argv,
		.argc = argc, .i = 1, .operands = operands, .why = why };
	int rc = opt_walk(program->options, 0, set_default, &p);

	if (rc == 0)
		rc = arguments(&p);
	if (rc == 0)
		rc = opt_together(program, &p.given, why);
	free(p.given.v);
	return rc;
}

static int
free_list(void *arg, const struct opt *row, size_t offset)
{
	struct opt_list *list = (void *)((char *)arg + offset);

	if (!opt_repeats(row))
		return 0;
	free(list->v);
	*list = (struct opt_list){ NULL, 0 };
	return 0;
}

void
opt_free(const struct opt_program *program, void *config,
    struct opt_list *operands)
{
	opt_walk(program->options, 0, free_list, config);
	free(operands->v);
	*operands = (struct opt_list){ NULL, 0 };
}
