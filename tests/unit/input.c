/* Records from files, pipes and sockets: whole, in order, numbered, stopped
 * by FULL; and the descriptor left as it was. */
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "buf.h"
#include "check.h"
#include "flow.h"
#include "input.h"

struct seen {
	struct loop *loop;
	struct input *input;
	struct loop_timer *timer;
	struct buf text;	/* the records, each with a `|` behind */
	uint64_t last, bad;
	size_t longest;
	int records, ends, failed;
	int full_each, free_at, pause_at;
};

static int
on_record(void *arg, struct span r, uint64_t number)
{
	struct seen *s = arg;

	CHECK(number > s->last);
	s->last = number;
	s->records++;
	if (r.n > s->longest)
		s->longest = r.n;
	if (r.n < 100) {
		buf_add(&s->text, r);
		buf_addc(&s->text, '|');
	}
	if (s->records == s->free_at) {
		input_free(s->input);
		s->input = NULL;
		loop_stop(s->loop);
	}
	if (s->records == s->pause_at)
		input_pause(s->input);
	if (s->full_each)
		loop_timer_set(s->timer, 1);
	return s->full_each ? FULL : 0;
}

static void
on_bad(void *arg, uint64_t number, const struct why *why)
{
	struct seen *s = arg;

	s->bad = number;
	s->last = number;
	CHECK(why->status == STATUS_BAD_LINE);
}

static void
on_end(void *arg, const struct why *why)
{
	struct seen *s = arg;

	s->ends++;
	s->failed = why != NULL;
	loop_stop(s->loop);
}

static const struct input_user user = { on_record, on_bad, on_end };

static void
resume(void *arg)
{
	struct seen *s = arg;

	s->full_each--;
	input_resume(s->input);
}

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
begin(struct seen *s, int fd, char terminator, size_t max)
{
	buf_init(&s->text, SIZE_MAX);
	s->loop = loop_new(NULL);
	s->timer = loop_timer_new(s->loop, resume, s);
	s->input = input_new(s->loop, fd, terminator, max, &user, s, NULL);
	CHECK(s->input != NULL);
	input_resume(s->input);
}

static void
done(struct seen *s)
{
	input_free(s->input);
	loop_timer_free(s->timer);
	loop_free(s->loop);
	buf_done(&s->text);
}

/* A pipe that holds the text, its writer gone. */
static int
pipe_of(const char *text, size_t n)
{
	int p[2];

	CHECK(pipe(p) == 0);
	CHECK(write(p[1], text, n) == (ssize_t)n);
	close(p[1]);
	return p[0];
}

static int
file_of(const char *text, size_t n)
{
	char name[] = "/tmp/hookline-input-XXXXXX";
	int fd = mkstemp(name);

	unlink(name);
	CHECK(write(fd, text, n) == (ssize_t)n);
	CHECK(lseek(fd, 0, SEEK_SET) == 0);
	return fd;
}

static void
expect(int fd, char terminator, size_t max, const char *want, uint64_t bad)
{
	struct seen s = { 0 };
	int flags = fcntl(fd, F_GETFL);

	begin(&s, fd, terminator, max);
	run(&s, 5000);
	buf_addc(&s.text, '\0');
	CHECK_STR(s.text.p, want);
	CHECK(s.bad == bad);
	CHECK(s.ends == 1 && !s.failed);
	CHECK(fcntl(fd, F_GETFL) == flags);
	done(&s);
	close(fd);
}

#define PIPE(lit) pipe_of(lit, sizeof(lit) - 1)
#define FILE_(lit) file_of(lit, sizeof(lit) - 1)

static void
records(void)
{
	expect(PIPE(""), '\n', 9, "", 0);
	expect(PIPE("\n"), '\n', 9, "|", 0);
	expect(PIPE("a\n\nbc\n"), '\n', 9, "a||bc|", 0);
	expect(PIPE("a\nlast"), '\n', 9, "a|last|", 0);
	expect(PIPE("a\nb\0c\n\0"), '\0', 9, "a\nb|c\n|", 0);
	expect(FILE_("1\n2\n3"), '\n', 9, "1|2|3|", 0);
	expect(PIPE("a\n123456789\n1234567890\nb"), '\n', 9,
	    "a|123456789|b|", 3);
	expect(PIPE("a\n1234567890"), '\n', 9, "a|", 2);
}

