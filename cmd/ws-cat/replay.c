/* replay.c - what a recording says was sent, when it is due. */
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "clock.h"
#include "event.h"
#include "list.h"
#include "replay.h"

#define LATE_US 100000		/* is made up for */
#define NO_TIME (-1)

struct held {
	struct link link;
	int64_t gap_us;
	uint64_t number;
	size_t n;
	char line[];
};

struct replay {
	struct tool *tool;
	int fd;
	struct lines_opts opts;
	struct lines_in *in;
	const struct lines_in_user *user;
	void *arg;
	struct loop_timer *timer;
	struct link held;	/* one line's, or what a filter makes of it */
	struct buf scratch;
	int64_t told_us;	/* the last time in the recording */
	int64_t due_us;		/* when the last line was due, here */
	int64_t next_us;	/* when the first that is held is */
	int fast, running;
	int over, ended;	/* all is read; and the user was told */
};

/* ---- when ---- */

static int64_t
due(const struct replay *r, int64_t gap_us)
{
	int64_t now = clock_mono_us();

	return gap_us + (now - r->due_us > LATE_US ? now : r->due_us);
}

/* How long after the line before it?  -1 and why. */
static int
gap(struct replay *r, const struct event *e, int64_t *us, struct why *why)
{
	struct span text;
	int64_t then;

	*us = 0;
	buf_clear(&r->scratch);
	switch (event_string(e->time, "time", &r->scratch, &text, why)) {
	case -1:
		return -1;
	case 1:
		return 0;
	}
	then = clock_read_rfc3339(text.p, text.n);
	if (then == -1)
		return why_set(why, STATUS_BAD_LINE,
		    "\"time\" is not as RFC 3339 has it");
	if (r->told_us != NO_TIME && then > r->told_us)
		*us = then - r->told_us;
	r->told_us = then;
	return 0;
}

/* ---- lines ---- */

static int
give(struct replay *r, const struct lines_record *line)
{
	if (r->user->record(r->arg, line) != FULL)
		return 0;
	r->running = 0;
	return FULL;
}

static int
hold(struct replay *r, const struct lines_record *line, int64_t gap_us)
{
	struct held *h = malloc(sizeof(*h) + line->line.n);

	if (h == NULL) {
		lines_bad(r->in, line->number, &(struct why){
		    STATUS_BAD_LINE, "out of memory" });
		return 0;
	}
	h->link = (struct link){ NULL, NULL };
	h->gap_us = gap_us;
	h->number = line->number;
	h->n = line->line.n;
	memcpy(h->line, line->line.p, h->n);
	list_add(&r->held, &h->link);
	return FULL;
}

static struct held *
first(const struct replay *r)
{
	struct link *l = list_first(&r->held);

	return l == NULL ? NULL : LIST_OF(l, struct held, link);
}

static void
await_next(struct replay *r)
{
	int64_t left = r->next_us - clock_mono_us();

	loop_timer_set(r->timer, left > 0 ? (left + 999) / 1000 : 0);
}

/* The first of those that are held: when is it due? */
static void
set_next(struct replay *r, int64_t gap_us)
{
	r->next_us = due(r, gap_us);
	await_next(r);
}

static void
give_first(struct replay *r)
{
	struct held *h = first(r);
	const struct lines_record line = {
		.line = span_of(h->line, h->n), .number = h->number
	};

	r->due_us = r->next_us;
	list_remove(&h->link);
	give(r, &line);
	free(h);
	if (first(r) != NULL)
		set_next(r, first(r)->gap_us);
}

/* What is due of those that are held, then more of the file. */
static void
go_on(struct replay *r)
{
	while (r->running && first(r) != NULL) {
		if (r->next_us > clock_mono_us()) {
			await_next(r);	/* its clock is the turn's */
			return;
		}
		give_first(r);
	}
	if (r->running && !r->over)
		lines_in_resume(r->in);
	else if (r->running && !r->ended) {
		r->ended = 1;
		r->user->end(r->arg);
	}
}

static void
on_timer(void *arg)
{
	go_on(arg);
}

/* Not sent, or not by us: but the time it came at may count. */
static int
is_left_out(struct replay *r, const struct event *e)
{
	struct why why;
	int64_t us;

	if (!event_is_news(e))
		return event_is(e->direction, "in");
	if (event_is(e->type, "open"))
		(void)gap(r, e, &us, &why);
	return 1;
}

