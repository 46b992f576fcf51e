/* state.c - state.ndjson. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"
#include "json.h"
#include "file.h"
#include "spool/state.h"

#define FILE_NAME "state.ndjson"
#define NEW_NAME ".state.ndjson"
#define STEP ((size_t)64 << 10)
#define SLACK ((size_t)1 << 20)		/* of what is past */
#define MAX_LINE (INT64_C(1) << 26)	/* number; more than a segment has */

/* In the order of enum spool_fate. */
static const char *const words[] = { "retry", "done", "dead", "bad" };

/* ---- reading ---- */

static enum spool_fate
fate_of(struct span state)
{
	int i;

	for (i = FATE_DONE; i <= FATE_BAD; i++)
		if (state.n == strlen(words[i]) + 2 && memcmp(state.p + 1,
		    words[i], state.n - 2) == 0)
			return (enum spool_fate)i;
	return FATE_NONE;
}

static struct spool_part *
part_of(struct spool_parts *parts, struct span line)
{
	struct span value, name;
	char text[SPOOL_NAME_SIZE];

	if (!json_member(line, "segment", &value) || *value.p != '"' ||
	    !json_plain(value, &name) || name.n >= sizeof(text))
		return NULL;
	memcpy(text, name.p, name.n);
	text[name.n] = '\0';
	return parts_find(parts, text);
}

static int64_t
number_of(struct span line, const char *name, int64_t dflt)
{
	struct span value;
	int64_t n;

	return json_member(line, name, &value) && json_int(value, &n) == 0 &&
	    n >= 0 && n <= MAX_LINE ? n : dflt;
}

static void
read_line(struct spool_parts *parts, struct span line)
{
	struct json j;
	struct spool_part *p;
	struct spool_past past;
	struct span state, due;
	int64_t from, to;

	if (json_check(line, &j, NULL) != 0 || j.type != JSON_OBJECT ||
	    (p = part_of(parts, j.value)) == NULL ||
	    !json_member(j.value, "state", &state))
		return;
	from = number_of(j.value, "line", 0);
	to = number_of(j.value, "to", from);
	if (from == 0 || to < from)
		return;
	if (fate_of(state) != FATE_NONE) {
		part_settle(p, (uint64_t)from, (uint64_t)to, fate_of(state));
		return;
	}
	past = (struct spool_past){ .number = (uint64_t)from,
		.attempts = number_of(j.value, "attempts", 0) };
	if (json_member(j.value, "due", &due) && due.n > 2)
		past.due_us = clock_read_rfc3339(due.p + 1, due.n - 2);
	if (past.due_us < 0)
		past.due_us = 0;
	part_attempted(p, &past);
}

/* By pieces; a line is whole before it is read. */
static int
read_all(struct spool_parts *parts, int fd)
{
	struct buf b;
	char *room, *nl;
	ssize_t n = 0;

	buf_init(&b, SIZE_MAX);
	while ((room = buf_room(&b, STEP)) != NULL &&
	    (n = read(fd, room, STEP)) > 0) {
		buf_took(&b, (size_t)n);
		while ((nl = memchr(b.p, '\n', b.n)) != NULL) {
			size_t len = (size_t)(nl - b.p);

			read_line(parts, span_of(b.p, len));
			buf_drop(&b, len + 1);
		}
	}
	buf_done(&b);
	return room == NULL || n == -1 ? -1 : 0;
}

/* ---- lines ---- */

static void
print_run(struct buf *out, const char *name, uint64_t from, uint64_t to,
    enum spool_fate fate)
{
	buf_addf(out, "{\"segment\":\"%s\",\"line\":%" PRIu64, name, from);
	if (to > from)
		buf_addf(out, ",\"to\":%" PRIu64, to);
	buf_addf(out, ",\"state\":\"%s\"}\n", words[fate]);
}

static void
print_past(struct buf *out, const char *name, const struct spool_past *past)
{
	char due[CLOCK_RFC3339_SIZE];

	clock_rfc3339(due, past->due_us);
	buf_addf(out, "{\"segment\":\"%s\",\"line\":%" PRIu64
	    ",\"state\":\"retry\",\"attempts\":%" PRId64 ",\"due\":\"%s\"}\n",
	    name, past->number, past->attempts, due);
}

/* Of fates from that one on. */
static void
print_part(struct buf *out, const struct spool_part *p, enum spool_fate least)
{
	uint64_t from, to;
	size_t i;

	for (from = 1; from <= p->nfates; from = to + 1) {
		enum spool_fate fate = part_fate(p, from);

		for (to = from; part_fate(p, to + 1) == fate &&
		    to < p->nfates; to++)
			;
		if (fate >= least)
			print_run(out, p->name, from, to, fate);
	}
	for (i = 0; i < p->npasts; i++)
		print_past(out, p->name, &p->pasts[i]);
}

