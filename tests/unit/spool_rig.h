/* spool_rig.h - what the tests of the spool share: a folder of their own, a
 * writer that is run until all is settled, and what is on disk then. */
#ifndef HOOKLINE_TESTS_SPOOL_RIG_H
#define HOOKLINE_TESTS_SPOOL_RIG_H

#include <sys/stat.h>

#include <dirent.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdlib.h>
#include <unistd.h>

#include "check.h"
#include "file.h"
#include "spool.h"
#include "spool/own.h"

struct rig {
	char dir[64], seg[72];
	struct loop *loop;
	struct spool_writer *writer;
	struct why why;
	int rooms, taken, refused;	/* calls */
	uint64_t lines_taken, lines_refused, told;
};

static int
rig_remove(const char *path, const struct stat *st, int kind, struct FTW *ftw)
{
	(void)st;
	(void)kind;
	(void)ftw;
	return remove(path);
}

static void
rig_stop(void *arg)
{
	loop_stop(arg);
}

static void
rig_settled(struct rig *r, uint64_t *lines)
{
	*lines += spool_settled(r->writer) - r->told;
	r->told = spool_settled(r->writer);
	if (r->told == spool_position(r->writer))
		loop_stop(r->loop);
}

static void
rig_room(void *arg)
{
	struct rig *r = arg;

	r->rooms++;
}

static void
rig_taken(void *arg)
{
	struct rig *r = arg;

	r->taken++;
	rig_settled(r, &r->lines_taken);
}

static void
rig_refused(void *arg, const struct why *why)
{
	struct rig *r = arg;

	r->refused++;
	r->why = *why;
	rig_settled(r, &r->lines_refused);
}

static const struct spool_writer_user rig_user = { rig_room, rig_taken,
	rig_refused, NULL };

static inline struct spool_writer *
rig_writer(struct rig *r)
{
	r->told = 0;
	r->writer = spool_writer_new(r->loop, r->dir, &rig_user, r, &r->why);
	return r->writer;
}

/* A folder that isn't there yet, in that one. */
static inline void
rig_init_in(struct rig *r, const char *tmp)
{
	*r = (struct rig){ .loop = loop_new(NULL) };
	snprintf(r->dir, sizeof(r->dir), "%s/hookline-spool-XXXXXX", tmp);
	CHECK(mkdtemp(r->dir) != NULL && rmdir(r->dir) == 0);
	snprintf(r->seg, sizeof(r->seg), "%s/seg", r->dir);
}

static inline void
rig_init(struct rig *r)
{
	rig_init_in(r, "/tmp");
}

/* In memory where that can be had: for tests that synchronise often. */
static inline void
rig_init_quick(struct rig *r)
{
	rig_init_in(r, access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp");
}

static inline void
rig_done(struct rig *r)
{
	spool_writer_free(r->writer);
	loop_free(r->loop);
	nftw(r->dir, rig_remove, 16, FTW_DEPTH | FTW_PHYS);
}

/* Until all that was put is settled. */
static inline void
rig_run(struct rig *r)
{
	struct loop_timer *t = loop_timer_new(r->loop, rig_stop, r->loop);

	loop_timer_set(t, 30000);
	while (spool_settled(r->writer) != spool_position(r->writer) &&
	    loop_timer_active(t))
		loop_run(r->loop);
	CHECK(spool_settled(r->writer) == spool_position(r->writer));
	loop_timer_free(t);
}

static inline int
rig_put(struct rig *r, int number)
{
	char event[64];

	snprintf(event, sizeof(event), "{\"number\":%d}", number);
	return spool_put(r->writer, span_str(event));
}

/* The segments' names, in order. */
static inline struct spool_names
rig_names(struct rig *r)
{
	struct spool_names names = { 0 };
	int fd = open(r->seg, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	CHECK(fd != -1 && spool_names_read(&names, fd) == 0);
	close(fd);
	return names;
}

static inline void
rig_path(const struct rig *r, const char *name, char path[160])
{
	snprintf(path, 160, "%s/%s", r->seg, name);
}

/* All segments' bytes, one after the other; buf_done is the caller's. */
static inline struct buf
rig_bytes(struct rig *r)
{
	struct spool_names names = rig_names(r);
	struct buf b;
	char path[160];
	size_t i;

	buf_init(&b, SIZE_MAX);
	for (i = 0; i < names.n; i++) {
		rig_path(r, names.v[i], path);
		CHECK(file_read(&b, path, NULL) == 0);
	}
	spool_names_done(&names);
	return b;
}

/* Do the lines on disk hold these numbers, from 0 on, and nothing else? */
static inline int
rig_holds(struct rig *r, int count)
{
	struct buf b = rig_bytes(r);
	char *p = b.p, *nl, want[64];
	struct span event;
	int i, ok = 1;

	for (i = 0; i < count && ok; i++) {
		nl = memchr(p, '\n', (size_t)(b.p + b.n - p));
		snprintf(want, sizeof(want), "{\"number\":%d}", i);
		ok = nl != NULL &&
		    spool_unseal(p, (size_t)(nl - p), &event) == 0 &&
		    span_eq(event, span_str(want));
		p = nl + 1;
	}
	ok = ok && p == b.p + b.n;
	buf_done(&b);
	return ok;
}

#endif
