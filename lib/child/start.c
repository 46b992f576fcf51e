/* start.c - the process is made.
 *
 * By vfork: it takes less CPU than fork (1,000 runs of /bin/true: 0.84 s and
 * 1.1 s), costs the same however large we are, and the child can say why it
 * could not be executed.  Its price, that whoever calls it stands still until
 * then (0.4 ms), is paid by another thread.  With libuv's interface or
 * posix_spawn's there would be no PR_SET_PDEATHSIG.
 */
#include <sys/pidfd.h>
#include <sys/prctl.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "own.h"

/* ---- in the child: our memory, and async-signal-safe calls only ---- */

/* Handlers are reset before a signal can come, as what they would write to is
 * the parent's, too.  An ignored one would stay so over execve. */
static void
reset_signals(void)
{
	struct sigaction dfl = { .sa_handler = SIG_DFL };
	int i;

	for (i = 1; i <= SIGRTMAX; i++)
		sigaction(i, &dfl, NULL);
	sigemptyset(&dfl.sa_mask);
	sigprocmask(SIG_SETMASK, &dfl.sa_mask, NULL);
}

/* What is left open by mistake, or was given to us, stays ours: a descriptor
 * may hold a secret. */
static int
take_ends(const struct child_ends *e)
{
	if (dup2(e->in, 0) == -1 || dup2(e->out, 1) == -1 ||
	    dup2(e->err, 2) == -1)
		return -1;
	close_range(3, ~0u, CLOSE_RANGE_CLOEXEC);
	return 0;
}

_Noreturn static void
become(const struct child_start *s, pid_t parent, volatile int *error)
{
	setpgid(0, 0);
	prctl(PR_SET_PDEATHSIG, SIGTERM);
	if (getppid() == parent && take_ends(&s->theirs) == 0) {
		reset_signals();
		execve(s->file, s->argv, s->env);
	}
	*error = errno;
	_exit(127);
}

/* ---- in a thread ---- */

/* NOLINTBEGIN(clang-analyzer-*vfork,clang-analyzer-*Vfork): on purpose */
static pid_t
make_process(const struct child_start *s, int *fault)
{
	const pid_t parent = getpid();
	volatile int error = 0;
	sigset_t all, before;
	pid_t pid;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	pid = vfork();
	if (pid == 0)
		become(s, parent, &error);
	if (pid == -1)
		error = errno;
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	*fault = error;
	return pid;
}
/* NOLINTEND(clang-analyzer-*vfork,clang-analyzer-*Vfork) */

static void
close_end(int *fd)
{
	if (*fd != -1)
		close(*fd);
	*fd = -1;
}

static void
close_theirs(struct child_start *s)
{
	close_end(&s->theirs.in);
	close_end(&s->theirs.out);
	close_end(&s->theirs.err);
}

void
child_start_run(struct child_start *s)
{
	s->pid = make_process(s, &s->fault);
	close_theirs(s);
	s->pidfd = -1;
	if (s->pid == -1)
		return;
	s->pidfd = pidfd_open(s->pid, 0);
	if (s->pidfd == -1)
		s->fault = errno;
}

/* ---- before that ---- */

/* ours doesn't block, theirs does. */
static int
make_pipe(int *ours, int *theirs, int we_write)
{
	int fd[2];

	if (pipe2(fd, O_CLOEXEC) == -1)
		return -1;
	*ours = fd[we_write];
	*theirs = fd[!we_write];
	return fcntl(*ours, F_SETFL, O_NONBLOCK);
}

static char **
copy_list(char *const *list)
{
	size_t n, bytes = 0;
	char **copy, *p;

	for (n = 0; list[n] != NULL; n++)
		bytes += strlen(list[n]) + 1;
	copy = malloc((n + 1) * sizeof(*copy) + bytes);
	if (copy == NULL)
		return NULL;
	p = (char *)(copy + n + 1);
	for (n = 0; list[n] != NULL; n++) {
		copy[n] = p;
		p = stpcpy(p, list[n]) + 1;
	}
	copy[n] = NULL;
	return copy;
}

int
child_start_init(struct child *c, const struct child_config *config,
    struct why *why)
{
	struct child_start *s = &c->start;

	s->theirs = (struct child_ends){ -1, -1, -1 };
	s->file = strdup(config->file);
	s->argv = copy_list(config->argv);
	s->env = copy_list(config->env);
	if (s->file == NULL || s->argv == NULL || s->env == NULL)
		return why_set(why, STATUS_SOME, "out of memory");
	if (make_pipe(&c->in.fd, &s->theirs.in, 1) == 0 &&
	    make_pipe(&c->out.fd, &s->theirs.out, 0) == 0 &&
	    make_pipe(&c->err.fd, &s->theirs.err, 0) == 0)
		return 0;
	return why_errno(why, STATUS_SOME, "pipe");
}

void
child_start_done(struct child_start *s)
{
	close_theirs(s);
	free(s->file);
	free(s->argv);
	free(s->env);
	s->file = NULL;
	s->argv = s->env = NULL;
}
