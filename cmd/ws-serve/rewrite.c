/* rewrite.c - a file written anew beside itself. */
#include <sys/file.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "buf.h"
#include "file.h"
#include "rewrite.h"

#define PIECE ((size_t)64 * 1024)	/* of one write */
#define MAX_APPENDED ((size_t)64 << 20)

struct line {
	struct block *block;
	struct span text;
};

struct rewrite {
	const char *path;
	char *name;			/* of the new one */
	loop_fn done;
	void *arg;
	struct loop_work *work;
	struct line *lines;
	size_t n, cap, size;
	struct buf appended;
	int fd, old_fd;			/* or -1 */
	int error;			/* errno, or 0 */
	int running, freed;
};

/* ---- in the other thread ---- */

static int
put(struct rewrite *r, struct buf *b, size_t atleast)
{
	if (b->n < atleast)
		return 0;
	if (file_write(r->fd, buf_span(b), NULL) == -1)
		return -1;
	r->size += b->n;
	buf_clear(b);
	return 0;
}

static int
write_all(struct rewrite *r)
{
	struct buf b;
	size_t i;
	int rc = 0;

	r->fd = open(r->name, O_RDWR | O_APPEND | O_CREAT | O_TRUNC |
	    O_CLOEXEC, 0600);
	if (r->fd == -1 || flock(r->fd, LOCK_EX | LOCK_NB) == -1)
		return -1;
	buf_init(&b, SIZE_MAX);
	for (i = 0; i < r->n && rc == 0; i++) {
		if (buf_add(&b, r->lines[i].text) == -1 ||
		    buf_addc(&b, '\n') == -1) {
			errno = ENOMEM;
			rc = -1;
		} else {
			rc = put(r, &b, PIECE);
		}
	}
	if (rc == 0)
		rc = put(r, &b, 1) == -1 || fdatasync(r->fd) == -1 ? -1 : 0;
	buf_done(&b);
	return rc;
}

static void
run(void *arg)
{
	struct rewrite *r = arg;

	r->error = write_all(r) == -1 ? errno : 0;
}

/* ---- on the loop ---- */

static void
destroy(struct rewrite *r)
{
	size_t i;

	if (r->fd != -1) {
		unlink(r->name);
		close(r->fd);
	}
	if (r->old_fd != -1)
		close(r->old_fd);
	for (i = 0; i < r->n; i++)
		block_unref(r->lines[i].block);
	buf_done(&r->appended);
	loop_work_free(r->work);
	free(r->lines);
	free(r->name);
	free(r);
}

static void
on_done(void *arg)
{
	struct rewrite *r = arg;

	r->running = 0;
	if (r->freed)
		destroy(r);
	else
		r->done(r->arg);
}

struct rewrite *
rewrite_new(struct loop *loop, const char *path, loop_fn done, void *arg)
{
	struct rewrite *r = calloc(1, sizeof(*r));

	if (r == NULL)
		return NULL;
	r->path = path;
	r->done = done;
	r->arg = arg;
	r->fd = r->old_fd = -1;
	buf_init(&r->appended, MAX_APPENDED);
	r->work = loop_work_new(loop, run, on_done, r);
	if (r->work != NULL && asprintf(&r->name, "%s.new", path) != -1)
		return r;
	r->name = NULL;
	destroy(r);
	return NULL;
}

int
rewrite_share(struct rewrite *r, struct block *block, struct span line)
{
	size_t cap = r->cap > 0 ? 2 * r->cap : 1024;
	struct line *lines;

	if (r->n == r->cap) {
		lines = reallocarray(r->lines, cap, sizeof(*lines));
		if (lines == NULL)
			return -1;
		r->lines = lines;
		r->cap = cap;
	}
	r->lines[r->n++] = (struct line){ block_ref(block), line };
	return 0;
}

int
rewrite_copy(struct rewrite *r, struct span line)
{
	struct block *block = block_new(line.n);
	int rc;

	if (block == NULL)
		return -1;
	block_add(block, line);
	rc = rewrite_share(r, block, span_of(block->data, line.n));
	block_unref(block);
	return rc;
}

void
rewrite_start(struct rewrite *r)
{
	r->running = 1;
	loop_work_start(r->work);
}

/* The first that finds no room is one too many. */
void
rewrite_append(struct rewrite *r, struct span lines)
{
	if (r->appended.max > 0 && buf_add(&r->appended, lines) == -1) {
		buf_done(&r->appended);
		buf_init(&r->appended, 0);
	}
}

int
rewrite_end(struct rewrite *r, int *fd, size_t *size)
{
	if (r->error == 0 && r->appended.max == 0)
		r->error = ENOMEM;
	errno = r->error;
	if (r->error != 0 ||
	    file_write(r->fd, buf_span(&r->appended), NULL) == -1 ||
	    rename(r->name, r->path) == -1)
		return -1;
	*fd = r->fd;
	*size = r->size + r->appended.n;
	r->fd = -1;
	return 0;
}

void
rewrite_free(struct rewrite *r, int fd)
{
	if (r == NULL) {
		if (fd != -1)
			close(fd);
		return;
	}
	r->old_fd = fd;
	r->freed = 1;
	if (!r->running)
		destroy(r);
}
