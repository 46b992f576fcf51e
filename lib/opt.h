/* opt.h - one typed table per program: parser, --help, man page, completions.
 *
 * A table is an array ended by OPT_END.  Each row stores into the program's
 * config struct at `offset`.  Fragments that several programs share are
 * tables of their own, pulled in by OPT_INCLUDE with the offset of their
 * struct.  Long options are --name VALUE or --name=VALUE, short ones -n VALUE
 * or -nVALUE, flags bundle, `--` ends them; options and operands may mix.
 * A flag given twice is given once; a value given twice: the last wins, but
 * for OPT_LIST, which collects.  Later rows of a letter or name never match.
 *
 * -h, --help, --version and the hidden --print-docs=mdoc|bash|zsh|fish (what
 * `make docs` calls) are understood for every program.
 *
 * `arg` names the value in the help.  Where it has the form a|b|FILE, words in
 * small letters are literal and are completed; FILE and DIR complete names.
 * A heading equal to the one before it, or with nothing below it, is left out.
 *
 * Errors:  -1 and why, in the words "--name: what is wrong"; STATUS_USAGE.
 * Owns:    strings point into argv; lists are freed by opt_free.
 */
#ifndef HOOKLINE_OPT_H
#define HOOKLINE_OPT_H

#include <stddef.h>
#include <stdint.h>

#include "why.h"

enum opt_type {
	OPT_TYPE_END,
	OPT_TYPE_GROUP,		/* a heading: name */
	OPT_TYPE_FLAG,		/* int, set to `min` */
	OPT_TYPE_INT,		/* int64_t, min..max */
	OPT_TYPE_SIZE,		/* int64_t bytes: 512, 64k, 1M, 2G */
	OPT_TYPE_TIME,		/* int64_t milliseconds: 500ms, 5s, 2m, 1h */
	OPT_TYPE_STRING,	/* const char * */
	OPT_TYPE_CHOICE,	/* int: min + the word's index in "a|b|c" */
	OPT_TYPE_LIST,		/* struct opt_list: may be given repeatedly */
	OPT_TYPE_PAIRS,		/* struct opt_list: two arguments a time */
	OPT_TYPE_REFUSED,	/* not shown; given, `help` is the error */
	OPT_TYPE_INCLUDE	/* another table, its struct at offset */
};

struct opt_list {
	const char **v;
	size_t n;
};

struct opt {
	enum opt_type type;
	char letter;		/* or 0 */
	const char *name;	/* long name without dashes; or NULL */
	const char *arg;	/* FILE, DIR, N, ...; "a|b|c" for a choice */
	size_t offset;
	const char *dflt;	/* parsed like a value; shown; or NULL */
	const char *bare;	/* the value where the option stands alone: its
				   own only comes as --name=VALUE; or NULL */
	int64_t min, max;	/* max 0: no upper limit */
	const char *help;	/* one clause, no full stop */
	const char *more;	/* further sentences for the page (mdoc text) */
	/* Names of others, with | between; the program's command is one, too.
	 * Given without any of `needs`, or beside any of `excludes`, it would
	 * do nothing: an error.  Both are told in the page.  Or NULL. */
	const char *needs, *excludes;
	const struct opt *include;
};

#define OPT_END { .type = OPT_TYPE_END }
#define OPT_GROUP(title) { .type = OPT_TYPE_GROUP, .name = (title) }

struct opt_program {
	const char *name;
	const char *summary;		/* "receives webhooks, as lines" */
	const char *const *usage;	/* "[options] [ADDRESS ...]"; NULL */
	const char *operand;		/* ADDRESS, URL, ...: for completion */
	const struct opt *options;
	/* What stands behind `--` is a command and its arguments: NULL, or its
	 * name in messages, and where in the config its argv goes: a char **
	 * that points into argv, ended by NULL; NULL where there is no `--`. */
	const char *command;
	size_t command_offset;
};

/* Sets defaults, then parses.  0: go on, operands collected; 1: --help,
 * --version or --print-docs was asked for and has been printed on stdout;
 * -1: why says what is wrong. */
int opt_parse(const struct opt_program *, void *config, int argc, char **argv,
    struct opt_list *operands, struct why *why);

void opt_free(const struct opt_program *, void *config,
    struct opt_list *operands);

/* "5s" and "64k", for values that do not come as options. */
int opt_time(const char *text, int64_t *ms, struct why *);
int opt_size(const char *text, int64_t *bytes, struct why *);

#endif
