/* list.c - a look at a spool, from outside.
 *
 * A segment may be moved or deleted meanwhile: then its lines are done, or
 * are kept elsewhere.
 */
#include <sys/file.h>

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "spool/parts.h"
#include "spool/state.h"

struct spool_list {
	enum spool_what what;
	struct spool_folder folder;
	int done;		/* DIR/done, or -1 */
	struct spool_parts parts;
	size_t at;		/* of the parts, or n: all were told */
	int in;			/* the folder they are in */
	struct spool_reader dead;
};

static int
read_parts(struct spool_list *l, int in, int state)
{
	parts_done(&l->parts);
	l->at = 0;
	l->in = in;
	return parts_scan(&l->parts, in) == -1 ||
	    state_read(state, &l->parts) == -1 ? -1 : 0;
}

static int
start(struct spool_list *l)
{
	if (l->what == SPOOL_DEAD)
		return spool_reader_open(&l->dead, l->folder.dir,
		    "dead.ndjson") == -1 && errno != ENOENT ? -1 : 0;
	if (l->what == SPOOL_DUE)
		return read_parts(l, l->folder.seg, l->folder.dir);
	l->done = openat(l->folder.dir, "done", O_RDONLY | O_DIRECTORY |
	    O_CLOEXEC);
	return l->done != -1 ? read_parts(l, l->done, l->done) :
	    errno != ENOENT ? -1 :
	    read_parts(l, l->folder.seg, l->folder.dir);
}

struct spool_list *
spool_list_new(const char *dir, enum spool_what what, struct why *why)
{
	struct spool_list *l = calloc(1, sizeof(*l));

	if (l == NULL) {
		why_set(why, STATUS_SOME, "out of memory");
		return NULL;
	}
	l->what = what;
	l->done = l->dead.fd = l->folder.dir = l->folder.seg = -1;
	if (spool_folder_open(&l->folder, dir, 0, why) == 0) {
		if (start(l) == 0)
			return l;
		why_errno(why, STATUS_USAGE, dir);
	}
	spool_list_free(l);
	return NULL;
}

void
spool_list_free(struct spool_list *l)
{
	if (l == NULL)
		return;
	parts_done(&l->parts);
	spool_reader_close(&l->dead);
	if (l->done != -1)
		close(l->done);
	spool_folder_close(&l->folder);
	free(l);
}

static int
is_wanted(const struct spool_list *l, const struct spool_part *p)
{
	enum spool_fate fate = part_fate(p, p->reader.number);

	if (l->what == SPOOL_DUE)
		return fate == FATE_NONE;
	return fate == FATE_DONE || (fate == FATE_NONE && l->in == l->done);
}

/* The next line of a part that is wanted: 1; 0: it has none; -1: errno. */
static int
next_in(struct spool_list *l, struct spool_part *p, struct span *event)
{
	if (p->reader.fd == -1 &&
	    spool_reader_open(&p->reader, l->in, p->name) == -1)
		return errno == ENOENT ? 0 : -1;
	for (;;)
		switch (spool_reader_next(&p->reader, event, 0)) {
		case SPOOL_LINE:
			if (is_wanted(l, p))
				return 1;
			break;
		case SPOOL_BAD:
			break;
		case SPOOL_NONE:
			return 0;
		case SPOOL_ERROR:
			return -1;
		}
}

/* These have no crc. */
static int
next_dead(struct spool_list *l, struct span *event)
{
	if (l->dead.fd == -1)
		return 0;
	switch (spool_reader_next(&l->dead, event, 0)) {
	case SPOOL_NONE:
		return 0;
	case SPOOL_ERROR:
		return -1;
	default:
		return 1;
	}
}

static int
next(struct spool_list *l, struct span *event)
{
	int got;

	if (l->what == SPOOL_DEAD)
		return next_dead(l, event);
	for (;;) {
		for (; l->at < l->parts.n; l->at++) {
			got = next_in(l, l->parts.v[l->at], event);
			if (got != 0)
				return got;
			spool_reader_close(&l->parts.v[l->at]->reader);
		}
		if (l->what == SPOOL_DUE || l->in == l->folder.seg)
			return 0;
		if (read_parts(l, l->folder.seg, l->folder.dir) == -1)
			return -1;
	}
}

int
spool_list_next(struct spool_list *l, struct span *event, struct why *why)
{
	int got = next(l, event);

	if (got == -1)
		why_errno(why, STATUS_SOME, l->what == SPOOL_DEAD ?
		    "dead.ndjson" : l->at < l->parts.n ?
		    l->parts.v[l->at]->name : "seg");
	return got;
}

/* ---- deleting ---- */

/* Emptied, not deleted: a consumer may be about to add to it. */
static int
purge_dead(int dir)
{
	int fd = openat(dir, "dead.ndjson", O_RDWR | O_CLOEXEC);
	int ret;

	if (fd == -1)
		return errno == ENOENT ? 0 : -1;
	ret = flock(fd, LOCK_EX) == -1 ? -1 : ftruncate(fd, 0);
	close(fd);
	return ret;
}

static int
purge_done(int dir)
{
	int ret = 0, done = openat(dir, "done", O_RDONLY | O_DIRECTORY |
	    O_CLOEXEC);
	struct dirent *e;
	DIR *d;

	if (done == -1)
		return errno == ENOENT ? 0 : -1;
	d = spool_entries(done);
	while (d != NULL && (e = readdir(d)) != NULL)
		if (*e->d_name != '.' && unlinkat(done, e->d_name, 0) == -1)
			ret = -1;
	if (d != NULL)
		closedir(d);
	close(done);
	return d == NULL ? -1 : ret;
}

int
spool_purge(const char *dir, enum spool_what what, struct why *why)
{
	struct spool_folder f;
	int ret;

	if (spool_folder_open(&f, dir, 0, why) == -1)
		return -1;
	ret = what == SPOOL_DEAD ? purge_dead(f.dir) : purge_done(f.dir);
	if (ret == -1)
		why_errno(why, STATUS_SOME, dir);
	spool_folder_close(&f);
	return ret;
}