static int
on_record(void *arg, const struct lines_record *line)
{
	struct replay *r = arg;
	struct event e;
	struct why why;
	int64_t gap_us = 0, at;

	/* What is no event, the user says. */
	if (event_read(line->line, &e, &why) == 0) {
		if (is_left_out(r, &e))
			return 0;
		if (!r->fast && gap(r, &e, &gap_us, &why) == -1) {
			lines_bad(r->in, line->number, &why);
			return 0;
		}
	}
	at = due(r, gap_us);
	if (list_first(&r->held) == NULL && at <= clock_mono_us()) {
		r->due_us = at;
		return give(r, line);
	}
	if (list_first(&r->held) == NULL)
		set_next(r, gap_us);
	return hold(r, line, gap_us);
}

static void
on_end(void *arg)
{
	struct replay *r = arg;

	r->over = 1;
	if (list_first(&r->held) == NULL)
		go_on(r);
}

static int
on_bad(void *arg, uint64_t number, const struct why *why)
{
	struct replay *r = arg;

	return r->user->bad == NULL ? 0 : r->user->bad(r->arg, number, why);
}

static const struct lines_in_user in_user = { on_record, on_end, on_bad };

/* ---- the header's functions ---- */

static int
open_file(struct replay *r, const char *path, struct why *why)
{
	struct stat st;

	if (strcmp(path, "-") == 0) {
		r->fd = STDIN_FILENO;
		return 0;
	}
	r->fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (r->fd == -1)
		return why_errno(why, STATUS_USAGE, path);
	if (fstat(r->fd, &st) == 0 && S_ISDIR(st.st_mode))
		return why_set(why, STATUS_USAGE, "%s: a folder", path);
	return 0;
}

static int
init(struct replay *r, const char *path, struct why *why)
{
	if (open_file(r, path, why) == -1)
		return -1;
	/* Whatever stdin is, a recording is events. */
	r->opts.in = LINES_WORD_EVENTS;
	r->in = lines_in_new(r->tool, &r->opts, LINES_EVENTS, r->fd,
	    &in_user, r, why);
	r->timer = loop_timer_new(r->tool->loop, on_timer, r);
	if (r->timer == NULL)
		return why_set(why, STATUS_USAGE, "--replay: out of memory");
	if (r->in == NULL)
		return -1;
	if (r->fd != STDIN_FILENO)
		lines_in_name(r->in, path);
	return 0;
}

struct replay *
replay_new(struct tool *tool, const struct lines_opts *opts,
    const char *path, int fast, const struct lines_in_user *user, void *arg,
    struct why *why)
{
	struct replay *r = calloc(1, sizeof(*r));

	if (r == NULL) {
		why_set(why, STATUS_USAGE, "--replay: out of memory");
		return NULL;
	}
	*r = (struct replay){ .tool = tool, .opts = *opts, .user = user,
		.arg = arg, .fast = fast, .told_us = NO_TIME };
	list_init(&r->held);
	buf_init(&r->scratch, SIZE_MAX);
	if (init(r, path, why) == 0)
		return r;
	replay_free(r);
	return NULL;
}

void
replay_free(struct replay *r)
{
	struct held *h;

	if (r == NULL)
		return;
	while ((h = first(r)) != NULL) {
		list_remove(&h->link);
		free(h);
	}
	lines_in_free(r->in);
	loop_timer_free(r->timer);
	if (r->fd > STDIN_FILENO)
		close(r->fd);
	buf_done(&r->scratch);
	free(r);
}

struct lines_in *
replay_lines(const struct replay *r)
{
	return r->in;
}

int
replay_fd(const struct replay *r)
{
	return r->fd;
}

int
replay_holds(const struct replay *r)
{
	return list_first(&r->held) != NULL;
}

/* From the loop, as input_resume does it. */
void
replay_resume(struct replay *r)
{
	if (r->running)
		return;
	r->running = 1;
	if (replay_holds(r) || r->over)
		loop_timer_set(r->timer, 0);
	else
		lines_in_resume(r->in);
}

void
replay_pause(struct replay *r)
{
	r->running = 0;
	lines_in_pause(r->in);
}
