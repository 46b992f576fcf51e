/* Lines to files, pipes and sockets: all of them, in order, to slow readers
 * too; readers that go; full disks; and the descriptor left as it was. */
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include "check.h"
#include "output.h"

struct seen {
	struct loop *loop;
	struct output *output;
	int rooms, takens, gones, free_at_room;
	enum status status;
	int left;		/* lines yet to put */
	int number;
	uint64_t until;		/* stop once so much was taken */
};

static void
put_lines(struct seen *s)
{
	char line[128];

	while (s->left > 0) {
		int n = snprintf(line, sizeof(line), "%0100d", s->number++);

		s->left--;
		if (output_put(s->output, span_of(line, (size_t)n), '\n') ==
		    FULL)
			break;
	}
	s->until = output_position(s->output);
}

static void
on_room(void *arg)
{
	struct seen *s = arg;

	s->rooms++;
	CHECK(!output_full(s->output));
	if (s->free_at_room) {
		output_free(s->output);
		s->output = NULL;
		loop_stop(s->loop);
		return;
	}
	put_lines(s);
}

static void
on_taken(void *arg)
{
	struct seen *s = arg;

	s->takens++;
	if (s->left == 0 && output_taken(s->output) == s->until)
		loop_stop(s->loop);
}

static void
on_gone(void *arg, const struct why *why)
{
	struct seen *s = arg;

	s->gones++;
	s->status = why->status;
	loop_stop(s->loop);
}

static const struct output_user user = { on_room, on_taken, on_gone };

static void
stop(void *arg)
{
	loop_stop(arg);
}

static void
run(struct seen *s, int64_t ms)
{
	struct loop_timer *t = loop_timer_new(s->loop, stop, s->loop);

	loop_timer_set(t, ms);
	loop_run(s->loop);
	loop_timer_free(t);
}

static void
begin(struct seen *s, int fd)
{
	s->loop = loop_new(NULL);
	s->output = output_new(s->loop, fd, &user, s, NULL);
	CHECK(s->output != NULL);
}

static void
done(struct seen *s)
{
	output_free(s->output);
	loop_free(s->loop);
}

/* Reads to the end, slowly at first, and answers how many of our lines came
 * in order. */
static void
reader(int fd, int report)
{
	FILE *f = fdopen(fd, "r");
	char line[256];
	int n = 0;

	usleep(30000);	/* so that the writer finds the pipe full */
	while (fgets(line, sizeof(line), f) != NULL && atoi(line) == n &&
	    strlen(line) == 101)
		n++;
	if (write(report, &n, sizeof(n)) != sizeof(n))
		_exit(1);
	_exit(0);
}

/* 20 MB to a reader in another process. */
static void
slow_reader(int out, int in)
{
	struct seen s = { .left = 200000 };
	int report[2], got = -1, flags = fcntl(out, F_GETFL);
	pid_t pid;

	CHECK(pipe(report) == 0);
	pid = fork();
	if (pid == 0) {
		close(out);
		reader(in, report[1]);
	}
	close(in);
	begin(&s, out);
	put_lines(&s);
	run(&s, 30000);
	CHECK(s.left == 0 && s.rooms > 0 && s.takens > 0 && s.gones == 0);
	CHECK(output_taken(s.output) == 200000 * 101);
	CHECK(fcntl(out, F_GETFL) == flags);
	done(&s);
	close(out);
	CHECK(read(report[0], &got, sizeof(got)) == sizeof(got));
	CHECK(got == 200000);
	waitpid(pid, NULL, 0);
	close(report[0]);
	close(report[1]);
}

static void
readers(void)
{
	int v[2];

	CHECK(pipe(v) == 0);
	slow_reader(v[1], v[0]);
	CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, v) == 0);
	slow_reader(v[1], v[0]);
}

/* One turn is one write; FULL at the limit, and freed within room. */
static void
turns(void)
{
	struct seen s = { .left = 3 };
	char got[1000];
	int p[2];

	CHECK(pipe(p) == 0);
	begin(&s, p[1]);
	put_lines(&s);
	CHECK(output_taken(s.output) == 0);
	CHECK(output_position(s.output) == 303);
	run(&s, 5000);
	CHECK(s.takens == 1);
	CHECK(read(p[0], got, sizeof(got)) == 303);
	s.left = 100000;
	put_lines(&s);
	CHECK(s.left > 0 && output_full(s.output));
	run(&s, 20);
	CHECK(s.rooms == 0);
	s.free_at_room = 1;
	while (s.output != NULL && read(p[0], got, sizeof(got)) > 0)
		run(&s, 1);
	CHECK(s.rooms == 1 && s.output == NULL);
	done(&s);
	close(p[0]);
	close(p[1]);
}

static void
reader_gone(int out, int in, int idle)
{
	struct seen s = { 0 };

	begin(&s, out);
	run(&s, 10);
	CHECK(s.gones == 0);
	close(in);
	s.left = idle ? 0 : 10;
	put_lines(&s);
	run(&s, 5000);
	CHECK(s.gones == 1 && (int)s.status == STATUS_SIGNAL + SIGPIPE);
	s.left = 10;
	put_lines(&s);
	run(&s, 10);
	CHECK(s.gones == 1 && s.takens == 0);
	done(&s);
	close(out);
}

static void
gone(void)
{
	int v[2], idle;

	for (idle = 0; idle < 2; idle++) {
		CHECK(pipe(v) == 0);
		reader_gone(v[1], v[0], idle);
		CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, v) == 0);
		reader_gone(v[1], v[0], idle);
	}
	/* Gone before it began. */
	CHECK(pipe(v) == 0);
	close(v[0]);
	{
		struct seen s = { 0 };

		begin(&s, v[1]);
		run(&s, 5000);
		CHECK(s.gones == 1);
		done(&s);
		close(v[1]);
	}
}

/* The file's own offset is used, and moves. */
static void
files(void)
{
	struct seen s = { .left = 20000 };
	char name[] = "/tmp/hookline-output-XXXXXX";
	struct stat st;
	int fd = mkstemp(name);

	unlink(name);
	CHECK(write(fd, "head\n", 5) == 5);
	begin(&s, fd);
	put_lines(&s);
	run(&s, 5000);
	CHECK(s.left == 0 && fstat(fd, &st) == 0);
	CHECK(st.st_size == 5 + 20000 * 101);
	CHECK(lseek(fd, 0, SEEK_CUR) == st.st_size);
	done(&s);
	close(fd);
}

static void
full_disk(void)
{
	struct seen s = { .left = 1 };
	int fd = open("/dev/full", O_WRONLY);

	begin(&s, fd);
	put_lines(&s);
	CHECK(s.gones == 0);
	run(&s, 5000);
	CHECK(s.gones == 1 && s.status == STATUS_SOME);
	done(&s);
	close(fd);
}

static void
no_descriptor(void)
{
	struct loop *l = loop_new(NULL);
	struct why why;

	CHECK(output_new(l, 999, &user, NULL, &why) == NULL);
	CHECK(why.status == STATUS_SOME);
	output_free(NULL);
	loop_free(l);
}

int
main(void)
{
	signal(SIGPIPE, SIG_IGN);
	readers();
	turns();
	gone();
	files();
	full_disk();
	no_descriptor();
	return CHECK_DONE;
}
