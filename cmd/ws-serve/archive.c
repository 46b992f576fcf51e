/* archive.c - --history-file: the history outlives the server.
 *
 * Event lines as they were sent, appended before they are: each is in the
 * file by the turn's end, when it leaves for the clients.  Among them are
 * lines that say what is gone: of all rooms, or of one.
 *
 *	{"type":"history","id":ID[,"room":ROOM]}
 *
 * and events that went to another room than they came from:
 *
 *	{"type":"kept","id":ID,"room":ROOM,"event":{...}}
 *
 * Once most of the file is of no use any more it is written anew (rewrite.h),
 * while we go on.  It is synchronised then, and at the end: a machine that
 * breaks down may lose the last lines, a server that does not.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "event.h"
#include "file.h"
#include "json.h"
#include "own.h"
#include "rewrite.h"
#include "say.h"

#define MAX_FILE ((size_t)4 << 30)
#define SPARE ((size_t)1 << 20)		/* what may be of no use, at least */

/* ---- writing ---- */

/* Appends, or leaves the file as it was.  -1 and errno. */
static int
append(int fd, struct span s, size_t *size)
{
	int error;

	if (file_write(fd, s, NULL) == 0) {
		*size += s.n;
		return 0;
	}
	error = errno;
	/* Where this fails, too, reading will meet a torn line. */
	if (ftruncate(fd, (off_t)*size) == 0)
		errno = error;
	return -1;
}

static int
gone_line(struct buf *out, const struct room *room, const char *id)
{
	return buf_adds(out, "{\"type\":\"history\"") == -1 ||
	    event_text(out, "id", span_str(id)) == -1 || (room != NULL &&
	    event_text(out, "room", room->named.name) == -1) ||
	    event_end(out) == -1 || buf_addc(out, '\n') == -1 ? -1 : 0;
}

static int
entry_line(struct buf *out, const struct history_entry *e)
{
	if (!e->elsewhere)
		return buf_add(out, e->line) == -1 ||
		    buf_addc(out, '\n') == -1 ? -1 : 0;
	return buf_adds(out, "{\"type\":\"kept\"") == -1 ||
	    event_text(out, "id", span_str(e->id)) == -1 ||
	    event_text(out, "room", e->room->named.name) == -1 ||
	    event_raw(out, "event", e->line) == -1 ||
	    event_end(out) == -1 || buf_addc(out, '\n') == -1 ? -1 : 0;
}

static void
fail(struct hub *h, const char *id)
{
	struct archive *a = &h->archive;

	if (!a->failing)
		say_err("%s: %s; it is tried again", a->path, strerror(errno));
	a->failing = a->failed = 1;
	memcpy(a->lost, id, ID_SIZE);
}

void
archive_add(struct hub *h, const struct history_entry *e)
{
	struct archive *a = &h->archive;
	struct buf *b = &h->scratch;

	if (a->path == NULL)
		return;
	buf_clear(b);
	/* Nobody is to resume over what is not in the file. */
	if ((a->failing && gone_line(b, NULL, a->lost) == -1) ||
	    entry_line(b, e) == -1) {
		errno = ENOMEM;
		fail(h, e->id);
	} else if (append(a->fd, buf_span(b), &a->size) == -1) {
		fail(h, e->id);
	} else {
		if (a->failing)
			say_warn("%s: can be written again", a->path);
		a->failing = 0;
		if (a->rewrite != NULL)
			rewrite_append(a->rewrite, buf_span(b));
	}
}

/* ---- writing it anew ---- */

static void
not_rewritten(struct archive *a)
{
	say_warn("%s: not written anew: %s", a->path, strerror(errno));
	a->next_try = 2 * a->size;
}

static void
on_rewritten(void *arg)
{
	struct hub *h = arg;
	struct archive *a = &h->archive;
	int fd;

	if (rewrite_end(a->rewrite, &fd, &a->size) == 0) {
		close(a->fd);
		a->fd = fd;
	} else {
		not_rewritten(a);
	}
	rewrite_free(a->rewrite, -1);
	a->rewrite = NULL;
}

static int
keep_gone(struct rewrite *r, struct buf *b, const struct room *room,
    const char *id)
{
	buf_clear(b);
	return gone_line(b, room, id) == -1 ||
	    rewrite_copy(r, span_of(b->p, b->n - 1)) == -1 ? -1 : 0;
}

static int
keep_entry(struct rewrite *r, struct buf *b, const struct history_entry *e)
{
	if (!e->elsewhere)
		return rewrite_share(r, e->event, e->line);
	buf_clear(b);
	return entry_line(b, e) == -1 ||
	    rewrite_copy(r, span_of(b->p, b->n - 1)) == -1 ? -1 : 0;
}

/* What is gone first, then what is there. */
static int
keep_all(struct hub *h, struct rewrite *r)
{
	struct buf *b = &h->scratch;
	const struct link *l, *end = &h->history.entries;
	const struct history_entry *e;

	if (keep_gone(r, b, NULL, history_gone(h, NULL)) == -1)
		return -1;
	for (l = end->next; l != end; l = l->next) {
		e = LIST_OF(l, struct history_entry, of_all);
		if (e->room != NULL && e->room->shelf.gone[0] != '\0' &&
		    list_first(&e->room->shelf.entries) == &e->of_shelf &&
		    keep_gone(r, b, e->room, e->room->shelf.gone) == -1)
			return -1;
		if (keep_entry(r, b, e) == -1)
			return -1;
	}
	return 0;
}

