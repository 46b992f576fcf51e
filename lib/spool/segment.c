/* segment.c - the segment that is written to.
 *
 * A batch is on disk whole, or is taken back.  Where a part of one may have
 * been read already by a consumer, the segment is ended, so that nothing else
 * is ever found at that place.
 *
 * A failed fdatasync is final: the kernel then may have dropped the pages and
 * cleared the error, so that the next one would succeed without them
 * (https://lwn.net/Articles/752063/).
 */
#include <sys/file.h>
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"
#include "file.h"
#include "spool/own.h"

#define STEP ((off_t)4 << 20)	/* of disk, reserved at a time */
#define TRIES 8			/* at a name */

/* ---- errors ---- */

/* There may be room, memory or a descriptor next time. */
static int
passes(int error)
{
	return error == ENOSPC || error == EDQUOT || error == ENOMEM ||
	    error == EMFILE || error == ENFILE || error == EINTR ||
	    error == EAGAIN;
}

/* Keeps errno. */
static int
failed(struct spool_segment *s, const char *what, struct why *why)
{
	int error = errno;

	why_errno(why, STATUS_SOME, what);
	if (!passes(error)) {
		s->broken = 1;
		s->broke = *why;
	}
	return -1;
}

/* ---- beginning ---- */

/* Later than any that is there: the clock may have been set back. */
static int64_t
next_start(struct spool_segment *s)
{
	struct spool_names names = { 0 };
	int64_t now = clock_wall_us(), last;

	if (spool_names_read(&names, s->folder.seg) == 0 && names.n > 0 &&
	    spool_name_start(names.v[names.n - 1], &last) && last >= now)
		now = last + 1;
	spool_names_done(&names);
	return now > s->start ? now : s->start + 1;
}

/* Where the file system can't promise, a name with the time, the process and
 * a number is new all the same. */
static int
rename_new(int dir, const char *from, const char *to)
{
	if (renameat2(dir, from, dir, to, RENAME_NOREPLACE) == 0)
		return 0;
	if (errno != EINVAL && errno != ENOSYS)
		return -1;
	return renameat(dir, from, dir, to);
}

/* A locked file of that name; or -1.  From its first moment until the lock,
 * somebody who mends may take it for a crash's: then it is gone, or locked. */
static int
make(int seg, const char *name)
{
	char hidden[SPOOL_NAME_SIZE + 1];
	int fd, error;

	snprintf(hidden, sizeof(hidden), ".%s", name);
	fd = openat(seg, hidden, O_RDWR | O_CREAT | O_EXCL | O_APPEND |
	    O_CLOEXEC, 0600);
	if (fd == -1)
		return -1;
	if (flock(fd, LOCK_EX | LOCK_NB) == 0 &&
	    rename_new(seg, hidden, name) == 0)
		return fd;
	error = errno;
	unlinkat(seg, hidden, 0);
	close(fd);
	errno = error;
	return -1;
}

static int
make_new(struct spool_segment *s)
{
	int i, fd = -1;

	for (i = 0; i < TRIES && fd == -1; i++) {
		s->start = next_start(s);
		snprintf(s->name, sizeof(s->name),
		    "%016" PRId64 "-%ld-%llu.ndjson", s->start,
		    (long)getpid(), s->count + 1);
		fd = make(s->folder.seg, s->name);
		if (fd == -1 && errno != EEXIST && errno != ENOENT &&
		    errno != EWOULDBLOCK)
			break;
	}
	return fd;
}

/* What was reserved and not used is given back. */
static void
end(struct spool_segment *s)
{
	if (s->fd == -1)
		return;
	if (s->size == 0)
		unlinkat(s->folder.seg, s->name, 0);
	else if (s->reserved > s->size)
		(void)!ftruncate(s->fd, s->size);
	close(s->fd);
	s->fd = -1;
}

/* Ends the one before only once there is a new one: while no new one can be
 * begun, that one may grow. */
static int
begin(struct spool_segment *s)
{
	char before[SPOOL_NAME_SIZE];
	int fd;

	memcpy(before, s->name, sizeof(before));
	fd = make_new(s);
	if (fd != -1 && fsync(s->folder.seg) == -1) {
		unlinkat(s->folder.seg, s->name, 0);
		close(fd);
		fd = -1;
	}
	if (fd == -1) {
		memcpy(s->name, before, sizeof(before));
		return -1;
	}
	end(s);
	s->fd = fd;
	s->count++;
	s->size = s->reserved = 0;
	return 0;
}

/* ---- writing ---- */

/* So that a full disk is known before anything was written.  File systems
 * that can't reserve tell it by a short write. */
static int
reserve(struct spool_segment *s, size_t n)
{
	off_t want = s->size + (off_t)n, ahead = want + STEP;

	if (want <= s->reserved)
		return 0;
	if (fallocate(s->fd, FALLOC_FL_KEEP_SIZE, s->size,
	    ahead - s->size) == 0)
		s->reserved = ahead;
	else if (fallocate(s->fd, FALLOC_FL_KEEP_SIZE, s->size,
	    want - s->size) == 0)
		s->reserved = want;
	else if (errno != EOPNOTSUPP && errno != ENOSYS && errno != EINTR)
		return -1;
	return 0;
}

/* The lines since s->size, some of which are written, won't be. */
static void
take_back(struct spool_segment *s)
{
	int error = errno;

	if (ftruncate(s->fd, s->size) == -1) {
		/* Nor must its reader take them for good. */
		s->broken = 1;
		why_errno(&s->broke, STATUS_SOME, "cutting a segment");
	}
	end(s);
	errno = error;
}

static int
append(struct spool_segment *s, struct span lines, struct why *why)
{
	size_t n;

	if (reserve(s, lines.n) == -1)
		return failed(s, "reserving disk", why);
	if (file_write(s->fd, lines, &n) == -1) {
		if (n > 0)
			take_back(s);
		return failed(s, "writing", why);
	}
	if (fdatasync(s->fd) == -1) {
		take_back(s);
		return failed(s, "fdatasync", why);
	}
	s->size += (off_t)lines.n;
	return 0;
}

/* ---- for the writer ---- */

int
spool_segment_open(struct spool_segment *s, const char *dir, struct why *why)
{
	*s = (struct spool_segment){ .fd = -1 };
	if (spool_folder_open(&s->folder, dir, 1, why) == -1)
		return -1;
	spool_mend(&s->folder);
	if (begin(s) == 0 || passes(errno))
		return 0;
	why_errno(why, STATUS_USAGE, dir);
	spool_segment_close(s);
	return -1;
}

int
spool_segment_write(struct spool_segment *s, struct span lines,
    struct why *why)
{
	if (s->broken) {
		*why = s->broke;
		return -1;
	}
	if ((s->fd == -1 || s->size >= (off_t)SPOOL_SEGMENT) &&
	    begin(s) == -1 && s->fd == -1)
		return failed(s, "beginning a segment", why);
	return append(s, lines, why);
}

void
spool_segment_close(struct spool_segment *s)
{
	end(s);
	spool_folder_close(&s->folder);
}
