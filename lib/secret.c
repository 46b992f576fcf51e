/* secret.c - secrets from files, variables and descriptors. */
#include <sys/stat.h>

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#include "buf.h"
#include "file.h"
#include "mac.h"
#include "say.h"
#include "secret.h"
#include "utf8.h"

#define AT(member) .offset = offsetof(struct secret_opts, member)

const struct opt secret_options[] = {
	{ .type = OPT_TYPE_LIST, .name = "secret-file",
	    .arg = "[NAME=]FILE", AT(files),
	    .help = "read a secret from this file",
	    .more = "White space around it does not count.\n"
		"Several secrets, from whichever source, are in force\n"
		"together.\n"
		"Of a secret that fits,\n"
		".Ar NAME\n"
		"is told, else the last part of\n"
		".Ar FILE ." },
	{ .type = OPT_TYPE_LIST, .name = "secret-env",
	    .arg = "[NAME=]VAR", AT(envs),
	    .help = "take a secret from this environment variable" },
	{ .type = OPT_TYPE_LIST, .name = "secret-fd", .arg = "N", AT(fds),
	    .help = "read a secret from this open descriptor" },
	{ .type = OPT_TYPE_REFUSED, .name = "secret",
	    .help = "arguments are seen by every user of this machine: use "
		"--secret-file, --secret-env or --secret-fd" },
	OPT_END
};

static int
no_memory(struct why *why)
{
	return why_set(why, STATUS_SOME, "out of memory");
}

/* ---- bytes ---- */

static void
wipe_bytes(struct span s)
{
	if (s.p != NULL)
		mac_wipe((void *)s.p, s.n);
	free((void *)s.p);
}

/* PEM is text that ends with a line: nothing to warn of. */
static int
is_pem(struct span s)
{
	return s.n > 11 && memcmp(s.p, "-----BEGIN ", 11) == 0;
}

/* *out: a copy of what is left without the white space. */
static int
take(const char *name, struct span raw, struct span *out, struct why *why)
{
	struct span s = span_strip(raw);
	char *copy;

	if (s.n == 0)
		return why_set(why, STATUS_USAGE, "secret %s: is empty",
		    name);
	copy = malloc(s.n);
	if (copy == NULL)
		return no_memory(why);
	if (s.n != raw.n && !is_pem(s))
		say_warn("secret %s: the white space around it was left out",
		    name);
	memcpy(copy, s.p, s.n);
	*out = span_of(copy, s.n);
	return 0;
}

/* fd -1: the file of that path. */
static int
take_file(const char *name, const char *path, int fd, struct span *out,
    struct why *why)
{
	struct buf b;
	struct why inner;
	int rc;

	buf_init(&b, SECRET_MAX);
	/* All at once: what grows leaves copies behind. */
	if (buf_room(&b, SECRET_MAX) == NULL)
		return no_memory(why);
	rc = fd == -1 ? file_read(&b, path, &inner) :
	    file_read_fd(&b, fd, path, &inner);
	rc = rc == 0 ? take(name, buf_span(&b), out, why) :
	    why_set(why, inner.status, "secret %s: %s", name, inner.text);
	mac_wipe_buf(&b);
	return rc;
}

/* ---- names ---- */

static int
is_name(struct span s)
{
	size_t i;

	for (i = 0; i < s.n; i++)
		if (strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTU"
		    "VWXYZ0123456789._-", s.p[i]) == NULL)
			return 0;
	return s.n > 0;
}

static const char *
last_part(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash != NULL && slash[1] != '\0' ? slash + 1 : path;
}

/* A name goes into event lines. */
static char *
own_name(struct span s, struct why *why)
{
	char *name;

	if (!utf8_valid(s)) {
		why_set(why, STATUS_USAGE, "secret %.*s: its name is not "
		    "UTF-8: give it one, as NAME=FILE", (int)s.n, s.p);
		return NULL;
	}
	name = strndup(s.p, s.n);
	if (name == NULL)
		no_memory(why);
	return name;
}

/* What stands behind NAME=, and the name in *name. */
static const char *
split(const char *text, struct span *name)
{
	const char *equals = strchr(text, '=');

	if (equals != NULL && equals[1] != '\0') {
		*name = span_of(text, (size_t)(equals - text));
		if (is_name(*name))
			return equals + 1;
	}
	*name = span_str(last_part(text));
	return text;
}

