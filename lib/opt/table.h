/* opt/table.h - going through an option table, for this module's files alone.
 */
#ifndef HOOKLINE_OPT_TABLE_H
#define HOOKLINE_OPT_TABLE_H

#include <stdio.h>

#include "opt.h"
#include "span.h"

/* Visits every row, those of included tables at their own offset, and none
 * of type END or INCLUDE.  A result other than 0 ends it and is answered. */
typedef int (*opt_row_fn)(void *arg, const struct opt *, size_t offset);
int opt_walk(const struct opt *, size_t offset, opt_row_fn, void *arg);

/* The same for what the user sees: headings that differ from the last and
 * have rows, and at the end the rows that every program has. */
int opt_walk_shown(const struct opt_program *, opt_row_fn, void *arg);

/* -h, --help, --version, and where parsing stores them. */
enum opt_asked { OPT_ASKED_HELP = 1, OPT_ASKED_VERSION };
extern const struct opt opt_common[];

int opt_takes_value(const struct opt *);
int opt_repeats(const struct opt *);

/* The words of arg, parted by `|`: 0 at the end. */
int opt_word(const char **arg, struct span *word);
int opt_word_literal(struct span);
/* How arg is completed: 'f' files, 'd' directories, or 0. */
int opt_completes(const char *arg);

/* Stores text as the row says; why has no name in front yet. */
int opt_store(const struct opt *, void *at, const char *text, struct why *);
int opt_list_add(struct opt_list *, const char *, struct why *);

/* Has each of those that were given what it needs, and nothing that it
 * excludes? */
int opt_together(const struct opt_program *, const struct opt_list *given,
    struct why *);

void opt_help(const struct opt_program *, FILE *);
void opt_mdoc(const struct opt_program *, FILE *);
void opt_bash(const struct opt_program *, FILE *);
void opt_zsh(const struct opt_program *, FILE *);
void opt_fish(const struct opt_program *, FILE *);

#endif
