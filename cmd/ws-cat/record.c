/* record.c - what goes over the connections, as lines of a file. */
#include <sys/stat.h>

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "event.h"
#include "file.h"
#include "output.h"
#include "record.h"

#define STEP ((off_t)4096)	/* of the way back to a line's end */

struct record {
	struct tool *tool;
	const char *path;
	int fd;
	struct output *output;	/* NULL: it has failed */
	resume_fn changed;
	void *arg;
	struct buf line;
};

/* ---- the file ---- */

/* Not to be read by others: logins may be in it.  A FIFO or a terminal is not
 * read back, and a FIFO that is opened for both would have no reader to
 * miss. */
static int
open_file(const char *path)
{
	struct stat st;
	int is_file = stat(path, &st) == -1 || S_ISREG(st.st_mode);

	return open(path, (is_file ? O_RDWR : O_WRONLY) | O_APPEND |
	    O_CREAT | O_CLOEXEC | O_NOCTTY, 0600);
}

/* Where the last whole line ends. */
static off_t
line_end(int fd, off_t size)
{
	char piece[STEP];
	off_t start;
	const char *at;
	ssize_t n;

	for (; size > 0; size = start) {
		start = size > STEP ? size - STEP : 0;
		n = pread(fd, piece, (size_t)(size - start), start);
		if (n != size - start)
			return -1;
		at = memrchr(piece, '\n', (size_t)n);
		if (at != NULL)
			return start + (at - piece) + 1;
	}
	return 0;
}

/* Half a line is none.  Where it can't be cut off, the next who appends ends
 * it. */
static void
cut_off(const struct record *r)
{
	struct stat st;
	off_t end;

	if (fstat(r->fd, &st) == -1 || !S_ISREG(st.st_mode))
		return;
	end = line_end(r->fd, st.st_size);
	if (end >= 0 && end < st.st_size)
		(void)!ftruncate(r->fd, end);
}

/* ---- what the output says ---- */

static void
give_up(struct record *r, const char *what)
{
	struct why why;

	why_set(&why, STATUS_SOME, "%s; no more is recorded", what);
	tool_why(r->tool, r->path, &why);
	cut_off(r);
	output_free(r->output);
	r->output = NULL;
	r->changed(r->arg);
}

static void
on_gone(void *arg, const struct why *why)
{
	give_up(arg, why->text);
}

static void
on_room(void *arg)
{
	struct record *r = arg;

	r->changed(r->arg);
}

static void
on_taken(void *arg)
{
	struct record *r = arg;

	if (record_is_done(r))
		r->changed(r->arg);
}

/* ---- the header's functions ---- */

struct record *
record_new(struct tool *tool, const char *path, resume_fn changed, void *arg,
    struct why *why)
{
	static const struct output_user user = { on_room, on_taken, on_gone };
	struct record *r = NULL;

	if (strcmp(path, "-") == 0)
		why_set(why, STATUS_USAGE, "--record: stdout has the messages: "
		    "a file of that name is ./-");
	else if ((r = calloc(1, sizeof(*r))) == NULL)
		why_set(why, STATUS_USAGE, "--record: out of memory");
	if (r == NULL)
		return NULL;
	*r = (struct record){ .tool = tool, .path = path,
		.fd = open_file(path), .changed = changed, .arg = arg };
	buf_init(&r->line, SIZE_MAX);
	/* A line that a crash has left torn is ended. */
	if (r->fd == -1 || file_end_line(r->fd) == -1)
		why_errno(why, STATUS_USAGE, path);
	else if ((r->output = output_new(tool->loop, r->fd, &user, r,
	    why)) != NULL)
		return r;
	record_free(r);
	return NULL;
}

void
record_free(struct record *r)
{
	if (r == NULL)
		return;
	output_free(r->output);
	if (r->fd != -1)
		close(r->fd);
	buf_done(&r->line);
	free(r);
}

void
record_message(struct record *r, const char *direction, const char *url,
    struct msg m)
{
	struct buf *b;

	if (r == NULL || r->output == NULL)
		return;
	b = &r->line;
	buf_clear(b);
	if (event_begin(b, "message", NULL) == -1 ||
	    event_text(b, "direction", span_str(direction)) == -1 ||
	    (url != NULL && event_any_text(b, "url", span_str(url)) == -1) ||
	    event_message(b, m) == -1 || event_end(b) == -1)
		give_up(r, "out of memory");
	else
		record_event(r, buf_span(b));
}

void
record_event(struct record *r, struct span event)
{
	if (r != NULL && r->output != NULL)
		output_put(r->output, event, '\n');
}

int
record_full(const struct record *r)
{
	return r != NULL && r->output != NULL && output_full(r->output);
}

int
record_is_done(const struct record *r)
{
	return r == NULL || r->output == NULL || output_is_empty(r->output);
}

int
record_is_to(const struct record *r, int fd)
{
	struct stat a, b;

	return r != NULL && fstat(r->fd, &a) == 0 && fstat(fd, &b) == 0 &&
	    S_ISREG(a.st_mode) && a.st_dev == b.st_dev &&
	    a.st_ino == b.st_ino;
}
