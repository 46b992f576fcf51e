/* job.h - one delivery: what is sent, where, and how often it was tried.
 *
 * Owns:    what job_keep and job_room gave, until job_free.
 */
#ifndef WH_SEND_JOB_H
#define WH_SEND_JOB_H

#include <stdint.h>

#include "client/http.h"
#include "retry.h"
#include "span.h"

/* In the order of outcome_name. */
enum outcome {
	OUTCOME_DELIVERED,	/* a 2xx */
	OUTCOME_FAILED,		/* final: another status, TLS, an interrupt */
	OUTCOME_EXHAUSTED,	/* retried as often as was allowed */
	OUTCOME_GONE,		/* 410, now or for an earlier line */
	OUTCOME_BLOCKED,	/* a URL from a line, to an address inside */
	OUTCOME_INVALID		/* the line can't be sent */
};

struct job {
	struct job *next, *prev;
	uint64_t line;			/* 0: no line, --body */
	struct span id;
	const char *url;		/* NULL until it is known */
	const char *shown;		/* the same without user info */
	const char *site;		/* scheme, host and port */
	int strange;			/* the URL is from a line */
	const char *method;
	const struct http1_field *headers;
	size_t nheaders;
	struct span body;		/* p NULL: none at all */

	struct retry retry;
	int attempts;
	int64_t due_ms, ms;		/* ms: what the last attempt took */
	struct http_transfer *transfer;
	void *queue, *at;		/* queue.c's own */
	size_t bytes;			/* of memory */
	struct job_piece *pieces;
};

/* NULL when memory is out. */
struct job *job_new(uint64_t line);
void job_free(struct job *);		/* NULL is allowed */

/* Memory that lives as long as the job; a copy with a NUL behind it.  NULL
 * when memory is out. */
void *job_room(struct job *, size_t n);
char *job_keep(struct job *, struct span);

#endif