/* ---- one of each kind ---- */

static int
load_file(struct secret *s, const char *text, struct why *why)
{
	struct span name;

	s->path = split(text, &name);
	s->name = own_name(name, why);
	if (s->name == NULL)
		return -1;
	return take_file(s->name, s->path, -1, &s->bytes, why);
}

static int
load_env(struct secret *s, const char *text, struct why *why)
{
	struct span name;
	const char *variable = split(text, &name), *value;

	s->name = own_name(name, why);
	if (s->name == NULL)
		return -1;
	value = getenv(variable);
	if (value == NULL)
		return why_set(why, STATUS_USAGE,
		    "--secret-env: %s: is not set", variable);
	return take(s->name, span_str(value), &s->bytes, why);
}

static int
load_fd(struct secret *s, const char *text, struct why *why)
{
	char name[16] = "fd";
	char *end;
	long fd;
	int rc;

	errno = 0;
	fd = strtol(text, &end, 10);
	if (text[0] < '0' || text[0] > '9' || *end != '\0' || errno != 0 ||
	    fd > 65535)
		return why_set(why, STATUS_USAGE,
		    "--secret-fd: %s: not a descriptor's number", text);
	stpcpy(name + 2, text);
	s->name = own_name(span_str(name), why);
	if (s->name == NULL)
		return -1;
	rc = take_file(s->name, name, (int)fd, &s->bytes, why);
	/* Nobody who is started later shall have it. */
	if (rc == 0 && fd > STDERR_FILENO)
		close((int)fd);
	return rc;
}

static int
load_each(struct secrets *s, const struct opt_list *list,
    int (*load)(struct secret *, const char *, struct why *),
    struct why *why)
{
	size_t i;

	for (i = 0; i < list->n; i++)
		if (load(&s->v[s->n++], list->v[i], why) != 0)
			return -1;
	return 0;
}

/* ---- public ---- */

int
secrets_load(struct secrets *s, const struct secret_opts *o,
    struct why *why)
{
	size_t n = o->files.n + o->envs.n + o->fds.n;

	*s = (struct secrets){ NULL, 0 };
	if (n == 0)
		return 0;
	s->v = calloc(n, sizeof(*s->v));
	if (s->v == NULL)
		return no_memory(why);
	if (load_each(s, &o->files, load_file, why) == 0 &&
	    load_each(s, &o->envs, load_env, why) == 0 &&
	    load_each(s, &o->fds, load_fd, why) == 0)
		return 0;
	secrets_done(s);
	return -1;
}

/* A pipe, as <(...) of a shell makes, has no second reading. */
static int
is_regular(const char *path)
{
	struct stat st;

	return stat(path, &st) != 0 || S_ISREG(st.st_mode);
}

/* The bytes that were read, for those in force, and the other way round. */
static void
swap(struct secrets *s, struct span *fresh)
{
	size_t i;

	for (i = 0; i < s->n; i++) {
		struct span old = s->v[i].bytes;

		if (fresh[i].p == NULL)
			continue;
		s->v[i].bytes = fresh[i];
		fresh[i] = old;
	}
}

int
secrets_reload(struct secrets *s, int (*use)(void *, struct why *),
    void *arg, struct why *why)
{
	struct span *fresh = calloc(s->n + 1, sizeof(*fresh));
	int rc = 0;
	size_t i;

	if (fresh == NULL)
		return no_memory(why);
	for (i = 0; i < s->n && rc == 0; i++)
		if (s->v[i].path != NULL && is_regular(s->v[i].path))
			rc = take_file(s->v[i].name, s->v[i].path, -1,
			    &fresh[i], why);
	if (rc == 0) {
		swap(s, fresh);
		rc = use != NULL ? use(arg, why) : 0;
		if (rc != 0)
			swap(s, fresh);
	}
	for (i = 0; i < s->n; i++)
		wipe_bytes(fresh[i]);
	free(fresh);
	return rc;
}

void
secrets_done(struct secrets *s)
{
	size_t i;

	for (i = 0; i < s->n; i++) {
		wipe_bytes(s->v[i].bytes);
		free(s->v[i].name);
	}
	free(s->v);
	*s = (struct secrets){ NULL, 0 };
}