/* A named pipe whose writer came and went before we looked ends, too. */
static void
fifos(void)
{
	char dir[] = "/tmp/hookline-input-XXXXXX", name[64];
	int in, out, text;

	CHECK(mkdtemp(dir) != NULL);
	snprintf(name, sizeof(name), "%s/fifo", dir);
	for (text = 0; text < 2; text++) {
		CHECK(mkfifo(name, 0600) == 0);
		in = open(name, O_RDONLY | O_NONBLOCK);
		CHECK(fcntl(in, F_SETFL, 0) == 0);
		out = open(name, O_WRONLY);
		CHECK(!text || write(out, "1\n2", 3) == 3);
		close(out);
		expect(in, '\n', 9, text ? "1|2|" : "", 0);
		unlink(name);
	}
	rmdir(dir);
}

/* Over-long records are skipped however they come in pieces. */
static void
skipped(void)
{
	struct seen s = { 0 };
	char *text = malloc(300000);
	int fd;

	memset(text, 'x', 300000);
	memcpy(text + 299990, "\nafter\n", 7);
	fd = file_of(text, 299997);
	begin(&s, fd, '\n', 1000);
	run(&s, 5000);
	CHECK(s.bad == 1 && s.records == 1 && s.last == 2 && s.ends == 1);
	CHECK(span_eq(buf_span(&s.text), SPAN("after|")));
	done(&s);
	close(fd);
	free(text);
}

/* A record that comes in many pieces: time must not grow with its square. */
static void
big(void)
{
	const size_t size = (size_t)16 << 20;
	struct seen s = { 0 };
	char *text = malloc(size);
	int p[2];
	pid_t pid;

	memset(text, 'x', size);
	text[size - 1] = '\n';
	CHECK(pipe(p) == 0);
	pid = fork();
	if (pid == 0) {
		size_t n = 0;

		close(p[0]);
		while (n < size) {
			size_t k = size - n < 4096 ? size - n : 4096;

			n += (size_t)write(p[1], text + n, k);
		}
		_exit(0);
	}
	close(p[1]);
	begin(&s, p[0], '\n', RECORDS_MAX);
	run(&s, 30000);
	CHECK(s.records == 1 && s.longest == size - 1 && s.ends == 1);
	waitpid(pid, NULL, 0);
	done(&s);
	close(p[0]);
	free(text);
}

/* FULL stops at once, within a buffer too; the end waits like a record. */
static void
full(void)
{
	struct seen s = { .full_each = 3 };
	int fd = PIPE("1\n2\n3\n4\n5");

	begin(&s, fd, '\n', 9);
	CHECK(s.records == 0);
	run(&s, 5000);
	CHECK(s.records == 5 && s.ends == 1);
	done(&s);
	close(fd);

	s = (struct seen){ .pause_at = 2 };
	fd = PIPE("1\n2\n3\n");
	begin(&s, fd, '\n', 9);
	run(&s, 20);
	CHECK(s.records == 2 && s.ends == 0);
	input_resume(s.input);
	run(&s, 5000);
	CHECK(s.records == 3 && s.ends == 1);
	done(&s);
	close(fd);
}

static void
freed_within(void)
{
	struct seen s = { .free_at = 2 };
	int fd = PIPE("1\n2\n3\n");

	begin(&s, fd, '\n', 9);
	run(&s, 5000);
	CHECK(s.records == 2 && s.ends == 0);
	done(&s);
	close(fd);
}

static void
sockets(void)
{
	struct seen s = { 0 };
	int v[2];

	CHECK(socketpair(AF_UNIX, SOCK_STREAM, 0, v) == 0);
	begin(&s, v[0], '\n', 99);
	CHECK(send(v[1], "one\ntw", 6, 0) == 6);
	run(&s, 20);
	CHECK(s.records == 1 && s.ends == 0);
	CHECK(send(v[1], "o\n", 2, 0) == 2);
	close(v[1]);
	run(&s, 5000);
	CHECK(s.records == 2 && s.ends == 1);
	CHECK((fcntl(v[0], F_GETFL) & O_NONBLOCK) == 0);
	done(&s);
	close(v[0]);
}

static void
errors(void)
{
	struct seen s = { 0 };
	int fd = open("/tmp", O_RDONLY), null = open("/dev/null", O_RDWR);

	begin(&s, fd, '\n', 99);
	run(&s, 5000);
	CHECK(s.ends == 1 && s.failed);
	done(&s);
	CHECK(!input_absent(fd));
	close(fd);
	CHECK(input_absent(fd));
	CHECK(input_absent(null));
	close(null);
	input_free(NULL);
}

int
main(void)
{
	records();
	fifos();
	skipped();
	big();
	full();
	freed_within();
	sockets();
	errors();
	return CHECK_DONE;
}
