/* make.h - turns lines into jobs.
 *
 * A payload line's bytes are the body; an event line may say where, how and
 * with what headers, and a request that wh-listen took is forwarded as it
 * came.
 *
 * Owns:    what jobs borrow (the user's URL): it outlives them.
 */
#ifndef WH_SEND_MAKE_H
#define WH_SEND_MAKE_H

#include "client/url.h"
#include "config.h"
#include "headers.h"
#include "job.h"
#include "terms.h"

struct make {
	const struct config *config;
	int events;		/* the lines are; set by the user */
	int append;		/* targets of lines to the URL */
	struct fields given;
	struct url base;	/* the user's; host NULL if there is none */
	char *url, *site;	/* what libcurl is asked for; scheme://host */
	struct terms terms;
	struct buf scratch, body;
};

enum made {
	MADE_JOB,
	MADE_NEWS,		/* an event that isn't to be sent; no job */
	MADE_INVALID,		/* why; the job for its result, or NULL */
	MADE_BLOCKED
};

/* Keeps the config; url may be NULL where lines say theirs. */
int make_init(struct make *, const struct config *, const char *url,
    struct why *);
void make_done(struct make *);

/* Gives the job. */
enum made make_line(struct make *, const struct lines_record *,
    struct job **, struct why *);
/* Gives a job without a request, for the result of a line that was bad
 * already; NULL if memory is out. */
struct job *make_none(uint64_t line, struct why *);
/* --body: one job; borrows the bytes as long as the job lives. */
enum made make_whole(struct make *, struct span body, struct job **,
    struct why *);

/* For place.c: a string member as a C string, the job's; *out stays if it is
 * absent.  STATUS_BAD_LINE. */
int make_string(struct make *, struct job *, struct span member,
    const char *name, const char **out, struct why *);

#endif
