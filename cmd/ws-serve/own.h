/* own.h - what the files of the hub share: for them only.
 *
 * rooms.c knows who is in which room; send.c sends, and knows who is slow;
 * pulse.c pings; hub.c is the rest.
 */
#ifndef WS_SERVE_HUB_OWN_H
#define WS_SERVE_HUB_OWN_H

#include "hub.h"

struct hub {
	struct loop *loop;
	const struct hub_config *config;
	const struct hub_user *user;
	void *arg;
	struct names ids, rooms;
	struct client *clients;
	struct outbox outbox;		/* for all of them */
	struct deflaters deflaters;
	struct loop_task turn_end;
	struct client *suspects;
	struct loop_timer *pulse;
	size_t count, over;
	uint64_t last_id, mark;
	uint64_t sent, received, dropped, slow;	/* of all, ever */
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

/* May what it sends be read? */
int send_may_read(const struct client *);

/* To the others in its room; back to itself. */
void send_relay(struct client *, struct msg);
void send_echo(struct client *, struct msg);

/* It has taken all / is gone: nobody waits for it any more. */
void send_drained(struct client *);
void send_forget(struct client *);

/* Closes, unless that was done before; keeps the reason. */
void send_close(struct client *, int code, const char *reason);

/* ---- pulse.c ---- */

/* Pings clients that are silent.  -1 if memory is out. */
int pulse_init(struct hub *);
void pulse_done(struct hub *);

/* ---- hub.c ---- */

/* It is gone: tells the user, and frees it. */
void hub_gone(struct client *, const struct ws_closed *);

#endif
