/* session.h - one run of ws-cat: its connections, its stdin and stdout, and
 * when all is done.
 *
 * conn.c is one URL's connection; orders.c takes lines to it, traffic.c its
 * messages to stdout; end.c knows when to end, verdict.c how it went; session.c
 * begins and cleans up.
 *
 * What was sent counts as confirmed once a ping behind it was answered, or
 * the server answered our close frame.
 */
#ifndef WS_CAT_SESSION_H
#define WS_CAT_SESSION_H

#include "buf.h"
#include "config.h"
#include "hello.h"
#include "idle.h"
#include "keep.h"
#include "opening.h"
#include "pairs.h"
#include "pulse.h"
#include "record.h"
#include "reconnect.h"
#include "replay.h"
#include "wants.h"
#include "ws.h"

struct session;

/* One URL's connection, which may come and go. */
struct conn {
	struct session *session;
	const char *typed;		/* the URL, perhaps with $last */
	struct url url;
	struct opening *opening;	/* then */
	struct ws *ws;
	struct pulse *pulse;
	struct idle *idle;
	struct loop_timer *confirm;	/* the next barrier of a long run */
	struct reconnect again;
	struct loop_timer *retry;
	struct buf last;		/* --resume's, as JSON */
	struct keep keep;		/* is sent again, or yet to be */

	/* Lines, each counted once, whatever connections it took. */
	uint64_t sent, confirmed;
	uint64_t asked;			/* sent as the barrier was */
	uint64_t requests, replies;	/* sent that want a reply; have it */
	struct pairs pairs;		/* --match: those without */
	uint64_t doubtful;		/* may have been lost for good */
	/* Messages, --hello's and --echo's too: on all connections, and on
	 * this one, for its close event. */
	uint64_t put, put_here, received_here;
	int unproven;			/* such may not have arrived */
	int cut_off;			/* a message could not be sent */
	int barrier;			/* a ping is on its way */
	int closing;			/* our close frame is sent */
	int judged;			/* its end is told already */
	int over;			/* no connection any more */
};

struct session {
	const struct config *config;
	struct tool *tool;
	struct conn *conns;
	size_t nconns;
	struct output *output;
	struct lines_out *out;
	struct lines_in *in;		/* NULL: nothing is read */
	struct replay *replay;		/* whose lines they are, or NULL */
	struct record *record;		/* or NULL */

	struct loop_timer *limit;	/* --timeout */
	struct loop_timer *quiet;	/* --linger */
	uint64_t said;			/* by all servers, as it was set */
	struct loop_timer *hurry;	/* the end, whatever the peer does */
	struct hello hello;
	struct buf event, scratch, ack_id;

	struct wants wants;		/* --until, --match, --resume, --ack */
	int met;			/* --until was true */
	int was_quiet;			/* --linger has ended it */

	uint64_t received;		/* messages */
	int64_t count;			/* messages wanted, or 0 */
	int input_over;			/* at its end, or there is none */
	int stopping;			/* nothing more to do but to close */
	int close_code;
	char close_reason[WS_REASON_MAX + 1];
	int judged;			/* the exit status is known */
	int over;			/* no connection any more */
};

/* Before there are any, conns is NULL, to which nothing may be added. */
#define EACH_CONN(s, c) \
	((c) = (s)->conns; (s)->nconns > 0 && \
	    (c) < (s)->conns + (s)->nconns; (c)++)

/* ---- session.c ---- */

/* Keeps config, tool and urls.  0, or -1 and why; session_done either way. */
int session_init(struct session *, const struct config *, struct tool *,
    const struct opt_list *urls, struct why *);
void session_done(struct session *);

/* Connects.  It ends with tool_finish. */
int session_start(struct session *, struct why *);

void session_metrics(const struct session *, struct metrics *);

/* ---- conn.c ---- */

