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

static int
open_folder(int at, const char *path)
{
	return openat(at, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

/* A new name is only safe once the folder that holds it is on disk.  One that
 * was there and lies where we may not look is whoever's made it to see to. */
static int
sync_parent(int dir, int made)
{
	int e, parent = open_folder(dir, "..");

	if (parent == -1)
		return made || errno != EACCES ? -1 : 0;
	e = fsync(parent);
	close(parent);
	return e;
}

/* Without its seg it may be one of which a kill has left no more than the
 * name. */
static int
make_folder(const char *dir)
{
	int e = 0, fd, made = mkdir(dir, 0700) == 0;

	if (!made && errno != EEXIST)
		return -1;
	fd = open_folder(AT_FDCWD, dir);
	if (fd == -1)
		return -1;
	if (made || faccessat(fd, "seg", F_OK, 0) != 0)
		e = sync_parent(fd, made);
	if (e == 0 && mkdirat(fd, "seg", 0700) != 0 && errno != EEXIST)
		e = -1;
	/* Nor is seg known to be on disk where it is there. */
	if (e == 0)
		e = fsync(fd);
	close(fd);
	return e;
}

int
spool_folder_open(struct spool_folder *f, const char *dir, int make,
    struct why *why)
{
	f->dir = f->seg = -1;
	if (!make || make_folder(dir) == 0)
		f->dir = open_folder(AT_FDCWD, dir);
	if (f->dir != -1)
		f->seg = open_folder(f->dir, "seg");
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