void
archive_settle(struct hub *h)
{
	struct archive *a = &h->archive;

	if (a->path == NULL || a->rewrite != NULL ||
	    a->size < 2 * h->history.bytes + SPARE || a->size < a->next_try)
		return;
	a->next_try = 0;
	a->rewrite = rewrite_new(h->loop, a->path, on_rewritten, h);
	if (a->rewrite != NULL && keep_all(h, a->rewrite) == 0) {
		rewrite_start(a->rewrite);
		return;
	}
	rewrite_free(a->rewrite, -1);
	a->rewrite = NULL;
	errno = ENOMEM;
	not_rewritten(a);
}

/* ---- reading ---- */

static int
read_gone(struct hub *h, const struct event *e, struct span id,
    struct why *why)
{
	struct room *room = NULL;
	struct span name;

	buf_clear(&h->scratch);
	if (event_string(e->room, "room", &h->scratch, &name, why) == -1)
		return -1;
	if (e->room.p != NULL && (room = room_get(h, name)) == NULL)
		return why_set(why, STATUS_BAD_LINE, "out of memory");
	memcpy(room == NULL ? h->history.gone : room->shelf.gone, id.p, id.n);
	return 0;
}

static int
read_line(struct hub *h, struct span line, struct why *why)
{
	struct room *room = NULL;
	struct event e;
	struct span id, name;

	if (event_read(line, &e, why) == -1)
		return -1;
	if (e.id.n == 0 || !json_plain(e.id, &id) || id.n != ID_SIZE - 1)
		return why_set(why, STATUS_BAD_LINE, "has no \"id\" of ours");
	if (event_is(e.type, "history"))
		return read_gone(h, &e, id, why);
	if (event_is(e.type, "kept") && e.event.p != NULL)
		line = e.event;
	else if (!event_is(e.type, "message"))
		return why_set(why, STATUS_BAD_LINE, "is of no history");
	buf_clear(&h->scratch);
	if (event_string(e.room, "room", &h->scratch, &name, why) == -1)
		return -1;
	if (e.room.p != NULL && (room = room_get(h, name)) == NULL)
		return why_set(why, STATUS_BAD_LINE, "out of memory");
	id_after(id.p);
	history_load(h, room, line);
	return 0;
}

static int
read_lines(struct hub *h, struct span text, struct why *why)
{
	struct archive *a = &h->archive;
	struct why cause;
	const char *end;
	size_t number = 0;

	while ((end = memchr(text.p, '\n', text.n)) != NULL) {
		struct span line = span_of(text.p, (size_t)(end - text.p));

		number++;
		if (read_line(h, line, &cause) == -1)
			return why_set(why, STATUS_USAGE, "%s: line %zu: %s",
			    a->path, number, cause.text);
		a->size += line.n + 1;
		text = span_from(text, line.n + 1);
	}
	/* A line that was torn was sent to nobody. */
	if (text.n > 0 && ftruncate(a->fd, (off_t)a->size) == -1)
		return why_errno(why, STATUS_USAGE, a->path);
	return 0;
}

static int
begin(struct hub *h, struct why *why)
{
	struct archive *a = &h->archive;

	buf_clear(&h->scratch);
	if (gone_line(&h->scratch, NULL, h->history.gone) == 0 &&
	    append(a->fd, buf_span(&h->scratch), &a->size) == 0)
		return 0;
	return why_errno(why, STATUS_USAGE, a->path);
}

int
hub_history_lost(const struct hub *h)
{
	return h->archive.failed;
}

/* A file, and nobody else's: locked.  -1 and why. */
static int
open_file(const char *path, struct why *why)
{
	int fd = open(path, O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
	struct stat st;

	if (fd == -1)
		return why_errno(why, STATUS_USAGE, path);
	if (fstat(fd, &st) == -1 || !S_ISREG(st.st_mode))
		why_set(why, STATUS_USAGE, "%s: not a file", path);
	else if (flock(fd, LOCK_EX | LOCK_NB) == 0)
		return fd;
	else if (errno == EWOULDBLOCK)
		why_set(why, STATUS_USAGE, "%s: another server writes to it",
		    path);
	else
		why_errno(why, STATUS_USAGE, path);
	close(fd);
	return -1;
}

int
hub_history_file(struct hub *h, const char *path, struct why *why)
{
	struct archive *a = &h->archive;
	struct buf text;
	int rc;

	a->fd = open_file(path, why);
	if (a->fd == -1)
		return -1;
	a->path = path;
	buf_init(&text, MAX_FILE);
	rc = file_read_fd(&text, a->fd, path, why);
	if (rc == 0)
		rc = text.n == 0 ? begin(h, why) :
		    read_lines(h, buf_span(&text), why);
	buf_done(&text);
	return rc;
}

void
archive_done(struct hub *h)
{
	struct archive *a = &h->archive;

	if (a->path == NULL)
		return;
	buf_clear(&h->scratch);
	if (a->failing && gone_line(&h->scratch, NULL, a->lost) == 0)
		append(a->fd, buf_span(&h->scratch), &a->size);
	if (fdatasync(a->fd) == -1)
		say_err("%s: %s", a->path, strerror(errno));
	rewrite_free(a->rewrite, a->fd);
	a->path = NULL;
}
