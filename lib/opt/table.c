/* table.c - option tables: their rows one after the other. */
#include <string.h>

#include "opt.h"
#include "opt/table.h"

const struct opt opt_common[] = {
	OPT_GROUP("Help"),
	{ .type = OPT_TYPE_FLAG, .letter = 'h', .name = "help",
	    .min = OPT_ASKED_HELP, .help = "print this help" },
	{ .type = OPT_TYPE_FLAG, .name = "version",
	    .min = OPT_ASKED_VERSION, .help = "print the version" },
	OPT_END
};

int
opt_walk(const struct opt *row, size_t offset, opt_row_fn fn, void *arg)
{
	int rc = 0;

	for (; rc == 0 && row->type != OPT_TYPE_END; row++) {
		if (row->type == OPT_TYPE_INCLUDE)
			rc = opt_walk(row->include, offset + row->offset, fn,
			    arg);
		else
			rc = fn(arg, row, offset + row->offset);
	}
	return rc;
}

/* A heading is held back until a row follows it. */
struct shown {
	const struct opt *heading;
	const char *last;
	opt_row_fn fn;
	void *arg;
};

static int
show(void *arg, const struct opt *row, size_t offset)
{
	struct shown *s = arg;
	const struct opt *heading = s->heading;

	if (row->type == OPT_TYPE_REFUSED)
		return 0;
	if (row->type == OPT_TYPE_GROUP) {
		s->heading = row;
		return 0;
	}
	s->heading = NULL;
	if (heading != NULL &&
	    (s->last == NULL || strcmp(s->last, heading->name) != 0)) {
		s->last = heading->name;
		if (s->fn(s->arg, heading, 0) != 0)
			return 1;
	}
	return s->fn(s->arg, row, offset);
}

int
opt_walk_shown(const struct opt_program *program, opt_row_fn fn, void *arg)
{
	struct shown s = { .fn = fn, .arg = arg };
	int rc = opt_walk(program->options, 0, show, &s);

	return rc != 0 ? rc : opt_walk(opt_common, 0, show, &s);
}

int
opt_takes_value(const struct opt *row)
{
	return row->type != OPT_TYPE_FLAG;
}

int
opt_repeats(const struct opt *row)
{
	return row->type == OPT_TYPE_LIST || row->type == OPT_TYPE_PAIRS;
}

int
opt_word(const char **arg, struct span *word)
{
	if (*arg == NULL || **arg == '\0')
		return 0;
	word->p = *arg;
	word->n = strcspn(*arg, "|");
	*arg += word->n;
	if (**arg == '|')
		++*arg;
	return 1;
}

int
opt_word_literal(struct span word)
{
	return word.n > 0 && strchr("abcdefghijklmnopqrstuvwxyz0123456789",
	    word.p[0]) != NULL;
}

int
opt_completes(const char *arg)
{
	struct span word;

	while (opt_word(&arg, &word)) {
		if (word.n >= 4 &&
		    memcmp(word.p + word.n - 4, "FILE", 4) == 0)
			return 'f';
		if (word.n == 3 && memcmp(word.p, "DIR", 3) == 0)
			return 'd';
	}
	return 0;
}
