/* own.h - what the files of tool share: for this module's files alone. */
#ifndef HOOKLINE_TOOL_OWN_H
#define HOOKLINE_TOOL_OWN_H

#include "tool.h"

/* ---- tool.c ---- */

/* A signal that asks us to end. */
void tool_signalled(void *tool, int signum);

/* ---- service.c ---- */

/* The program has started: says so, and watches the signals that are for a
 * program at work. */
int service_start(struct tool *, const struct tool_program *, void *arg,
    struct why *);
void service_done(struct tool *);

#endif
