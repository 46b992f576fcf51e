/* tool.h - what the four mains share: the loop, signals, the exit status,
 * the service manager, and the option fragment -q, -v, --log.
 *
 * First SIGINT or SIGTERM: stop(arg, signum), once; the program finishes
 * what is in flight and calls tool_finish; drain_ms later it is ended all
 * the same.  A second signal ends the process at once (within 200 ms it
 * counts as the first's echo).  SIGPIPE is ignored: a gone reader is an
 * EPIPE, which output.h tells of.
 *
 * SIGUSR1 has the program's figures printed on stderr.  SIGHUP has it read
 * its certificates and secrets again, where it knows how to; else, or when
 * it is its terminal that hung up, SIGHUP ends it as it always has.
 *
 * A service manager (systemd.h) is told when the program is ready, reloads
 * and ends, and that the loop still turns.
 */
#ifndef HOOKLINE_TOOL_H
#define HOOKLINE_TOOL_H

#include "loop.h"
#include "metrics.h"
#include "opt.h"
#include "status.h"
#include "systemd.h"

struct tool_opts {
	int quiet, verbose;
	int log;		/* enum say_form */
};
extern const struct opt tool_options[];

struct tool_program;

struct tool {
	struct loop *loop;
	struct systemd systemd;	/* what was passed to us */
	enum status status;	/* the gravest so far */
	int signum;		/* the one that stopped us, or 0 */
	struct loop_signal *on_int, *on_term;
	struct loop_timer *drain;
	void (*stop)(void *arg, int signum);
	void *arg;
	int64_t drain_ms;
	int64_t stopped_at;	/* loop_now at the first signal */
	int finished;		/* tool_finish was called */
	int undone;		/* set by the program: something was left */

	/* ---- the module's own ---- */
	const struct tool_program *program;	/* NULL in tests */
	void *program_arg;
	struct loop_signal *on_usr1, *on_hup;
	struct loop_timer *watchdog;
	int ending;		/* and the service manager knows */
};

/* A program, as main runs it: the options are parsed, the loop made, and
 * `start` called; then the loop runs until tool_finish.  `ended` may still
 * report; `done` frees what start made, or what it had made when it failed
 * (it is called where there was no start, too). */
struct tool_program {
	const struct opt_program *options;
	void *config;			/* of the options ... */
	const struct tool_opts *opts;	/* ... these among them */
	struct opt_list *operands;
	int (*start)(void *arg, struct why *);
	metrics_fn metrics;		/* says its figures, from start on */
	void (*reload)(void *arg);	/* or NULL; tells how it went */
	void (*ended)(void *arg);	/* or NULL */
	/* Or NULL: a second signal ends us at once; only what must not outlive
	 * us is killed. */
	void (*at_once)(void *arg);
	void (*done)(void *arg);
};

/* Everything a main does; answers the exit status: 128 + n if a signal
 * stopped the program and it left something undone (or drain_ms passed),
 * else the gravest that was recorded. */
int tool_main(struct tool *, const struct tool_program *, void *arg,
    int argc, char **argv);

/* For tests, which have no main: opens descriptors 0 to 2 on /dev/null where
 * they are closed, sets SIGPIPE, makes the loop, applies -q and -v. */
int tool_init(struct tool *, const struct tool_opts *, struct why *);
void tool_done(struct tool *);

/* Watches signals. */
int tool_on_stop(struct tool *, int64_t drain_ms,
    void (*stop)(void *arg, int signum), void *arg);
void tool_finish(struct tool *);

/* The program has begun to end: the service manager is told, once.  Signals
 * and tool_finish see to it by themselves. */
void tool_ending(struct tool *);

/* The program's figures.  -1: out of memory. */
int tool_metrics(struct tool *, struct buf *, enum metrics_form);

/* Records a failure for the exit status.  What ends the whole run (3 to 8,
 * 10) outranks 11, that outranks 9, and that 1; the first of a rank stays. */
void tool_fail(struct tool *, enum status);

/* Prints "what: why" and records its status; a gone reader of stdout
 * (STATUS_SIGNAL + SIGPIPE) is recorded only. */
void tool_why(struct tool *, const char *what, const struct why *);

#endif
