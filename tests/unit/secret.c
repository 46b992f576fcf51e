/* secret.c - secrets: names, white space, what can't be one, reading anew. */
#include <stdlib.h>
#include <unistd.h>

#include "check.h"
#include "say.h"
#include "secret.h"

static char dir[] = "/tmp/hookline-secret-XXXXXX";

static const char *
file(const char *name, const char *text)
{
	static char paths[16][64];
	static int next;
	char *path = paths[next++ % 16];
	FILE *f;

	snprintf(path, sizeof(paths[0]), "%s/%s", dir, name);
	f = fopen(path, "w");
	if (f == NULL || fputs(text, f) == EOF || fclose(f) != 0)
		perror(path);
	return path;
}

/* What a call says on stderr, in the end, is here. */
static char said[512];

static int
quietly(int (*call)(void *, struct why *), void *arg, struct why *why)
{
	FILE *f = tmpfile();
	int was = dup(STDERR_FILENO), rc;
	ssize_t n;

	dup2(fileno(f), STDERR_FILENO);
	rc = call(arg, why);
	dup2(was, STDERR_FILENO);
	close(was);
	n = pread(fileno(f), said, sizeof(said) - 1, 0);
	said[n > 0 ? n : 0] = '\0';
	fclose(f);
	return rc;
}

struct loading {
	struct secrets *secrets;
	struct secret_opts opts;
};

static int
call_load(void *arg, struct why *why)
{
	struct loading *l = arg;

	return secrets_load(l->secrets, &l->opts, why);
}

static int
call_reload(void *arg, struct why *why)
{
	return secrets_reload(arg, NULL, NULL, why);
}

static int
load(struct secrets *s, const char *files, const char *env, const char *fd,
    struct why *why)
{
	struct loading l = { s, { .files = { &files, files != NULL },
		.envs = { &env, env != NULL }, .fds = { &fd, fd != NULL } } };

	return quietly(call_load, &l, why);
}

static int
reload(struct secrets *s, struct why *why)
{
	return quietly(call_reload, s, why);
}

/* Is the one that was loaded this? */
static int
is(const struct secrets *s, const char *name, const char *bytes)
{
	return s->n == 1 && strcmp(s->v[0].name, name) == 0 &&
	    span_eq(s->v[0].bytes, span_str(bytes));
}

static void
names(void)
{
	struct secrets s;
	struct why why;
	char arg[128];

	CHECK(load(&s, NULL, NULL, NULL, &why) == 0 && s.n == 0);
	secrets_done(&s);
	CHECK(load(&s, file("a.key", "one"), NULL, NULL, &why) == 0);
	CHECK(is(&s, "a.key", "one"));
	secrets_done(&s);
	snprintf(arg, sizeof(arg), "git-hub.2=%s", file("b=c", "two"));
	CHECK(load(&s, arg, NULL, NULL, &why) == 0);
	CHECK(is(&s, "git-hub.2", "two"));
	secrets_done(&s);
	CHECK(load(&s, file("b=c", "two"), NULL, NULL, &why) == 0);
	CHECK(is(&s, "b=c", "two"));
	secrets_done(&s);
	setenv("HOOKLINE_TEST_SECRET", "three=3", 1);
	CHECK(load(&s, NULL, "HOOKLINE_TEST_SECRET", NULL, &why) == 0);
	CHECK(is(&s, "HOOKLINE_TEST_SECRET", "three=3"));
	secrets_done(&s);
	CHECK(load(&s, NULL, "x=HOOKLINE_TEST_SECRET", NULL, &why) == 0);
	CHECK(is(&s, "x", "three=3"));
	secrets_done(&s);
	CHECK_STR(said, "");
}

