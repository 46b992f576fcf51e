/* Children: what they get, what comes back, and how it flows. */
#include <sys/stat.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>

#include "child_rig.h"

/* ---- what a child gets ---- */

/* The signals that this process ignores and blocks are its own business. */
static void
test_signals(struct rig *r)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	sigprocmask(SIG_BLOCK, &set, NULL);
	signal(SIGUSR2, SIG_IGN);
	rig_whole(r, "grep -hE '^Sig(Ign|Blk)' /proc/self/status");
	CHECK_STR(rig_out(r), "SigBlk:\t0000000000000000\n"
	    "SigIgn:\t0000000000000000\n");
	signal(SIGUSR2, SIG_DFL);
	sigprocmask(SIG_UNBLOCK, &set, NULL);
}

/* ls has one more, for the folder. */
static void
test_descriptors(struct rig *r)
{
	int fd = dup2(open("/dev/null", O_RDONLY), 77);

	rig_whole(r, "exec ls /proc/self/fd");
	CHECK_STR(rig_out(r), "0\n1\n2\n3\n");
	CHECK(fcntl(fd, F_GETFD) == 0);
	close(fd);
}

static void
test_group(struct rig *r)
{
	rig_whole(r, "set -- $(cat /proc/$$/stat); "
	    "[ $5 -eq $$ ] && [ $4 -eq $PPID ]");
	CHECK(r->end.status == 0);
}

static void
test_ends(struct rig *r)
{
	struct buf text;

	buf_init(&text, SIZE_MAX);
	rig_whole(r, "exit 7");
	CHECK(r->end.status == 7 && r->end.signum == 0);
	child_tell_end(&text, &r->end);
	CHECK(span_eq(buf_span(&text), SPAN("ended with status 7")));
	rig_whole(r, "kill -USR1 $$");
	CHECK(r->end.signum == SIGUSR1);
	buf_clear(&text);
	child_tell_end(&text, &r->end);
	CHECK(span_eq(buf_span(&text), SPAN("was ended by SIGUSR1")));
	buf_done(&text);
}

/* ---- commands by name ---- */

static void
test_find(void)
{
	struct buf file;
	struct why why;

	buf_init(&file, SIZE_MAX);
	CHECK(child_find(&file, "sh", "/nowhere:/bin:/usr/bin", &why) == 0);
	CHECK_STR(file.p, "/bin/sh");
	CHECK(child_find(&file, "/bin/sh", "", &why) == 0);
	CHECK_STR(file.p, "/bin/sh");
	CHECK(child_find(&file, "sh", NULL, &why) == 0);
	CHECK(child_find(&file, "no-such", "/bin:/usr/bin", &why) == -1);
	CHECK_STR(why.text, "no-such: command not found");
	CHECK(why.status == STATUS_USAGE);
	CHECK(child_find(&file, "", "/bin", &why) == -1);
	CHECK(child_find(&file, "/bin", "", &why) == -1);
	CHECK_STR(why.text, "/bin: Is a directory");
	CHECK(child_find(&file, "./no-such", "", &why) == -1);
	CHECK_STR(why.text, "./no-such: No such file or directory");
	buf_done(&file);
}

/* What can't be executed ends before it began; an input is no harm. */
static void
start_badly(struct rig *r, const struct child_config *config, int fault)
{
	static const struct child_user user = { on_output, on_error, on_room,
		on_end };
	struct buf text;

	rig_next(r);
	r->child = child_new(r->all, config, &user, r, NULL);
	child_put(r->child, SPAN("input"));
	child_end_input(r->child);
	rig_run(r);
	CHECK(r->ends == 1 && r->outputs == 0 && r->errors == 0);
	CHECK(r->end.status == -1 && r->end.signum == 0);
	CHECK(r->end.fault == fault);
	buf_init(&text, SIZE_MAX);
	child_tell_end(&text, &r->end);
	CHECK(text.n > 18 && memcmp(text.p, "could not be run: ", 18) == 0);
	buf_done(&text);
}

