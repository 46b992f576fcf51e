/* command.h - the command behind `--`, run as often as need be: its file, its
 * environment, its children, and what they say on stderr.
 *
 * Each run has our environment without what is ours alone (variables.h), and
 * variables of its own besides.
 *
 * Errors:  command_new: NULL and why: STATUS_USAGE for a command that is not
 *          there.
 * Owns:    its children are child_free'd by their users, before or after
 *          command_free.
 */
#ifndef HOOKLINE_COMMAND_H
#define HOOKLINE_COMMAND_H

#include "child.h"
#include "flow.h"
#include "metrics.h"
#include "opt.h"

struct command;

struct command_config {
	char *const *argv, *const *env;		/* kept */
	const char *search;			/* PATH's value */
	const char *prefix;			/* of our variables */
	const struct opt_list *secret_envs;	/* not for it; or NULL */
};

/* room: after FULL from command_pass_on; children that wait are to be
 * resumed. */
struct command *command_new(struct loop *, const struct command_config *,
    resume_fn room, void *arg, struct why *);
/* What still runs is killed, and says no more. */
void command_free(struct command *);		/* NULL is allowed */
/* Only kills it. */
void command_kill(struct command *);

/* A child, with these variables besides (as by variables_add): as child_new. */
struct child *command_run(struct command *, struct buf *variables,
    size_t input_limit, const struct child_user *, void *arg, struct why *);

/* A line of a child's stderr, told on ours with a name in front: 0 or FULL. */
int command_pass_on(struct command *, const char *who, struct span line);

/* Runs so far, those of them that failed, and those that go on. */
void command_metrics(struct metrics *, uint64_t runs, uint64_t failures,
    uint64_t running);

#endif
