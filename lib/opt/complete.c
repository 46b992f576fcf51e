/* complete.c - completions for bash, zsh and fish. */
#include <stdio.h>
#include <string.h>

#include "opt.h"
#include "opt/table.h"

struct script {
	const struct opt_program *program;
	FILE *out;
};

static void
intro(FILE *out, const struct opt_program *program)
{
	fprintf(out, "# Completion for %s(1), written by make docs.\n",
	    program->name);
}

/* `a b c` of a|b|FILE|c. */
static void
literals(FILE *out, const char *arg)
{
	struct span word;
	const char *blank = "";

	while (opt_word(&arg, &word)) {
		if (!opt_word_literal(word))
			continue;
		fprintf(out, "%s%.*s", blank, (int)word.n, word.p);
		blank = " ";
	}
}

static int
has_literals(const char *arg)
{
	struct span word;

	while (opt_word(&arg, &word))
		if (opt_word_literal(word))
			return 1;
	return 0;
}

/* ---- bash ---- */

static void
bash_function(FILE *out, const char *name)
{
	for (fputc('_', out); *name != '\0'; name++)
		fputc(*name == '-' ? '_' : *name, out);
}

static int
bash_name(void *arg, const struct opt *row, size_t offset)
{
	struct script *s = arg;

	(void)offset;
	if (row->type == OPT_TYPE_GROUP)
		return 0;
	if (row->name != NULL)
		fprintf(s->out, "\t\t    --%s\n", row->name);
	else
		fprintf(s->out, "\t\t    -%c\n", row->letter);
	return 0;
}

static void
bash_pattern(FILE *out, const struct opt *row)
{
	fputc('\t', out);
	if (row->letter != 0)
		fprintf(out, "-%c%s", row->letter,
		    row->name != NULL ? " | " : "");
	if (row->name != NULL)
		fprintf(out, "--%s", row->name);
	fputs(")\n", out);
}

static int
bash_value(void *arg, const struct opt *row, size_t offset)
{
	struct script *s = arg;
	int files;

	(void)offset;
	if (row->type == OPT_TYPE_GROUP || !opt_takes_value(row) ||
	    row->bare != NULL)
		return 0;
	bash_pattern(s->out, row);
	files = opt_completes(row->arg);
	if (files != 0)
		fputs("\t\tcompopt -o filenames\n", s->out);
	if (files != 0 || has_literals(row->arg)) {
		fprintf(s->out, "\t\tmapfile -t COMPREPLY < <(compgen%s",
		    files == 'f' ? " -f" : files == 'd' ? " -d" : "");
		if (has_literals(row->arg)) {
			fputs(" -W '", s->out);
			literals(s->out, row->arg);
			fputc('\'', s->out);
		}
		fputs(" -- \"$cur\")\n", s->out);
	}
	fputs("\t\treturn\n\t\t;;\n", s->out);
	return 0;
}

/* Behind `--`. */
static void
bash_command(FILE *out)
{
	fputs("\tlocal i\n\n"
	    "\tfor ((i = 1; i < COMP_CWORD; i++)); do\n"
	    "\t\t[ \"${COMP_WORDS[i]}\" = -- ] || continue\n"
	    "\t\tcompopt -o filenames\n"
	    "\t\tmapfile -t COMPREPLY < <(compgen -c -f -- \"$cur\")\n"
	    "\t\treturn\n"
	    "\tdone\n", out);
}

void
opt_bash(const struct opt_program *program, FILE *out)
{
	struct script s = { program, out };

	fputs("# shellcheck shell=bash\n", out);
	intro(out, program);
	bash_function(out, program->name);
	fputs("()\n{\n"
	    "\tlocal cur=${COMP_WORDS[COMP_CWORD]}\n"
	    "\tlocal prev=${COMP_WORDS[COMP_CWORD - 1]}\n\n"
	    "\t# --name=value comes as three words\n"
	    "\tif [ \"$cur\" = = ]; then\n"
	    "\t\tcur=\n"
	    "\telif [ \"$prev\" = = ]; then\n"
	    "\t\tprev=${COMP_WORDS[COMP_CWORD - 2]}\n"
	    "\tfi\n"
	    "\tCOMPREPLY=()\n", out);
	if (program->command != NULL)
		bash_command(out);
	fputs("\tcase $prev in\n", out);
	opt_walk_shown(program, bash_value, &s);
	fputs("\tesac\n"
	    "\tif [[ $cur == -* ]]; then\n"
	    "\t\tmapfile -t COMPREPLY < <(compgen -W '\n", out);
	opt_walk_shown(program, bash_name, &s);
	fputs("\t\t' -- \"$cur\")\n\tfi\n}\ncomplete -F ", out);
	bash_function(out, program->name);
	fprintf(out, " %s\n", program->name);
}

/* ---- zsh ---- */