static void
test_not_executable(struct rig *r)
{
	char path[] = "/tmp/hookline-child-XXXXXX";
	const char *argv[] = { path, NULL };
	int fd = mkstemp(path);
	struct child_config config = { .file = path,
		.argv = (char *const *)argv, .env = environ };

	CHECK(write(fd, "neither\n", 8) == 8 && fchmod(fd, 0700) == 0);
	close(fd);
	start_badly(r, &config, ENOEXEC);
	unlink(path);
	start_badly(r, &config, ENOENT);
}

/* A variable longer than execve takes. */
static void
test_too_large(struct rig *r)
{
	size_t n = (size_t)1 << 20;
	char *big = malloc(n);
	const char *argv[] = { "true", NULL }, *env[] = { big, NULL };
	struct child_config config = { .file = "/bin/true",
		.argv = (char *const *)argv, .env = (char *const *)env };

	memset(big, 'x', n);
	big[1] = '=';
	big[n - 1] = '\0';
	start_badly(r, &config, E2BIG);
	free(big);
}

/* ---- how it flows ---- */

/* Everything through cat, which is not read before all of it is put. */
static void
test_echo(struct rig *r, int full_each)
{
	size_t n = (size_t)1 << 20, i;
	char *bytes = malloc(n);
	int fulls = 0;

	for (i = 0; i < n; i++)
		bytes[i] = (char)(i * 7 + (i >> 11));
	rig_next(r);
	r->full_each = full_each;
	rig_sh(r, "exec cat");
	for (i = 0; i < n; i += 8192)
		fulls += child_put(r->child, span_of(bytes + i, 8192)) == FULL;
	CHECK(fulls > 0);
	child_end_input(r->child);
	rig_run(r);
	CHECK(r->ends == 1 && r->end.status == 0 && r->rooms > 0);
	CHECK(span_eq(buf_span(&r->out), span_of(bytes, n)));
	r->full_each = 0;
	free(bytes);
}

/* What it doesn't take is dropped, and what it says is heard. */
static void
test_not_read(struct rig *r)
{
	size_t n = (size_t)1 << 20;
	char *bytes = calloc(1, n);

	rig_next(r);
	rig_sh(r, "exec <&-; echo closed; read x </dev/null; echo done");
	child_put(r->child, span_of(bytes, n));
	child_end_input(r->child);
	rig_run(r);
	CHECK_STR(rig_out(r), "closed\ndone\n");
	CHECK(child_put(r->child, SPAN("more")) == 0);
	free(bytes);
}

static void
test_lines(struct rig *r, int full_each)
{
	r->full_each = full_each;
	rig_whole(r, "echo a >&2; printf '\\n\\nb\\nno end' >&2");
	CHECK_STR(rig_err(r), "a|||b|no end|");
	rig_whole(r, "head -c 7000 /dev/zero | tr '\\0' x >&2; "
	    "echo >&2; echo y >&2");
	CHECK(r->errors == 4 && r->err.n == 7000 + 4 + 1);
	r->full_each = 0;
}

/* ---- nothing is left ---- */

static int
descriptors(void)
{
	DIR *d = opendir("/proc/self/fd");
	int n = 0;

	while (readdir(d) != NULL)
		n++;
	closedir(d);
	return n;
}

/* CHILD_RUNS=10000: more of it. */
static void
test_many(struct rig *r)
{
	const char *given = getenv("CHILD_RUNS");
	int n = given == NULL ? 200 : atoi(given), before = descriptors(), i;

	for (i = 0; i < n; i++) {
		rig_next(r);
		rig_sh(r, "exit 3");
		child_put(r->child, SPAN("a line\n"));
		child_end_input(r->child);
		rig_run(r);
		if (r->ends != 1 || r->end.status != 3)
			break;
	}
	CHECK(i == n);
	rig_next(r);
	loop_drain(r->loop);
	CHECK(descriptors() == before);
}

int
main(void)
{
	struct rig r;

	rig_init(&r);
	test_signals(&r);
	test_descriptors(&r);
	test_group(&r);
	test_ends(&r);
	test_find();
	test_not_executable(&r);
	test_too_large(&r);
	test_echo(&r, 0);
	test_echo(&r, 1);
	test_not_read(&r);
	test_lines(&r, 0);
	test_lines(&r, 1);
	test_many(&r);
	rig_done(&r);
	return CHECK_DONE;
}