int conn_init(struct conn *, struct session *, const char *url, struct why *);
void conn_done(struct conn *);
int conn_start(struct conn *, struct why *);

/* A close frame behind all that is queued; its answer is awaited. */
void conn_close(struct conn *, int code, const char *reason);

/* It has failed for good: reports that, and ends it at once. */
void conn_fail(struct conn *, enum status, const char *text);

/* No connection any more, nor ever again. */
void conn_end(struct conn *);

/* The connection is lost, or was not made, or a signal or option has it end:
 * is it made again?  1: it will be, and has been told; 0: it is for the
 * caller to judge.  asked_ms is the server's wish, or -1. */
int conn_try_again(struct conn *, const char *why, int64_t asked_ms);

/* Sends a line, or keeps it; id is what acknowledges it. */
void conn_send(struct conn *, struct msg, struct span id);
/* A message that is no line: --hello's or --echo's.  -1: it can't be sent. */
int conn_say(struct conn *, struct msg);
/* It is acknowledged: empty: the oldest. */
void conn_acked(struct conn *, struct span id);

/* Is there one that frames can go to, and come from? */
static inline int
conn_is_up(const struct conn *c)
{
	return c->ws != NULL && !c->over;
}

/* ---- news.c: event lines ---- */

/* Of a message that came, in s->event too; line: what it replies to, by
 * --match; or 0. */
void news_message(struct conn *, struct msg, uint64_t line);
/* A message for --record. */
void news_record(const struct conn *, const char *direction, struct msg);
/* On stdout only with --news, and for --record. */
void news_open(struct conn *, struct span protocol);
void news_close(struct conn *, const struct ws_closed *);
void news_retry(struct conn *, const char *why, int64_t wait_ms,
    uint64_t doubtful);

/* ---- look.c: what is looked for in messages ---- */

/* What acknowledges the line, in s->ack_id; empty if nothing does. */
struct span look_for_id(struct session *, struct msg);
/* Remembers what is to be remembered, takes acknowledgements. */
void look_at(struct conn *, struct msg);

/* ---- orders.c: lines of stdin, or of a recording ---- */

int orders_init(struct session *, enum lines_form dflt, struct why *);
void orders_done(struct session *);
void orders_resume(struct session *);
void orders_pause(struct session *);
/* Were there more than were read? */
int orders_has_more(const struct session *);

/* ---- traffic.c ---- */

int traffic_init(struct session *, struct why *);
void traffic_done(struct session *);
/* May a line go to all connections that are not over? */
int traffic_has_room(const struct session *);
/* A connection is up, or has room: is stdin to be read? */
void traffic_flow(struct session *);
int traffic_can_take(const struct conn *);	/* may messages come? */
int traffic_message(void *conn, struct msg);
void traffic_drained(void *conn);

/* ---- verdict.c ---- */

int verdict_is_satisfied(const struct session *); /* -n, -1, --until */

/* Tells what failed, and how much of what was sent is in doubt. */
void verdict_report(struct conn *, enum status, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

/* --timeout is over. */
void verdict_timeout(struct conn *);

/* The connection was closed: how did it go? */
void verdict_closed(struct conn *, const struct ws_closed *);

/* A connection is over for good: what may have been lost before? */
void verdict_doubtful(struct conn *);

/* ---- end.c ---- */

int end_init(struct session *);
void end_done(struct session *);

/* Something has changed: is anything due? */
void end_look(struct session *);
void end_heard(struct session *);	/* a message has come: not quiet */
void end_sent(struct conn *);		/* one was sent: to be confirmed */
void end_closed(void *conn, const struct ws_closed *);
void end_dead(void *conn);		/* no answer to pings */
void end_idle(void *conn);		/* nothing but answers to pings */
void end_conn(struct conn *);		/* a connection is over for good */
void end_stdout_gone(struct session *, const struct why *);
void end_flushed(struct session *);	/* is all written? */
void end_signal(void *session, int signum);

#endif
