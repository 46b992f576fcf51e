/* job.h - one delivery: what is sent, and where; a deliver_job with what
 * wh-send knows of it.
 *
 * Owns:    what job_keep and job_room gave, until job_free.
 */
#ifndef WH_SEND_JOB_H
#define WH_SEND_JOB_H

#include <stdint.h>

#include "deliver.h"
#include "id.h"
#include "span.h"
#include "spool.h"

#define JOB_ID_SIZE (4 + ID_SIZE)	/* msg_ and a UUID */

/* What a result may say: the engine's outcomes, and this one. */
enum {
	OUTCOME_SPOOLED = DELIVER_INVALID + 1	/* it is on disk, for later */
};
const char *outcome_name(int outcome);

struct job {
	struct deliver_job deliver;	/* first; its url is the one shown */
	uint64_t line;			/* 0: no line, --body */
	struct span id;
	struct span key;		/* JSON; p NULL: none */
	const char *url;		/* with user info; NULL until known */
	int strange;			/* the URL is from a line */
	const char *method;
	const struct http1_field *headers;
	size_t nheaders;
	struct span body;		/* p NULL: none at all */

	struct spool_ref spooled;	/* where it is from; part NULL: not */
	struct span event;		/* for --dead-letter; else p NULL */
	int64_t ms;			/* what the last attempt took */
	struct link consent;		/* consent.c's, and: */
	int64_t turn_ms;		/* not before that; 0: no such time */
	struct deliver *engine;		/* sending.c's, while in flight: */
	struct http_transfer *transfer;
	struct job_piece *pieces;
	char *room;			/* the rest of the last piece */
	size_t left;
};

static inline struct job *
job_of(struct deliver_job *j)
{
	return (struct job *)(void *)j;
}

/* A new id for a line that has none. */
void job_new_id(char out[JOB_ID_SIZE]);

/* With room for so many bytes; NULL when memory is out. */
struct job *job_new(uint64_t line, size_t room);
void job_free(struct job *);		/* NULL is allowed */

/* Memory that lives as long as the job; a copy with a NUL behind it.  NULL
 * when memory is out. */
void *job_room(struct job *, size_t n);
char *job_keep(struct job *, struct span);

#endif