static void
descriptors(void)
{
	struct secrets s;
	struct why why;
	char arg[16], name[24];
	int p[2], fd = 77;		/* which nobody takes meanwhile */

	if (pipe(p) != 0 || write(p[1], "four", 4) != 4 ||
	    dup2(p[0], fd) != fd)
		perror("pipe");
	close(p[0]);
	close(p[1]);
	snprintf(arg, sizeof(arg), "%d", fd);
	snprintf(name, sizeof(name), "fd%d", fd);
	CHECK(load(&s, NULL, NULL, arg, &why) == 0 && is(&s, name, "four"));
	CHECK(reload(&s, &why) == 0 && is(&s, name, "four"));
	CHECK(close(fd) == -1);
	secrets_done(&s);
	CHECK(load(&s, NULL, NULL, arg, &why) == -1);
	CHECK(strstr(why.text, "Bad file descriptor") != NULL);
	CHECK(load(&s, NULL, NULL, "x", &why) == -1);
	CHECK_STR(why.text, "--secret-fd: x: not a descriptor's number");
}

static void
white_space(void)
{
	struct secrets s;
	struct why why;

	CHECK(load(&s, file("s", " \tfi ve\r\n"), NULL, NULL, &why) == 0);
	CHECK(is(&s, "s", "fi ve"));
	CHECK_STR(said,
	    "secret: secret s: the white space around it was left out\n");
	secrets_done(&s);
	CHECK(load(&s, file("p", "-----BEGIN X\n\n"), NULL, NULL, &why) == 0);
	CHECK(is(&s, "p", "-----BEGIN X"));
	CHECK_STR(said, "");
	secrets_done(&s);
}

static void
bad(void)
{
	struct secrets s;
	struct why why;
	char *big = malloc(SECRET_MAX + 2);

	CHECK(load(&s, file("e", " \n"), NULL, NULL, &why) == -1);
	CHECK_STR(why.text, "secret e: is empty");
	CHECK(why.status == STATUS_USAGE && s.n == 0);
	CHECK(load(&s, "/nonexistent/s", NULL, NULL, &why) == -1);
	CHECK_STR(why.text,
	    "secret s: /nonexistent/s: No such file or directory");
	CHECK(why.status == STATUS_USAGE);
	CHECK(load(&s, NULL, "HOOKLINE_NOT_SET", NULL, &why) == -1);
	CHECK_STR(why.text, "--secret-env: HOOKLINE_NOT_SET: is not set");
	memset(big, 'x', SECRET_MAX + 1);
	big[SECRET_MAX + 1] = '\0';
	CHECK(load(&s, file("big", big), NULL, NULL, &why) == -1);
	CHECK(strstr(why.text, "longer than 16384 bytes") != NULL);
	big[SECRET_MAX] = '\0';
	CHECK(load(&s, file("big", big), NULL, NULL, &why) == 0);
	CHECK(s.v[0].bytes.n == SECRET_MAX);
	secrets_done(&s);
	free(big);
}

/* Those read anew are no keys. */
static int
refuse(void *arg, struct why *why)
{
	CHECK(is(arg, "again", "third"));
	return why_set(why, STATUS_USAGE, "not so");
}

static void
again(void)
{
	struct secrets s;
	struct why why;
	const char *path = file("again", "before");

	CHECK(load(&s, path, NULL, NULL, &why) == 0);
	file("again", "after\n");
	CHECK(reload(&s, &why) == 0 && is(&s, "again", "after"));
	CHECK(strstr(said, "secret again: the white space ") != NULL);
	file("again", "third");
	CHECK(secrets_reload(&s, refuse, &s, &why) == -1 &&
	    is(&s, "again", "after"));
	CHECK_STR(why.text, "not so");
	file("again", "");
	CHECK(reload(&s, &why) == -1 && is(&s, "again", "after"));
	CHECK_STR(why.text, "secret again: is empty");
	unlink(path);
	CHECK(reload(&s, &why) == -1 && is(&s, "again", "after"));
	secrets_done(&s);
}

int
main(void)
{
	char command[64];

	say_init("secret");
	if (mkdtemp(dir) == NULL)
		perror(dir);
	names();
	descriptors();
	white_space();
	bad();
	again();
	snprintf(command, sizeof(command), "rm -r '%s'", dir);
	CHECK(system(command) == 0);
	return CHECK_DONE;
}
