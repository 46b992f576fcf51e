/* secret.h - secrets from files, variables and descriptors, never from an
 * argument; the option fragment --secret-file, --secret-env, --secret-fd.
 *
 * Several are in force at once: that is how a secret is replaced by another
 * (rotation).  White space around one is stripped, with a warning.  A name
 * tells which of them fitted, in event lines: the NAME given, else a file's
 * last part, the variable's name, or fdN.  What stands before a `=` is a NAME
 * if it is made of letters, digits, `.`, `_` and `-` only.
 *
 * This module reads the environment, for --secret-env.
 *
 * Errors:  -1 and why, STATUS_USAGE: missing, unreadable, empty, too long.
 * Owns:    names and bytes, until secrets_done, which wipes them.
 */
#ifndef HOOKLINE_SECRET_H
#define HOOKLINE_SECRET_H

#include "opt.h"
#include "span.h"

#define SECRET_MAX ((size_t)16 << 10)	/* bytes of one */

struct secret_opts {
	struct opt_list files, envs, fds;
};
extern const struct opt secret_options[];

struct secret {
	char *name;
	struct span bytes;
	const char *path;	/* of a file, the options'; else NULL */
};

struct secrets {
	struct secret *v;	/* files, variables, descriptors; as given */
	size_t n;
};

/* Reads them all; the descriptors are closed.  Keeps the options' strings.
 * No option given: n is 0. */
int secrets_load(struct secrets *, const struct secret_opts *, struct why *);

/* Reads the files again (regular ones: a pipe was read for good); the others
 * stay.  Once they are in place `use` is called, who answers 0, or -1 and why
 * if they won't do; NULL: they will.  On -1 all is as it was. */
int secrets_reload(struct secrets *, int (*use)(void *arg, struct why *),
    void *arg, struct why *);

void secrets_done(struct secrets *);

#endif
