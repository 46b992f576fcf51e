/* reader.c - the lines of one segment, while it is written or afterwards.
 *
 * Its writer holds a lock on it, so whoever gets one knows that there is no
 * more to come, and may cut what a crash has left at its end.  A line that
 * doesn't verify there was never acknowledged; one elsewhere was damaged.
 */
#include <sys/file.h>

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "spool/own.h"

#define STEP ((size_t)64 << 10)

int
spool_reader_open(struct spool_reader *r, int seg, const char *name)
{
	*r = (struct spool_reader){ .fd = -1 };
	buf_init(&r->buf, SIZE_MAX);
	r->fd = openat(seg, name, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
	if (r->fd == -1 && (errno == EACCES || errno == EROFS))
		r->fd = openat(seg, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	return r->fd == -1 ? -1 : 0;
}

void
spool_reader_close(struct spool_reader *r)
{
	if (r->fd != -1)
		close(r->fd);
	r->fd = -1;
	buf_done(&r->buf);
}

/* What was read is forgotten: the file may be shorter now. */
static void
look_again(struct spool_reader *r)
{
	buf_trim(&r->buf, 0);
	r->looked = 0;
}

/* 1: it has ended just now. */
static int
ends(struct spool_reader *r)
{
	if (r->ended || flock(r->fd, LOCK_EX | LOCK_NB) == -1)
		return 0;
	r->ended = 1;
	(void)spool_cut(r->fd);
	flock(r->fd, LOCK_UN);
	look_again(r);
	return 1;
}

int
spool_reader_has_ended(struct spool_reader *r)
{
	return ends(r) || r->ended;
}

/* 1: there is more; 0: not now; -1. */
static int
read_more(struct spool_reader *r)
{
	char *room = buf_room(&r->buf, STEP);
	ssize_t n;

	if (room == NULL) {
		errno = ENOMEM;
		return -1;
	}
	do
		n = pread(r->fd, room, STEP, r->at + (off_t)r->buf.n);
	while (n == -1 && errno == EINTR);
	if (n > 0)
		buf_took(&r->buf, (size_t)n);
	return n > 0 ? 1 : (int)n;
}

/* The next whole line is at the beginning of the buffer; 0, or as above. */
static int
find_line(struct spool_reader *r, size_t *n)
{
	const char *nl;
	int more;

	for (;;) {
		nl = r->looked == r->buf.n ? NULL : memchr(r->buf.p +
		    r->looked, '\n', r->buf.n - r->looked);
		if (nl != NULL) {
			*n = (size_t)(nl - r->buf.p);
			return 1;
		}
		r->looked = r->buf.n;
		if ((more = read_more(r)) != 1)
			return more;
	}
}

static void
take(struct spool_reader *r, size_t n)
{
	buf_drop(&r->buf, n + 1);
	r->start = r->at;
	r->at += (off_t)n + 1;
	r->looked = 0;
	r->number++;
}

/* The bytes stay where they are until more are read. */
enum spool_got
spool_reader_next(struct spool_reader *r, struct span *line, int mend)
{
	char *p;
	size_t n = 0;
	int found;

	do {
		found = find_line(r, &n);
		if (found == 1) {
			p = r->buf.p;
			if (spool_unseal(p, n, line) == 0) {
				take(r, n);
				return SPOOL_LINE;
			}
		}
		/* Is it the end of it, or will the rest come? */
	} while (found != -1 && mend && ends(r));
	if (found != 1)
		return found == 0 ? SPOOL_NONE : SPOOL_ERROR;
	*line = span_of(r->buf.p, n);
	take(r, n);
	return SPOOL_BAD;
}
