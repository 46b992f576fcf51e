/* say.h - messages for people, on stderr: `tool: what: why`.
 *
 * Control bytes are shown as `?`, so that no peer can write to the user's
 * terminal.  Each message is one write, of 4096 bytes at most.  This module
 * and opt.h are the two in lib/ that know the program's name.
 *
 * Or for programs that collect messages, a line of JSON each:
 *
 *	{"time":"2026-11-24T01:51:10.123456Z","level":"error",
 *	 "tool":"wh-listen","message":"what: why"}
 *
 * with the levels error, warning, info and debug.  There, C0 controls are
 * escaped; other controls, and what is no UTF-8, are `?`.
 *
 * On a terminal there may be a status besides (progress.h): a last line that
 * is written over, and that messages push down.
 */
#ifndef HOOKLINE_SAY_H
#define HOOKLINE_SAY_H

#include "span.h"
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
/* Is a detail said at all?  For those that are dear to find out. */
int say_is_verbose(void);

enum say_form { SAY_TEXT, SAY_JSON };
/* Text again is not possible.  Out of memory it stays text. */
void say_form(enum say_form);
int say_is_json(void);

void say_err(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void say_warn(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void say_note(const char *fmt, ...) __attribute__((format(printf, 1, 2)));
void say_detail(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

/* Shows the status, or another one; NULL takes it away.  Nothing with -q. */
void say_status(const char *text);
/* Takes it away until the next say_status: somebody else is about to write
 * to that terminal. */
void say_hide_status(void);

/* What was asked for, and so is said with -q, too: text, or where
 * say_is_json a JSON object, which becomes the member "counters". */
void say_counters(struct span figures);

#endif
