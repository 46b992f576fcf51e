/* slow.c - who is too slow for what is sent, and what becomes of it.
 *
 * A client over its limit is a suspect until the turn's end, when all that was
 * sent has been offered to its socket.  If it is over it still, it is closed,
 * or waited for, or messages for it are dropped: new ones until it is below
 * the limit, or old ones.  For the latter half of the limit is the
 * connection's, and half the backlog's, from which they can be dropped.
 */
#include <inttypes.h>
#include <stdlib.h>

#include "own.h"
#include "say.h"

#define REPORT_MS 5000		/* between two reports of what was dropped */

/* ---- whom we read ---- */

/* With --relay, what clients send is what would have to wait. */
int
slow_may_read(const struct client *c)
{
	const struct hub *h = c->hub;

	return !h->held && !c->held && !c->echoing &&
	    !(h->config->relay && hub_full(h));
}

void
slow_set_reading(struct hub *h)
{
	struct client *c;

	for (c = h->clients; c != NULL; c = c->next)
		if (slow_may_read(c))
			ws_resume(c->ws);
		else
			ws_pause(c->ws);
}

void
hub_hold_client(struct hub *h, struct span id, int on)
{
	struct client *c = (struct client *)names_find(&h->ids, id);

	if (c == NULL || c->held == (on != 0))
		return;
	c->held = on != 0;
	if (slow_may_read(c))
		ws_resume(c->ws);
	else
		ws_pause(c->ws);
}

int
hub_is_behind(const struct client *c)
{
	size_t queued = ws_queued(c->ws);

	return queued > 0 && queued >= c->hub->config->queue / 2;
}

/* ---- who is over the limit ---- */

/* Of the history that it asked for, and is yet to take: what is not kept for
 * others any more.  Both go from the oldest on. */
static size_t
pinned(const struct client *c)
{
	size_t queued = ws_queued(c->ws);
	size_t asked = queued > c->behind ? queued - c->behind : 0;
	size_t taken = c->allowed > asked ? c->allowed - asked : 0;
	int64_t gone = (int64_t)(history_gone_bytes(c) - c->passed) -
	    (int64_t)taken;

	if (c->allowed == 0 || gone < 0)
		return 0;
	return (size_t)gone < asked ? (size_t)gone : asked;
}

int
slow_is_over(const struct client *c)
{
	size_t queued = ws_queued(c->ws);

	if (c->allowed > 0 && queued > c->behind)
		queued = c->behind + pinned(c);
	return queued >= c->hub->limit;
}

/* By that part alone: nothing of it can be dropped any more. */
static int
is_pinning(const struct client *c)
{
	return pinned(c) >= c->hub->limit;
}

/* ---- what is dropped ---- */

static void
report(void *arg)
{
	struct hub *h = arg;

	if (h->lost == h->lost_told)
		return;
	say_warn("%" PRIu64 " messages were dropped; %zu clients are too slow",
	    h->lost - h->lost_told, h->dropping);
	h->lost_told = h->lost;
}

static void
lose(struct client *c)
{
	struct hub *h = c->hub;

	c->dropped++;
	h->dropped++;
	h->lost++;
	if (!loop_timer_active(h->report))
		loop_timer_set(h->report, REPORT_MS);
}

static void
begin_dropping(struct client *c)
{
	say_detail("%s (%s): too slow, messages are dropped", c->id,
	    ws_remote(c->ws));
	c->dropping = 1;
	c->hub->dropping++;
}

static void
end_dropping(struct client *c)
{
	if (!c->dropping)
		return;
	c->dropping = 0;
	c->hub->dropping--;
	if (c->backlog != NULL)
		backlog_done(c->backlog);
	free(c->backlog);
	c->backlog = NULL;
}

static int
keep(struct client *c, const struct frames *f)
{
	if (c->backlog == NULL) {
		c->backlog = malloc(sizeof(*c->backlog));
		if (c->backlog == NULL)
			return -1;
		backlog_init(c->backlog);
	}
	return backlog_put(c->backlog, f->block, f->off, f->n);
}

/* At least one message is kept, however long. */
int
slow_drops(struct client *c, const struct frames *f)
{
	struct hub *h = c->hub;

	if (h->config->slow == SLOW_DROP_NEW) {
		if (!slow_is_over(c)) {
			end_dropping(c);
			return 0;
		}
		lose(c);
		return 1;
	}
	if (keep(c, f) == -1) {
		lose(c);
		return 1;
	}
	while (c->backlog->bytes > h->limit && c->backlog->count > 1) {
		backlog_drop(c->backlog);
		lose(c);
	}
	return 1;
}

/* From the backlog to the connection: so many bytes, and the last message
 * whole. */
