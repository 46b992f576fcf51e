/* together.c - do the options that were given go together? */
#include "opt.h"
#include "opt/table.h"

struct check {
	const struct opt_list *given;
	struct why *why;
};

/* The first of the names that was given, or NULL's. */
static struct span
given(const struct check *c, const char *names)
{
	struct span name;
	size_t i;

	while (opt_word(&names, &name))
		for (i = 0; i < c->given->n; i++)
			if (span_eq(span_str(c->given->v[i]), name))
				return name;
	return span_of(NULL, 0);
}

static int
wrong(const struct check *c, const struct opt *row, const char *how,
    struct span other)
{
	return why_set(c->why, STATUS_USAGE, "--%s: %s %s%.*s", row->name,
	    how, opt_word_literal(other) ? "--" : "", (int)other.n, other.p);
}

static int
check_row(void *arg, const struct opt *row, size_t offset)
{
	const struct check *c = arg;
	const char *needs = row->needs;
	struct span other = given(c, row->excludes);

	(void)offset;
	if (row->name == NULL || given(c, row->name).p == NULL)
		return 0;
	if (other.p != NULL)
		return wrong(c, row, "does not go with", other);
	if (given(c, needs).p == NULL && opt_word(&needs, &other))
		return wrong(c, row, "needs", other);
	return 0;
}

int
opt_together(const struct opt_program *program, const struct opt_list *list,
    struct why *why)
{
	struct check c = { list, why };

	return opt_walk(program->options, 0, check_row, &c);
}
