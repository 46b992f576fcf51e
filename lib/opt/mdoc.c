/* mdoc.c - the option part of a manual page. */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "opt.h"
#include "opt/table.h"

struct page {
	FILE *out;
	int list;		/* within a list */
};

/* Plain text: nothing in it is a macro or an escape, and a minus is one that
 * can be copied. */
static void
escaped(FILE *out, struct span text)
{
	size_t i;

	if (text.n > 0 && (text.p[0] == '.' || text.p[0] == '\''))
		fputs("\\&", out);
	for (i = 0; i < text.n; i++) {
		if (text.p[i] == '\\')
			fputs("\\e", out);
		else if (text.p[i] == '-')
			fputs("\\-", out);
		else
			fputc(text.p[i], out);
	}
}

static void
escaped_text(FILE *out, const char *text)
{
	escaped(out, (struct span){ text, strlen(text) });
}

/* a|b|FILE: what is literal is Cm, what stands for something is Ar. */
static void
argument(FILE *out, const char *arg)
{
	struct span word;
	const char *bar = "";

	while (opt_word(&arg, &word)) {
		fprintf(out, "%s %s ", bar,
		    opt_word_literal(word) ? "Cm" : "Ar");
		escaped(out, word);
		bar = " |";
	}
}

static void
item(FILE *out, const struct opt *row)
{
	fputs(".It", out);
	if (row->letter != 0)
		fprintf(out, " Fl %c%s", row->letter,
		    row->name != NULL ? " ," : "");
	if (row->name != NULL) {
		fputs(" Fl \\-", out);
		escaped_text(out, row->name);
	}
	if (row->bare != NULL)
		fprintf(out, " Ns Op = Ns Ar %s", row->arg);
	else if (opt_takes_value(row))
		argument(out, row->arg);
	fputc('\n', out);
}

/* Fl \-verify or Fl \-handshake. */
static void
others(FILE *out, const char *lead, const char *names)
{
	struct span word;
	const char *before = "";

	if (names == NULL)
		return;
	fprintf(out, "%s", lead);
	while (opt_word(&names, &word)) {
		fprintf(out, "%s\n.%s", before,
		    opt_word_literal(word) ? "Fl \\-" : "Ar ");
		escaped(out, word);
		before = "\nor";
	}
	fputs(" .\n", out);
}

static void
explanation(FILE *out, const struct opt *row)
{
	struct span rest = { row->help + 1, strlen(row->help) - 1 };

	/* A name at the beginning (`jq ...`) would have none: help starts
	 * with a verb or a noun. */
	fputc(toupper((unsigned char)row->help[0]), out);
	escaped(out, rest);
	fputs(".\n", out);
	if (row->more != NULL)
		fprintf(out, "%s%s", row->more,
		    row->more[strlen(row->more) - 1] == '\n' ? "" : "\n");
	if (row->dflt != NULL) {
		fputs("The default is\n.Cm ", out);
		escaped_text(out, row->dflt);
		fputs(" .\n", out);
	}
	others(out, "Needs", row->needs);
	others(out, "Does not go with", row->excludes);
	if (opt_repeats(row))
		fputs("May be given more than once.\n", out);
}

static void
end_list(struct page *page)
{
	if (page->list)
		fputs(".El\n", page->out);
	page->list = 0;
}

static int
mdoc_row(void *arg, const struct opt *row, size_t offset)
{
	struct page *page = arg;

	(void)offset;
	if (row->type == OPT_TYPE_GROUP) {
		end_list(page);
		fputs(".Ss ", page->out);
		escaped_text(page->out, row->name);
		fputc('\n', page->out);
		return 0;
	}
	if (!page->list)
		fputs(".Bl -tag -width Ds\n", page->out);
	page->list = 1;
	item(page->out, row);
	explanation(page->out, row);
	return 0;
}

void
opt_mdoc(const struct opt_program *program, FILE *out)
{
	struct page page = { out, 0 };

	opt_walk_shown(program, mdoc_row, &page);
	end_list(&page);
}
