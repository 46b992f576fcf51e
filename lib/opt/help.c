/* help.c - --help. */
#include <stdio.h>
#include <string.h>

#include "opt.h"
#include "opt/table.h"

#define WIDTH 79
#define COLUMN 26		/* where the explanations begin */

/* Words from column `at` on, each further line from column `indent`. */
struct wrap {
	FILE *out;
	int at, indent;
	int fresh;		/* nothing on this line yet */
};

static void
word(struct wrap *w, const char *text, int n)
{
	if (!w->fresh && w->at + 1 + n > WIDTH) {
		fprintf(w->out, "\n%*s", w->indent, "");
		w->at = w->indent;
		w->fresh = 1;
	}
	fprintf(w->out, "%s%.*s", w->fresh ? "" : " ", n, text);
	w->at += n + !w->fresh;
	w->fresh = 0;
}

static void
words(struct wrap *w, const char *text)
{
	int n;

	for (; *text != '\0'; text += n) {
		text += strspn(text, " ");
		n = (int)strcspn(text, " ");
		if (n > 0)
			word(w, text, n);
	}
}

static int
left_side(FILE *out, const struct opt *row)
{
	int n = row->letter != 0 ? fprintf(out, "  -%c", row->letter) :
	    fprintf(out, "    ");

	if (row->name != NULL)
		n += fprintf(out, "%s --%s", row->letter != 0 ? "," : " ",
		    row->name);
	if (row->bare != NULL)
		n += fprintf(out, "[=%s]", row->arg);
	else if (opt_takes_value(row))
		n += fprintf(out, " %s", row->arg);
	return n;
}

static int
help_row(void *arg, const struct opt *row, size_t offset)
{
	FILE *out = arg;
	struct wrap w = { out, COLUMN, COLUMN, 1 };
	int n;

	(void)offset;
	if (row->type == OPT_TYPE_GROUP) {
		fprintf(out, "\n%s:\n", row->name);
		return 0;
	}
	n = left_side(out, row);
	if (n + 2 > COLUMN)
		fprintf(out, "\n%*s", COLUMN, "");
	else
		fprintf(out, "%*s", COLUMN - n, "");
	words(&w, row->help);
	if (opt_repeats(row))
		words(&w, "(repeatable)");
	if (row->dflt != NULL) {
		char text[128];

		snprintf(text, sizeof(text), "(default: %s)", row->dflt);
		word(&w, text, (int)strlen(text));
	}
	fputc('\n', out);
	return 0;
}

void
opt_help(const struct opt_program *program, FILE *out)
{
	const char *const *usage;
	const char *lead = "usage:";

	for (usage = program->usage; *usage != NULL; usage++) {
		struct wrap w = { out, 0, 0, 0 };

		w.at = fprintf(out, "%-6s %s", lead, program->name);
		w.indent = w.at + 1;
		words(&w, *usage);
		fputc('\n', out);
		lead = "";
	}
	fprintf(out, "\n%s: %s\n", program->name, program->summary);
	opt_walk_shown(program, help_row, out);
	fprintf(out, "\nSizes are 512, 64k, 1M; times 500ms, 5s, 2m, 1h.  "
	    "More: man %s\n", program->name);
}
