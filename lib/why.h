/* why.h - why something failed: a sentence for the user and the exit status
 * it stands for.
 *
 * A function that can fail returns -1 (or NULL) and fills the struct why its
 * caller passed; errors travel up, and only a main turns one into an exit.
 * Control bytes are left as they are: say.h scrubs them when it prints.
 */
#ifndef HOOKLINE_WHY_H
#define HOOKLINE_WHY_H

#include "status.h"

struct why {
	enum status status;
	char text[512];		/* NUL-terminated, cut if longer */
};

/* Fills why (which may be NULL) and returns -1, so that a caller can write
 * `return why_set(why, STATUS_TLS, "...")`. */
int why_set(struct why *, enum status, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* The same for a failed system call: "what: strerror(errno)". */
int why_errno(struct why *, enum status, const char *what);

#endif
