/* tail.c - what a crash leaves behind.
 *
 * A writer that is killed, or a machine that loses power, leaves the end of
 * its last batch: lines cut short, or blocks that were never filled.  None of
 * it was acknowledged, as that takes an fdatasync of all of it.
 */
#include <sys/file.h>
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "spool/own.h"

#define WINDOW ((off_t)64 << 10)
#define BLOCK 512		/* st_blocks counts these */

/* The bytes of a file from `from` to `to`.  -1: errno. */
static int
read_part(struct buf *b, int fd, off_t from, off_t to)
{
	char *room;
	ssize_t n;

	buf_clear(b);
	room = buf_room(b, (size_t)(to - from));
	if (room == NULL) {
		errno = ENOMEM;
		return -1;
	}
	while (from < to) {
		n = pread(fd, room, (size_t)(to - from), from);
		if (n == 0)
			break;		/* it became shorter: not by us */
		if (n == -1 && errno != EINTR)
			return -1;
		if (n > 0) {
			buf_took(b, (size_t)n);
			room += n;
			from += n;
		}
	}
	return 0;
}

/* Behind the last good line of the bytes that wholly lies in them; 0 if there
 * is none.  Where they are not a file's beginning, what is before their first
 * line feed is a line's end only. */
static size_t
good(struct span s, int is_beginning)
{
	const char *nl, *before;
	struct span line;

	while (s.n > 0 && (nl = memrchr(s.p, '\n', s.n)) != NULL) {
		s.n = (size_t)(nl - s.p);
		before = memrchr(s.p, '\n', s.n);
		if (before == NULL && !is_beginning)
			return 0;
		line = before == NULL ? s : span_of(before + 1,
		    (size_t)(nl - before - 1));
		if (spool_is_sealed(line))
			return s.n + 1;
	}
	return 0;
}

/* The length up to the end of the last good line; or -1. */
static off_t
good_length(int fd, off_t size)
{
	struct buf b;
	off_t window = WINDOW, from = -1, end = 0;
	int e;

	buf_init(&b, SIZE_MAX);
	do {
		from = size > window ? size - window : 0;
		e = read_part(&b, fd, from, size);
		if (e == 0)
			end = (off_t)good(buf_span(&b), from == 0);
		window *= 2;
	} while (e == 0 && end == 0 && from > 0);
	buf_done(&b);
	return e == 0 ? (end == 0 ? 0 : from + end) : -1;
}

off_t
spool_cut(int fd)
{
	struct stat st;
	off_t end;

	if (fstat(fd, &st) == -1 || (end = good_length(fd, st.st_size)) == -1)
		return -1;
	if (end == st.st_size && st.st_blocks * BLOCK <= end + WINDOW)
		return end;
	if (ftruncate(fd, end) == -1 || fdatasync(fd) == -1)
		return -1;
	return end;
}

/* A segment that is being made has a dot before its name, and is locked but
 * for its first moment: its maker knows what it means if it is gone then. */
static void
mend_one(int seg, const char *name)
{
	int64_t start;
	int fd;

	if (!spool_name_start(name + (*name == '.'), &start))
		return;
	fd = openat(seg, name, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
	if (fd == -1)
		return;
	if (flock(fd, LOCK_EX | LOCK_NB) == 0 &&
	    (*name == '.' || spool_cut(fd) == 0))
		unlinkat(seg, name, 0);
	close(fd);
}

void
spool_mend(const struct spool_folder *f)
{
	DIR *d = spool_entries(f->seg);
	struct dirent *e;

	if (d == NULL)
		return;
	while ((e = readdir(d)) != NULL)
		mend_one(f->seg, e->d_name);
	closedir(d);
}
