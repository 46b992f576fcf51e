/* server.h - one run of ws-serve: what its parts share.
 *
 * visit.c lets clients in and answers with the page, once access.c has said
 * who may, and ask.c has asked; publish.c takes messages that are posted;
 * orders.c carries out what stdin says, commands.c such lines of it as are no
 * messages; news.c tells stdout; the hub (hub.h) is between them; session.h
 * and shared.h are of commands; service.c is for whoever watches over it;
 * main.c begins and ends.
 */
#ifndef WS_SERVE_SERVER_H
#define WS_SERVE_SERVER_H

#include "access.h"
#include "ask.h"
#include "buf.h"
#include "config.h"
#include "event.h"
#include "front.h"
#include "guest.h"
#include "hub.h"
#include "json.h"
#include "listen.h"
#include "page.h"
#include "rate.h"

#define SERVER_HURRY_MS 1000	/* to take leave, when stdout is gone */

struct sessions;
struct shared;

/* What has been ended when time was up. */
enum server_cut { CUT_NOTHING, CUT_CLIENTS, CUT_COMMANDS };

struct server {
	struct config config;
	struct opt_list operands;
	struct tool tool;
	struct page *page;		/* NULL: none */
	struct access *access;
	struct guests guests;
	struct asks *asks;		/* NULL: nobody is asked */
	struct rate rate;
	struct hub_config hub_config;
	struct hub *hub;
	struct front *front;
	struct listen *listen;
	struct output *output;
	struct lines_out *news;		/* arrivals, departures */
	struct lines_out *out;		/* messages; the same, or commands' */
	struct lines_in *in;		/* NULL: nothing to read */
	struct sessions *sessions;	/* `-- COMMAND`, or NULL */
	struct shared *shared;		/* `--shared -- COMMAND`, or NULL */
	struct loop_timer *deadline;	/* of the end */
	struct buf line;		/* an event being made */
	struct buf event;		/* a message as one, for clients */
	struct buf since;		/* of a query */
	struct buf body, word;		/* of the line being read */
	struct buf user;		/* ... of a client that is let in */
	struct buf reply, room, headers, protocol;	/* of an upgrade */
	struct http1_head told;		/* without its secrets */
	int reading;			/* stdin has been begun with */
	int answered;			/* its last line was, on stdout */
	int stopping;			/* nothing more is let in */
	int gone;			/* stdout's reader */
	enum server_cut cut;		/* time was up */
};

/* ---- main.c ---- */

/* Closes all clients behind what they are owed, for so long at most. */
void server_stop(struct server *, int64_t within_ms);

/* Is all done, once stopping? */
void server_check_end(struct server *);

/* ---- visit.c ---- */

extern const struct front_user visit_user;
void visit_accept(void *server, struct stream *gives);
void visit_full(void *server);
void visit_refuse(struct exchange *, int status, struct span reason);
/* A client whose handshake is good and waited for --ask, under its name; into
 * that room, or (p NULL) the one of its path.  Takes the guest. */
void visit_let_in(struct server *, struct exchange *, struct guest *,
    const char *id, struct span room);
/* A request that waited for access.h. */
void visit_known(void *server, struct exchange *, const struct span *user);

/* ---- publish.c ---- */

/* Is it a request for --publish?  Then its head and its body go to these. */
int publish_is_meant(const struct server *, const struct http1_head *);
void publish_head(struct server *, struct exchange *);
void publish_request(struct server *, struct exchange *, struct span body);

/* ---- orders.c ---- */

/* 0, or -1 and why. */
int orders_init(struct server *, struct why *);

/* What reads the lines of a shared command.  NULL and why. */
struct lines_in *orders_of_shared(struct server *, struct why *);

/* Carries out what the command of that client says: a message to it, or an
 * event, which is for it if that names no client and no room. */
void orders_of(struct server *, const struct lines_record *,
    const struct client *);

/* Reads stdin, or the commands, if it is time, and there is room. */
void orders_go_on(struct server *);
void orders_stop(struct server *);

/* An order to the client named, and to each of a list: all are looked at
 * before the first is told.  -1 and why if they are not names. */
typedef void (*order_fn)(struct server *, struct span client,
    const void *order);
int orders_give(struct server *, struct span names, const char *member,
    order_fn, const void *order, struct why *);

/* There is no such client. */
void orders_missing(struct span client);

static inline int
orders_is_given(struct span member)
{
	return member.p != NULL && json_type(member) != JSON_NULL;
}

/* ---- commands.c ---- */

/* A line that has `do`.  -1 and why. */
int commands_do(struct server *, const struct event *, struct why *);

/* ---- news.c ---- */

int news_init(struct server *, struct why *);

/* The members of `open` that the handshake holds.  -1: out of memory. */
int news_keep(struct server *, const struct http1_head *,
    struct span protocol);
void news_open(struct server *, const struct client *);
/* Is who reads the news behind, so that nothing more may happen?  Not any
 * more: goes on. */
int news_full(const struct server *);
void news_go_on(struct server *);
/* 0; -1: nobody hears it, or memory is out. */
int news_ask(struct server *, const struct exchange *, const char *id,
    const struct guest *);
/* Are lines on stdout events?  Who is in that room, or (NULL) here. */
int news_is_told(const struct server *);
void news_clients(struct server *, const struct span *room);
void news_message(void *server, const struct client *, struct letter *);
/* A message for that room, or (NULL) for whomever, as an event, too, if the
 * hub wants it; good until the next. */
struct letter news_letter(struct server *, struct msg,
    const struct span *room);
void news_closed(void *server, const struct client *,
    const struct ws_closed *);

/* ---- service.c ---- */

void service_metrics(void *server, struct metrics *);
void service_reload(void *server);
/* What the front asks for --health and --metrics. */
int service_healthy(void *server);
int service_print_metrics(void *server, struct buf *);

#endif
