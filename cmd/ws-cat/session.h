/* session.h - one run of ws-cat: a connection, its stdin and stdout, and when
 * all is done.
 *
 * traffic.c carries lines and messages; end.c knows when to end, and how it
 * went; session.c begins and cleans up.
 *
 * What was sent counts as confirmed once a ping behind it was answered, or
 * the server answered our close frame.
 */
#ifndef WS_CAT_SESSION_H
#define WS_CAT_SESSION_H

#include "buf.h"
#include "config.h"
#include "opening.h"
#include "pulse.h"
#include "ws.h"

struct session {
	const struct config *config;
	struct tool *tool;
	struct url url;
	struct output *output;
	struct lines_out *out;
	struct lines_in *in;		/* NULL: nothing is read */

	struct opening *opening;	/* then */
	struct ws *ws;
	struct pulse *pulse;
	struct loop_timer *limit;	/* --timeout */
	struct loop_timer *quiet;	/* --linger */
	struct loop_timer *confirm;	/* the next barrier of a long run */
	struct loop_timer *hurry;	/* the end, whatever the peer does */
	struct buf event, scratch;

	uint64_t sent, confirmed;	/* messages */
	uint64_t asked;			/* sent as the barrier was */
	uint64_t received, replies;	/* replies: no more than sent */
	int64_t count;			/* messages wanted, or 0 */
	int cut_off;			/* a message could not be sent */
	int barrier;			/* a ping is on its way */
	int throttled;			/* stdin waits for the server */
	int input_over;			/* at its end, or there is none */
	int stopping;			/* nothing more to do but to close */
	int close_code;
	char close_reason[124];
	int closing;			/* our close frame is sent */
	int judged;			/* the exit status is known */
	int over;			/* no connection any more */
};

/* ---- session.c ---- */

/* Keeps config and tool.  0, or -1 and why; session_done either way. */
int session_init(struct session *, const struct config *, struct tool *,
    const char *url, struct why *);
void session_done(struct session *);

/* Connects.  It ends with tool_finish. */
int session_start(struct session *, struct why *);

void session_metrics(const struct session *, struct metrics *);

/* ---- traffic.c ---- */

int traffic_init(struct session *, struct why *);
void traffic_done(struct session *);
void traffic_start(struct session *);		/* the connection is up */
void traffic_stop_input(struct session *);
int traffic_can_take(const struct session *);	/* may messages come? */
int traffic_message(void *session, struct msg);
void traffic_drained(void *session);

/* ---- end.c ---- */

int end_init(struct session *);
void end_done(struct session *);

/* Something has changed: is anything due? */
void end_look(struct session *);
void end_heard(struct session *);	/* a message has come: not quiet */
void end_sent(struct session *);	/* one was sent: to be confirmed */
void end_closed(void *session, const struct ws_closed *);
void end_dead(void *session);		/* no answer to pings */
void end_now(struct session *);		/* no connection any more */
void end_stdout_gone(struct session *, const struct why *);
void end_flushed(struct session *);	/* is stdout's queue empty? */
void end_signal(void *session, int signum);

#endif
