/* folder.c - the folder, and the names in it. */
#include <sys/stat.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "spool/own.h"

#define SUFFIX ".ndjson"
#define START_DIGITS 16

/* ---- the folder ---- */

/* A new name is only safe once the folder that holds it is on disk. */
static int
make_folder(int at, const char *path, int parent)
{
	int e, fd;

	if (mkdirat(at, path, 0700) != 0)
		return errno == EEXIST ? 0 : -1;
	fd = openat(at, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd == -1)
		return -1;
	if (parent == -1) {
		parent = openat(fd, "..", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		e = parent != -1 ? fsync(parent) : -1;
		close(parent);
	} else {
		e = fsync(parent);
	}
	close(fd);
	return e;
}

static int
enter(int at, const char *path, int parent, int make)
{
	if (make && make_folder(at, path, parent) != 0)
		return -1;
	return openat(at, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

int
spool_folder_open(struct spool_folder *f, const char *dir, int make,
    struct why *why)
{
	f->seg = -1;
	f->dir = enter(AT_FDCWD, dir, -1, make);
	if (f->dir != -1)
		f->seg = enter(f->dir, "seg", f->dir, make);
	if (f->seg != -1)
		return 0;
	why_errno(why, STATUS_USAGE, dir);
	spool_folder_close(f);
	return -1;
}

void
spool_folder_close(struct spool_folder *f)
{
	if (f->dir != -1)
		close(f->dir);
	if (f->seg != -1)
		close(f->seg);
	f->dir = f->seg = -1;
}

/* ---- names ---- */

/* <digits>, or NULL. */
static const char *
number(const char *p)
{
	const char *start = p;

	while (*p >= '0' && *p <= '9')
		p++;
	return p > start ? p : NULL;
}

int
spool_name_start(const char *name, int64_t *start)
{
	const char *p = number(name);

	if (p != name + START_DIGITS || *p++ != '-' ||
	    (p = number(p)) == NULL || *p++ != '-' ||
	    (p = number(p)) == NULL || strcmp(p, SUFFIX) != 0 ||
	    strlen(name) >= SPOOL_NAME_SIZE)
		return 0;
	*start = strtoll(name, NULL, 10);
	return 1;
}

static int
add(struct spool_names *names, const char *name)
{
	size_t cap = names->cap == 0 ? 64 : names->cap * 2;
	char (*v)[SPOOL_NAME_SIZE];

	if (names->n == names->cap) {
		v = realloc(names->v, cap * sizeof(*v));
		if (v == NULL)
			return -1;
		names->v = v;
		names->cap = cap;
	}
	memcpy(names->v[names->n++], name, strlen(name) + 1);
	return 0;
}

/* By <start>, <pid>, <n>: all numbers. */
static int
compare(const void *a, const void *b)
{
	return strverscmp(a, b);
}

DIR *
spool_entries(int seg)
{
	int fd = openat(seg, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *d = fd != -1 ? fdopendir(fd) : NULL;

	if (d == NULL && fd != -1)
		close(fd);
	return d;
}

int
spool_names_read(struct spool_names *names, int seg)
{
	DIR *d = spool_entries(seg);
	struct dirent *e;
	int64_t start;
	int error;

	names->n = 0;
	if (d == NULL)
		return -1;
	do {
		errno = 0;
		e = readdir(d);
	} while (e != NULL && (!spool_name_start(e->d_name, &start) ||
	    add(names, e->d_name) == 0));
	error = errno;
	closedir(d);
	if (names->n > 0)
		qsort(names->v, names->n, sizeof(*names->v), compare);
	errno = error;
	return error == 0 ? 0 : -1;
}

void
spool_names_done(struct spool_names *names)
{
	free(names->v);
	*names = (struct spool_names){ 0 };
}
