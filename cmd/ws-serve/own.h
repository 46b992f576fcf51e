/* own.h - what the files of the hub share: for them only.
 *
 * rooms.c knows who is in which room, who.c tells of it; send.c sends; slow.c
 * knows who is too slow for it; history.c keeps what was sent, archive.c in a
 * file, too; pulse.c pings; hub.c is the rest.
 */
#ifndef WS_SERVE_HUB_OWN_H
#define WS_SERVE_HUB_OWN_H

#include "hub.h"

/* Messages on their way that are in nobody's queue yet: a run for the same
 * clients is put there once, not message by message. */
struct post {
	struct room *room;		/* whom it is for; NULL: all */
	size_t count;			/* 0: there are none */
	struct run plain, events;
	struct loop_task task;
};

struct hub {
	struct loop *loop;
	const struct hub_config *config;
	const struct hub_user *user;
	void *arg;
	struct names ids, rooms;
	struct client *clients;
	struct outbox outbox, events;	/* for all of them */
	struct post post;
	int choosy;			/* the message at hand has clients that
					   are marked: they are passed over */
	struct history history;
	struct archive archive;
	struct buf scratch;
	struct deflaters deflaters;
	struct loop_task turn_end;
	struct link catching_up;	/* clients, with history yet to take */
	struct client *suspects;
	struct link changed;		/* rooms whose clients are to be told */
	struct heap pulses;		/* clients, by when to look at them */
	struct loop_timer *pulse, *report, *who;
	size_t count, over, dropping;	/* clients */
	size_t readers;			/* of events, among them */
	size_t limit;			/* of a connection's queue */
	uint64_t last_id, come, mark;
	uint64_t sent, received, dropped, slow;	/* of all, ever */
	uint64_t lost, lost_told;	/* dropped by --slow */
	int held;
};

/* ---- rooms.c ---- */

/* NULL: there is none; or it can't be made. */
struct room *room_find(const struct hub *, struct span name);
struct room *room_get(struct hub *, struct span name);

/* Gives back what it holds and does not need: all, if nobody is left. */
void room_settle(struct room *);

/* A client comes, and goes: its own room is there until room_disown. */
void room_enter_own(struct client *);
void room_leave_all(struct client *);
void room_disown(struct client *);

/* ---- send.c ---- */

void send_init(struct hub *);
void send_done(struct hub *);

/* What is on its way is put into the queues: before anything else is put
 * there, and before anybody comes, goes, or changes rooms. */
void send_post(struct hub *);

/* To the others in its rooms; back to itself, and so as an event. */
void send_relay(struct client *, const struct letter *);
void send_echo(struct client *, struct msg);
void send_own(struct client *, const struct letter *);

/* An event that says who is in the room, for those who want to know. */
void send_who(struct room *, struct span event);

/* So many messages put into its queue, and counted; or only counted: result
 * is 0 if they were, or -1. */
void send_message(struct client *, struct msg);
void send_frames(struct client *, const struct frames *, size_t count);
void send_count(struct client *, size_t count, int result);

/* It has taken all: gives back what nobody holds. */
void send_settle(struct client *);

/* ---- who.c ---- */

int who_init(struct hub *);		/* -1: out of memory */
void who_done(struct hub *);

/* Somebody has come, or gone. */
void who_changed(struct room *);

/* Tells one that has come, if it wants it. */
void who_tell(struct client *);

/* ---- slow.c ---- */

int slow_init(struct hub *);		/* -1: out of memory */
void slow_done(struct hub *);

/* May what it sends be read?  Each is, or is not. */
int slow_may_read(const struct client *);
void slow_set_reading(struct hub *);

/* It is over its limit.  Is it? */
void slow_suspect(struct client *);
int slow_is_over(const struct client *);

/* It is `dropping`, and this frame for it: 1 if that was taken care of, 0 if
 * it is to be sent after all. */
int slow_drops(struct client *, const struct frames *one);

/* It has taken all / is gone: nobody waits for it any more. */
void slow_drained(struct client *);
void slow_forget(struct client *);

/* Closes behind all that waits for it; not to be done twice. */
void slow_close(struct client *, int code, struct span reason);

/* ---- history.c ---- */

void history_init(struct hub *);
void history_done(struct hub *);
void history_shelf_init(struct history_shelf *);

/* The event line of a message to a room, or (NULL) to all. */
void history_keep(struct hub *, struct room *, struct span line);

/* The same for one that is in the file. */
void history_load(struct hub *, struct room *, struct span line);

/* The last id that is missing: of a room, or (NULL) of all rooms. */
const char *history_gone(const struct hub *, const struct room *);

/* Bytes of frames of its kind that its room no longer has, ever. */
uint64_t history_gone_bytes(const struct client *);

/* Sends a client that has come what it asks for. */
void history_tell(struct client *, const struct history_wish *);

/* ---- archive.c ---- */

void archive_add(struct hub *, const struct history_entry *);
/* Writes the file anew, if it is worth it. */
void archive_settle(struct hub *);
void archive_done(struct hub *);

/* ---- pulse.c ---- */

/* Pings clients that are silent.  -1 if memory is out. */
int pulse_init(struct hub *);
void pulse_done(struct hub *);
void pulse_begin(struct client *);	/* it has come */
void pulse_end(struct client *);	/* it is gone */

/* ---- hub.c ---- */

/* It is gone: tells the user, and frees it. */
void hub_gone(struct client *, const struct ws_closed *);

#endif
