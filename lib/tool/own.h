/* own.h - what the files of tool share: for this module's files alone. */
#ifndef HOOKLINE_TOOL_OWN_H
#define HOOKLINE_TOOL_OWN_H

#include "tool.h"

/* ---- tool.c ---- */

/* A signal that asks us to end. */
void tool_signalled(void *tool, int signum);

/* ---- service.c ---- */

/* Before the program starts: watches the signals that are for a program at
 * work, which are heard once the loop runs. */
int service_init(struct tool *, const struct tool_program *, void *arg,
    struct why *);
/* It has started. */
void service_ready(struct tool *);
void service_done(struct tool *);

#endif
