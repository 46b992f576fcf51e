/* tool.c - what the four mains share. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "say.h"
#include "tool.h"
#include "tool/own.h"

/* timeout(1) signals its child and then its own group, so one request to
 * end may come as two signals in a row. */
#define ONE_SIGNAL_MS 200

const struct opt tool_options[] = {
	{ .type = OPT_TYPE_FLAG, .letter = 'q', .name = "quiet",
	    .offset = offsetof(struct tool_opts, quiet), .min = 1,
	    .help = "print errors only" },
	{ .type = OPT_TYPE_FLAG, .letter = 'v', .name = "verbose",
	    .offset = offsetof(struct tool_opts, verbose), .min = 1,
	    .help = "tell what is going on" },
	{ .type = OPT_TYPE_CHOICE, .name = "log", .arg = "text|json",
	    .offset = offsetof(struct tool_opts, log), .min = SAY_TEXT,
	    .help = "messages on stderr are text, or a line of JSON each",
	    .more = "The members are\n.Cm time , level , tool\nand\n"
		".Cm message ." },
	OPT_END
};

static int
is_closed(int fd)
{
	return fcntl(fd, F_GETFD) == -1 && errno == EBADF;
}

/* Else the first socket would become somebody's stdout.  Where that is
 * missing, lines would be lost: who wants none says /dev/null. */
static int
open_standard(struct why *why)
{
	int fd;

	if (is_closed(STDOUT_FILENO))
		return why_errno(why, STATUS_SOME, "stdout");
	for (fd = 0; fd <= 2; fd++)
		if (is_closed(fd) && open("/dev/null", O_RDWR) != fd)
			return why_errno(why, STATUS_SOME, "/dev/null");
	return 0;
}

void
tool_signalled(void *arg, int signum)
{
	struct tool *t = arg;

	if (t->signum == 0) {
		tool_ending(t);
		t->signum = signum;
		t->stopped_at = loop_now(t->loop);
		loop_timer_set(t->drain, t->drain_ms);
		t->stop(t->arg, signum);
	} else if (loop_now(t->loop) - t->stopped_at >= ONE_SIGNAL_MS) {
		if (t->program != NULL && t->program->at_once != NULL)
			t->program->at_once(t->program_arg);
		signal(signum, SIG_DFL);
		raise(signum);
	}
}

static void
on_drain(void *arg)
{
	struct tool *t = arg;

	say_detail("not done in time, ending");
	loop_stop(t->loop);
}

/* The higher, the more it says about the whole run. */
static int
rank(enum status s)
{
	switch (s) {
	case STATUS_OK:
		return 0;
	case STATUS_SOME:
		return 1;
	case STATUS_BAD_LINE:
		return 2;
	case STATUS_UNDELIVERED:
		return 3;
	default:
		return 4;
	}
}

int
tool_init(struct tool *t, const struct tool_opts *opts, struct why *why)
{
	memset(t, 0, sizeof(*t));
	if (open_standard(why) == -1 || systemd_init(&t->systemd, why) == -1)
		return -1;
	say_level(opts->quiet ? SAY_QUIET :
	    opts->verbose ? SAY_VERBOSE : SAY_NORMAL);
	signal(SIGPIPE, SIG_IGN);
	t->loop = loop_new(why);
	return t->loop == NULL ? -1 : 0;
}

void
tool_done(struct tool *t)
{
	service_done(t);
	loop_timer_free(t->drain);
	loop_signal_free(t->on_int);
	loop_signal_free(t->on_term);
	loop_free(t->loop);
	systemd_done(&t->systemd);
}

int
tool_on_stop(struct tool *t, int64_t drain_ms,
    void (*stop)(void *arg, int signum), void *arg)
{
	t->drain_ms = drain_ms;
	t->stop = stop;
	t->arg = arg;
	t->drain = loop_timer_new(t->loop, on_drain, t);
	t->on_int = loop_signal_new(t->loop, SIGINT, tool_signalled, t);
	t->on_term = loop_signal_new(t->loop, SIGTERM, tool_signalled, t);
	return t->drain && t->on_int && t->on_term ? 0 : -1;
}

void
tool_finish(struct tool *t)
{
	tool_ending(t);
	t->finished = 1;
	loop_stop(t->loop);
}

void
tool_fail(struct tool *t, enum status s)
{
	if (rank(s) > rank(t->status))
		t->status = s;
}

void
tool_why(struct tool *t, const char *what, const struct why *why)
{
	/* A pipe's reader that went has seen enough: no filter complains. */
	if ((int)why->status != STATUS_SIGNAL + SIGPIPE)
		say_err("%s: %s", what, why->text);
	tool_fail(t, why->status);
}

/* ---- main ---- */

static int
run(struct tool *t, const struct tool_program *p, void *arg)
{
	loop_run(t->loop);
	if (p->ended != NULL)
		p->ended(arg);
	if (t->signum != 0 && (t->undone || !t->finished))
		return STATUS_SIGNAL + t->signum;
	return (int)t->status;
}

int
tool_main(struct tool *t, const struct tool_program *p, void *arg, int argc,
    char **argv)
{
	struct why why;
	int got, status = STATUS_OK;

	say_init(argv[0]);
	got = opt_parse(p->options, p->config, argc, argv, p->operands, &why);
	say_form((enum say_form)p->opts->log);
	if (got == 0 && (tool_init(t, p->opts, &why) == -1 ||
	    service_init(t, p, arg, &why) == -1 ||
	    p->start(arg, &why) == -1))
		got = -1;
	if (got == 0) {
		service_ready(t);
		status = run(t, p, arg);
	}
	if (got == -1) {
		say_err("%s", why.text);
		status = (int)why.status;
	}
	p->done(arg);
	if (t->loop != NULL)
		tool_done(t);
	opt_free(p->options, p->config, p->operands);
	return status;
}
