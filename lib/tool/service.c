/* service.c - a program at work: figures, reloading, the service manager. */
#include <sys/stat.h>

#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include "say.h"
#include "tool/own.h"

/* ---- figures ---- */

int
tool_metrics(struct tool *t, struct buf *out, enum metrics_form form)
{
	const struct tool_program *p = t->program;

	return metrics_print(out, form, p->options->name, p->metrics,
	    t->program_arg);
}

static void
on_usr1(void *arg, int signum)
{
	struct tool *t = arg;
	struct buf figures;

	(void)signum;
	buf_init(&figures, SIZE_MAX);
	if (tool_metrics(t, &figures, say_is_json() ? METRICS_JSON :
	    METRICS_TEXT) == 0)
		say_counters(buf_span(&figures));
	else
		say_err("counters: out of memory");
	buf_done(&figures);
}

/* ---- reloading ---- */

/* Is the SIGHUP what it was made for?  A terminal that is no more hangs up,
 * for whoever still has it open. */
static int
lost_terminal(void)
{
	struct stat st;
	int fd;

	for (fd = 0; fd <= 2; fd++) {
		struct pollfd p = { .fd = fd };

		if (fstat(fd, &st) == 0 && S_ISCHR(st.st_mode) &&
		    poll(&p, 1, 0) == 1 && (p.revents & POLLHUP))
			return 1;
	}
	return 0;
}

static void
on_hup(void *arg, int signum)
{
	struct tool *t = arg;

	if (lost_terminal()) {
		tool_signalled(t, signum);
		return;
	}
	systemd_tell_reloading(&t->systemd);
	t->program->reload(t->program_arg);
	systemd_tell(&t->systemd, "READY=1");
}

/* ---- the service manager ---- */

/* Twice as often as it has to be. */
static void
on_watchdog(void *arg)
{
	struct tool *t = arg;

	systemd_tell(&t->systemd, "WATCHDOG=1");
	loop_timer_set(t->watchdog, t->systemd.watchdog_ms / 2);
}

void
tool_ending(struct tool *t)
{
	if (t->ending)
		return;
	t->ending = 1;
	systemd_tell(&t->systemd, "STOPPING=1");
}

/* ---- beginning and end ---- */

int
service_init(struct tool *t, const struct tool_program *p, void *arg,
    struct why *why)
{
	t->program = p;
	t->program_arg = arg;
	t->on_usr1 = loop_signal_new(t->loop, SIGUSR1, on_usr1, t);
	t->watchdog = loop_timer_new(t->loop, on_watchdog, t);
	if (p->reload != NULL)
		t->on_hup = loop_signal_new(t->loop, SIGHUP, on_hup, t);
	if (t->on_usr1 == NULL || t->watchdog == NULL ||
	    (p->reload != NULL && t->on_hup == NULL))
		return why_set(why, STATUS_SOME, "out of memory");
	return 0;
}

void
service_ready(struct tool *t)
{
	if (t->systemd.watchdog_ms > 0)
		loop_timer_set(t->watchdog, t->systemd.watchdog_ms / 2);
	systemd_tell(&t->systemd, "READY=1");
}

void
service_done(struct tool *t)
{
	loop_timer_free(t->watchdog);
	loop_signal_free(t->on_usr1);
	loop_signal_free(t->on_hup);
}
