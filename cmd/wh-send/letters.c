/* letters.c - the dead-letter file. */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "file.h"
#include "letters.h"

/* Letters, and the results that wait for them; both with line feeds. */
struct batch {
	struct buf letters, results;
};

struct letters {
	struct loop *loop;
	const char *path;
	const struct letters_user *user;
	void *arg;
	struct loop_task task;
	struct loop_work *work;
	struct batch next;
	int writing, freed, was_full;
	/* The thread's while writing. */
	struct batch batch;
	int error;			/* an errno, or 0 */
};

static int
open_file(const char *path)
{
	return open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
}

/* ---- in the thread ---- */

/* Opened anew for each batch: it may have been moved away, and after a failed
 * fdatasync nothing is said of pages that the kernel has dropped. */
static void
run(void *arg)
{
	struct letters *l = arg;
	int fd = open_file(l->path);

	l->error = 0;
	if (fd == -1 || file_append(fd, buf_span(&l->batch.letters)) == -1)
		l->error = errno;
	if (fd != -1)
		close(fd);
}

/* ---- on the loop ---- */

static void
batch_init(struct batch *b)
{
	buf_init(&b->letters, SIZE_MAX);
	buf_init(&b->results, SIZE_MAX);
}

static void
destroy(struct letters *l)
{
	loop_work_free(l->work);
	buf_done(&l->next.letters);
	buf_done(&l->next.results);
	buf_done(&l->batch.letters);
	buf_done(&l->batch.results);
	free(l);
}

static void
begin(void *arg)
{
	struct letters *l = arg;
	struct batch spare = l->batch;

	if (l->writing || l->next.letters.n == 0)
		return;
	l->batch = l->next;
	l->next = spare;
	l->writing = 1;
	loop_work_start(l->work);
}

static void
tell(struct letters *l)
{
	struct span rest = buf_span(&l->batch.results), line;
	struct why why;

	if (l->error != 0) {
		errno = l->error;
		why_errno(&why, STATUS_SOME, l->path);
	}
	while (rest.n > 0 && !l->freed) {
		line = span_of(rest.p, (size_t)((const char *)memchr(rest.p,
		    '\n', rest.n) - rest.p));
		rest = span_from(rest, line.n + 1);
		l->user->settled(l->arg, line, l->error != 0 ? &why : NULL);
	}
}

static void
done(void *arg)
{
	struct letters *l = arg;

	tell(l);
	l->writing = 0;
	if (l->freed) {
		destroy(l);
		return;
	}
	buf_clear(&l->batch.letters);
	buf_clear(&l->batch.results);
	begin(l);
	if (!letters_busy(l) || (l->was_full && !letters_full(l))) {
		l->was_full = 0;
		l->user->room(l->arg);
	}
}

/* ---- public ---- */

struct letters *
letters_new(struct loop *loop, const char *path,
    const struct letters_user *user, void *arg, struct why *why)
{
	struct letters *l = calloc(1, sizeof(*l));
	int fd;

	if (l == NULL) {
		why_errno(why, STATUS_SOME, path);
		return NULL;
	}
	l->loop = loop;
	l->path = path;
	l->user = user;
	l->arg = arg;
	batch_init(&l->next);
	batch_init(&l->batch);
	loop_task_init(&l->task, begin, l);
	l->work = loop_work_new(loop, run, done, l);
	fd = l->work != NULL ? open_file(path) : -1;
	/* (EINVAL: /dev/fd/3 is in no folder that could be.) */
	if (fd != -1 && (file_sync_folder(path) == 0 || errno == EINVAL)) {
		close(fd);
		return l;
	}
	why_errno(why, STATUS_USAGE, path);
	if (fd != -1)
		close(fd);
	letters_free(l);
	return NULL;
}

void
letters_free(struct letters *l)
{
	if (l == NULL)
		return;
	loop_task_cancel(&l->task);
	l->freed = 1;
	if (!l->writing)
		destroy(l);
}

int
letters_put(struct letters *l, struct span letter, struct span result)
{
	struct batch *b = &l->next;
	size_t letters = b->letters.n, results = b->results.n;

	if (buf_add(&b->letters, letter) == -1 ||
	    buf_addc(&b->letters, '\n') == -1 ||
	    buf_add(&b->results, result) == -1 ||
	    buf_addc(&b->results, '\n') == -1) {
		buf_trim(&b->letters, letters);
		buf_trim(&b->results, results);
		return -1;
	}
	loop_task_schedule(l->loop, &l->task);
	l->was_full |= letters_full(l);
	return 0;
}

int
letters_busy(const struct letters *l)
{
	return l->writing || l->next.letters.n > 0;
}

int
letters_full(const struct letters *l)
{
	return l->next.letters.n + l->batch.letters.n >= LETTERS_LIMIT;
}