static void
advance(struct client *c, size_t upto)
{
	struct backlog_piece *p;

	while (c->backlog != NULL && ws_queued(c->ws) < upto &&
	    (p = backlog_first(c->backlog)) != NULL) {
		send_frames(c, &(struct frames){ p->block, p->off, p->n },
		    1);
		backlog_drop(c->backlog);
	}
	if (c->backlog == NULL || c->backlog->count == 0)
		end_dropping(c);
}

/* ---- closing ---- */

void
slow_close(struct client *c, int code, struct span reason)
{
	send_post(c->hub);
	advance(c, SIZE_MAX);
	c->close_code = code;
	ws_close(c->ws, code, reason);
}

/* ---- who is slow ---- */

/* With all that it holds: a close frame would stand behind it for long. */
static void
end_at_once(struct client *c)
{
	c->close_code = WS_TRY_LATER;
	c->close_reason = "too slow";
	say_note("%s (%s): too slow, ended with %zu bytes waiting for it",
	    c->id, ws_remote(c->ws), ws_queued(c->ws));
	hub_gone(c, &(struct ws_closed){ .code = WS_ABNORMAL });
}

static void
judge(struct client *c)
{
	struct hub *h = c->hub;

	c->suspect = 0;
	if (!slow_is_over(c) || c->close_code != 0)
		return;
	h->slow++;
	if (h->config->slow != SLOW_BLOCK && is_pinning(c)) {
		end_at_once(c);
		return;
	}
	switch (h->config->slow) {
	case SLOW_BLOCK:
		c->over = 1;
		h->over++;
		return;
	case SLOW_DROP_OLD:
	case SLOW_DROP_NEW:
		if (!c->dropping)
			begin_dropping(c);
		return;
	case SLOW_CLOSE:
		break;
	}
	say_note("%s (%s): too slow, closing with %zu bytes waiting for it",
	    c->id, ws_remote(c->ws), ws_queued(c->ws));
	c->close_reason = "too slow";
	slow_close(c, WS_TRY_LATER, span_str(c->close_reason));
}

static void
go_on(struct hub *h)
{
	slow_set_reading(h);
	if (!hub_full(h))
		h->user->room(h->arg);
}

/* All that was sent in this turn has been offered to the sockets. */
static void
on_turn_end(void *arg)
{
	struct hub *h = arg;

	while (h->suspects != NULL) {
		struct client *c = h->suspects;

		h->suspects = c->next_suspect;
		judge(c);
	}
	go_on(h);
}

/* The task goes to the end of its queue each time: behind the flush of every
 * client that is suspected. */
void
slow_suspect(struct client *c)
{
	struct hub *h = c->hub;

	if (c->suspect || c->over || c->close_code != 0 ||
	    (c->dropping && !is_pinning(c)))
		return;
	c->suspect = 1;
	c->next_suspect = h->suspects;
	h->suspects = c;
	loop_task_cancel(&h->turn_end);
	loop_task_schedule(h->loop, &h->turn_end);
}

static void
clear(struct client *c)
{
	struct client **link = &c->hub->suspects;

	if (!c->suspect)
		return;
	while (*link != c)
		link = &(*link)->next_suspect;
	*link = c->next_suspect;
	c->suspect = 0;
}

static void
no_longer_over(struct client *c)
{
	if (!c->over)
		return;
	c->over = 0;
	if (--c->hub->over == 0)
		go_on(c->hub);
}

void
slow_drained(struct client *c)
{
	c->allowed = 0;
	list_remove(&c->catching_up);
	advance(c, c->hub->limit);
	c->echoing = 0;
	no_longer_over(c);
	if (slow_may_read(c))
		ws_resume(c->ws);
}

void
slow_forget(struct client *c)
{
	size_t unsent = ws_unsent(c->ws);
	size_t waiting = c->backlog == NULL ? 0 : c->backlog->count;

	/* What was queued counted as sent. */
	c->sent -= unsent < c->sent ? unsent : c->sent;
	c->dropped += unsent + waiting;
	c->hub->dropped += unsent + waiting;
	end_dropping(c);
	clear(c);
	list_remove(&c->catching_up);
	no_longer_over(c);
}

/* ---- for the hub's other files ---- */

int
slow_init(struct hub *h)
{
	h->limit = h->config->queue;
	if (h->config->slow == SLOW_DROP_OLD)
		h->limit = (h->limit + 1) / 2;
	list_init(&h->catching_up);
	loop_task_init(&h->turn_end, on_turn_end, h);
	h->report = loop_timer_new(h->loop, report, h);
	return h->report == NULL ? -1 : 0;
}

void
slow_done(struct hub *h)
{
	report(h);
	loop_timer_free(h->report);
	loop_task_cancel(&h->turn_end);
}
