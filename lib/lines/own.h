/* own.h - what the files of lines share: for them only. */
#ifndef HOOKLINE_LINES_OWN_H
#define HOOKLINE_LINES_OWN_H

#include "filter.h"
#include "lines.h"

/* How one direction goes, its options and defaults taken together. */
struct lines_way {
	enum lines_form form;
	int raw;
	char terminator;
};

/* 0, or -1 and why. */
int lines_way_in(const struct lines_opts *, enum lines_form dflt,
    int is_terminal, struct lines_way *, struct why *);
int lines_way_out(const struct lines_opts *, enum lines_form dflt,
    int is_terminal, struct lines_way *, struct why *);

/* A select and then a filter, either of which may be absent. */
struct lines_sieve {
	struct filter *select, *map;
	struct tool *tool;
	const char *where;	/* "line 7", while lines_sieve_run runs ... */
	struct why *why;	/* ... and what has failed in it */
	int failed;
	put_fn put;
	void *arg;
};

/* The struct is the caller's, lines_sieve_done releases what it holds, after
 * a failed _init too.  put(arg, line) is told each line that comes out. */
int lines_sieve_init(struct lines_sieve *, struct tool *,
    const struct lines_opts *, const char *select, const char *map,
    put_fn put, void *arg, struct why *);
void lines_sieve_done(struct lines_sieve *);
int lines_sieve_is_empty(const struct lines_sieve *);

/* Failures are reported, as of `where`; -1 and the last of them after that.
 * What put answered is put's to remember. */
int lines_sieve_run(struct lines_sieve *, struct span line,
    const char *where, struct why *);

#endif
