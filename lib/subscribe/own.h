/* own.h - what the files of this module share. */
#ifndef HOOKLINE_SUBSCRIBE_OWN_H
#define HOOKLINE_SUBSCRIBE_OWN_H

#include "buf.h"
#include "subscribe.h"

/* What was decoded, and the reply: buffers of their own, so that what is added
 * to one moves nothing in another. */
struct subscribe_texts {
	struct buf challenge, topic, other, reply;
};

/* A request that may be a handshake, and what was found in it. */
struct subscribe_case {
	const struct subscribe_config *config;
	const struct subscribe_request *q;
	struct subscribe_reply *r;
	struct subscribe_texts *texts;
	struct span query;
	struct span challenge;		/* what the reply is about */
	struct span json;		/* the body, if it is JSON */
	int checked;			/* whether it is */
};

/* One provider.  detect: 1, and its challenge; 0; -1.  answer makes the
 * reply of it: 0, or -1. */
struct subscribe_row {
	const char *name, *method;
	const char *scheme;		/* that signs it, or NULL */
	const char *member;		/* of a reply in JSON */
	int (*detect)(struct subscribe_case *);
	int (*answer)(struct subscribe_case *, const struct subscribe_row *);
};

/* ---- find.c: what stands where; 1, 0 or -1 ---- */

/* A challenge: of a query's value, a field, a string in JSON. */
int subscribe_in_query(struct subscribe_case *, const char *name);
int subscribe_in_field(struct subscribe_case *, const char *name);
int subscribe_in_member(struct subscribe_case *, struct span object,
    const char *name);

/* A query's value, which must be there once, into the buffer. */
int subscribe_query(struct subscribe_case *, const char *name, struct buf *);
int subscribe_field_is(const struct subscribe_case *, const char *name,
    const char *text);
/* Is the body JSON with this word in it? */
int subscribe_json(struct subscribe_case *, const char *word);
/* Is the object's member a string of this text? */
int subscribe_member_is(struct span object, const char *name,
    const char *text);
/* The next secret of that name from the i-th on, or NULL. */
const struct secret *subscribe_secret(const struct subscribe_case *,
    const char *name, size_t i);
int subscribe_listed(const struct opt_list *, struct span);

/* 0, and the reason is noted. */
int subscribe_refuse(struct subscribe_case *, const char *reason);

/* ---- get.c: what is asked by GET and OPTIONS ---- */

int subscribe_meta(struct subscribe_case *);
int subscribe_websub(struct subscribe_case *);
int subscribe_cloudevents(struct subscribe_case *);
int subscribe_dropbox(struct subscribe_case *);
int subscribe_x(struct subscribe_case *);
int subscribe_okta(struct subscribe_case *);

/* ---- post.c ---- */

int subscribe_slack(struct subscribe_case *);
int subscribe_eventgrid(struct subscribe_case *);
int subscribe_graph(struct subscribe_case *);
int subscribe_zoom(struct subscribe_case *);
int subscribe_discord(struct subscribe_case *);
int subscribe_twitch(struct subscribe_case *);
int subscribe_asana(struct subscribe_case *);
int subscribe_monday(struct subscribe_case *);
int subscribe_sns(struct subscribe_case *);

/* ---- answer.c ---- */

int subscribe_as_text(struct subscribe_case *,
    const struct subscribe_row *);
int subscribe_as_member(struct subscribe_case *,
    const struct subscribe_row *);
int subscribe_as_origin(struct subscribe_case *,
    const struct subscribe_row *);
int subscribe_as_encrypted(struct subscribe_case *,
    const struct subscribe_row *);
int subscribe_as_pong(struct subscribe_case *, const struct subscribe_row *);
int subscribe_as_token(struct subscribe_case *, const struct subscribe_row *);
int subscribe_as_secret(struct subscribe_case *,
    const struct subscribe_row *);
int subscribe_as_nothing(struct subscribe_case *,
    const struct subscribe_row *);

#endif