static void
end_run(struct spool_state *s)
{
	if (s->run_from > 0)
		print_run(&s->pending, s->run_name, s->run_from, s->run_to,
		    s->run_fate);
	s->run_from = 0;
}

/* ---- writing ---- */

/* All that still matters, in a new file that takes the old one's place. */
static int
write_anew(struct spool_state *s, const struct spool_parts *parts,
    struct why *why)
{
	struct buf b;
	size_t i;
	int fd = openat(s->dir, NEW_NAME, O_WRONLY | O_CREAT | O_TRUNC |
	    O_APPEND | O_CLOEXEC, 0600);

	buf_init(&b, SIZE_MAX);
	for (i = 0; i < parts->n; i++)
		print_part(&b, parts->v[i], FATE_DONE);
	if (fd == -1 || file_write(fd, buf_span(&b), NULL) == -1 ||
	    renameat(s->dir, NEW_NAME, s->dir, FILE_NAME) == -1) {
		why_errno(why, STATUS_SOME, FILE_NAME);
		if (fd != -1)
			close(fd);
		buf_done(&b);
		return -1;
	}
	if (s->fd != -1)
		close(s->fd);
	s->fd = fd;
	s->base = s->size = b.n;
	s->torn = 0;
	buf_done(&b);
	return 0;
}

int
state_read(int dir, struct spool_parts *parts)
{
	int fd = openat(dir, FILE_NAME, O_RDONLY | O_CLOEXEC);
	int ret;

	if (fd == -1)
		return errno == ENOENT ? 0 : -1;
	ret = read_all(parts, fd);
	close(fd);
	return ret;
}

int
state_keep(int dir, const struct spool_part *p)
{
	struct buf b;
	int fd, ret;

	buf_init(&b, SIZE_MAX);
	print_part(&b, p, FATE_DEAD);
	if (b.n == 0)
		return 0;
	fd = openat(dir, FILE_NAME, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC,
	    0600);
	ret = fd == -1 ? -1 : file_write(fd, buf_span(&b), NULL);
	if (fd != -1)
		close(fd);
	buf_done(&b);
	return ret;
}

int
state_open(struct spool_state *s, int dir, struct spool_parts *parts,
    struct why *why)
{
	*s = (struct spool_state){ .dir = dir, .fd = -1 };
	buf_init(&s->pending, SIZE_MAX);
	if (state_read(dir, parts) == -1)
		return why_errno(why, STATUS_USAGE, FILE_NAME);
	return write_anew(s, parts, why);
}

void
state_close(struct spool_state *s)
{
	end_run(s);
	if (s->fd != -1) {
		(void)!file_write(s->fd, buf_span(&s->pending), NULL);
		close(s->fd);
	}
	s->fd = -1;
	buf_done(&s->pending);
}

void
state_settled(struct spool_state *s, const struct spool_part *p,
    uint64_t number, enum spool_fate fate)
{
	if (s->run_from > 0 && number == s->run_to + 1 &&
	    fate == s->run_fate && strcmp(p->name, s->run_name) == 0) {
		s->run_to = number;
		return;
	}
	end_run(s);
	memcpy(s->run_name, p->name, sizeof(s->run_name));
	s->run_from = s->run_to = number;
	s->run_fate = fate;
}

void
state_attempted(struct spool_state *s, const struct spool_part *p,
    const struct spool_past *past)
{
	end_run(s);
	print_past(&s->pending, p->name, past);
}

/* Until it can be written to again, once is enough. */
static int
fail(struct spool_state *s, struct why *why)
{
	int first = !s->failed;

	s->failed = s->torn = 1;
	buf_clear(&s->pending);
	return first ? why_errno(why, STATUS_SOME, FILE_NAME) : 0;
}

int
state_flush(struct spool_state *s, const struct spool_parts *parts,
    struct why *why)
{
	end_run(s);
	if (s->pending.n == 0)
		return 0;
	if (s->torn && file_write(s->fd, SPAN("\n"), NULL) == 0)
		s->torn = 0;
	if (s->torn || file_write(s->fd, buf_span(&s->pending), NULL) == -1)
		return fail(s, why);
	s->failed = 0;
	s->size += s->pending.n;
	buf_clear(&s->pending);
	if (s->size <= SLACK + 2 * s->base)
		return 0;
	s->base = s->size;	/* where it fails, not each time */
	return write_anew(s, parts, why);
}
