/* say.h - messages for people, on stderr: `tool: what: why`.
 *
 * Control bytes are shown as `?`, so that no peer can write to the user's
 * terminal.  Each message is one write.  This module and opt.h are the two
 * in lib/ that know the program's name.
 *
 * On a terminal there may be a status besides (progress.h): a last line that
 * is written over, and that messages push down.
 */
#ifndef HOOKLINE_SAY_H
#define HOOKLINE_SAY_H

#include "status.h"
#include "why.h"

enum say_level {
	SAY_QUIET = -1,		/* errors only */
	SAY_NORMAL = 0,
	SAY_VERBOSE = 1
};

/* Keeps name (argv[0]'s last part). */
void say_init(const char *name);
const char *say_name(void);
void say_level(enum say_level);

void say_err(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void say_warn(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void say_note(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void say_detail(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* Shows the status, or another one; NULL takes it away.  Nothing with -q. */
void say_status(const char *text);
/* Takes it away until the next say_status: somebody else is about to write
 * to that terminal. */
void say_hide_status(void);

#endif