/* Within '...[here]': what would end it gets a backslash. */
static void
zsh_text(FILE *out, const char *text)
{
	for (; *text != '\0'; text++) {
		if (*text == '\'')
			fputs("'\\''", out);
		else if (strchr("[]:\\", *text) != NULL)
			fprintf(out, "\\%c", *text);
		else
			fputc(*text, out);
	}
}

/* :FILE:_files, :a|b:(a b), :N: */
static void
zsh_argument(FILE *out, const char *arg)
{
	int files = opt_completes(arg);

	fputc(':', out);
	zsh_text(out, arg);
	fputc(':', out);
	if (has_literals(arg) && files != 0)
		fputs("{_alternative \"w:word:(", out);
	else if (has_literals(arg))
		fputc('(', out);
	literals(out, arg);
	if (has_literals(arg) && files != 0)
		fprintf(out, ")\" \"f:file:_files%s\"}",
		    files == 'd' ? " -/" : "");
	else if (has_literals(arg))
		fputc(')', out);
	else if (files != 0)
		fprintf(out, "_files%s", files == 'd' ? " -/" : "");
}

/* '(-e --events)'{-e,--events}: not offered a second time. */
static void
zsh_names(FILE *out, const struct opt *row)
{
	const char *value = opt_takes_value(row) && row->bare == NULL &&
	    row->type != OPT_TYPE_PAIRS ? "=" : "";

	if (row->letter == 0 || row->name == NULL) {
		fputs(opt_repeats(row) ? "'*" : "'", out);
		if (row->name != NULL)
			fprintf(out, "--%s%s", row->name, value);
		else
			fprintf(out, "-%c%s", row->letter,
			    *value != '\0' ? "+" : "");
		return;
	}
	if (opt_repeats(row))
		fputs("'*'", out);
	else
		fprintf(out, "'(-%c --%s)'", row->letter, row->name);
	fprintf(out, "{-%c%s,--%s%s}'", row->letter,
	    *value != '\0' ? "+" : "", row->name, value);
}

static int
zsh_row(void *arg, const struct opt *row, size_t offset)
{
	struct script *s = arg;

	(void)offset;
	if (row->type == OPT_TYPE_GROUP)
		return 0;
	fputs("\t", s->out);
	zsh_names(s->out, row);
	fputc('[', s->out);
	zsh_text(s->out, row->help);
	fputc(']', s->out);
	if (row->type == OPT_TYPE_PAIRS)
		fputs(":NAME: :VALUE: ", s->out);
	else if (opt_takes_value(row) && row->bare == NULL)
		zsh_argument(s->out, row->arg);
	fputs("' \\\n", s->out);
	return 0;
}

static void
zsh_command(FILE *out)
{
	fputs("local i=${words[(ie)--]}\n"
	    "if (( i < CURRENT )); then\n"
	    "\tshift $i words\n"
	    "\t(( CURRENT -= i ))\n"
	    "\t_normal\n"
	    "\treturn\n"
	    "fi\n", out);
}

void
opt_zsh(const struct opt_program *program, FILE *out)
{
	struct script s = { program, out };

	fprintf(out, "#compdef %s\n", program->name);
	intro(out, program);
	if (program->command != NULL)
		zsh_command(out);
	fputs("_arguments -s -S \\\n", out);
	opt_walk_shown(program, zsh_row, &s);
	fputs("\t'*", out);
	zsh_argument(out, program->operand != NULL ? program->operand : " ");
	fputs("'\n", out);
}

/* ---- fish ---- */

static void
fish_quoted(FILE *out, const char *text)
{
	fputc('\'', out);
	for (; *text != '\0'; text++) {
		if (*text == '\'' || *text == '\\')
			fputc('\\', out);
		fputc(*text, out);
	}
	fputc('\'', out);
}

static int
fish_row(void *arg, const struct opt *row, size_t offset)
{
	struct script *s = arg;

	(void)offset;
	if (row->type == OPT_TYPE_GROUP)
		return 0;
	fprintf(s->out, "complete -c %s", s->program->name);
	if (row->letter != 0)
		fprintf(s->out, " -s %c", row->letter);
	if (row->name != NULL)
		fprintf(s->out, " -l %s", row->name);
	if (opt_takes_value(row) && row->bare == NULL)
		fputs(opt_completes(row->arg) != 0 ? " -r -F" : " -x", s->out);
	if (opt_takes_value(row) && has_literals(row->arg)) {
		fputs(" -a '", s->out);
		literals(s->out, row->arg);
		fputc('\'', s->out);
	}
	fputs(" -d ", s->out);
	fish_quoted(s->out, row->help);
	fputc('\n', s->out);
	return 0;
}

void
opt_fish(const struct opt_program *program, FILE *out)
{
	struct script s = { program, out };

	intro(out, program);
	if (opt_completes(program->operand) == 0)
		fprintf(out, "complete -c %s -f\n", program->name);
	if (program->command != NULL)
		fprintf(out, "complete -c %s -n 'contains -- -- (commandline "
		    "-opc)' -F -a '(__fish_complete_command)'\n",
		    program->name);
	opt_walk_shown(program, fish_row, &s);
}
