/* state.h - state.ndjson: what became of lines, for the next consumer.
 *
 *	{"segment":"...","line":17,"to":20,"state":"done"}	or dead, bad
 *	{"segment":"...","line":21,"state":"retry","attempts":2,"due":"..."}
 *
 * Later lines count.  Appended to at the end of each turn, without an
 * fdatasync, and written anew when most of it is past.  What can't be written
 * costs duplicates, no events; what can't be read is skipped.
 */
#ifndef HOOKLINE_SPOOL_STATE_H
#define HOOKLINE_SPOOL_STATE_H

#include "spool/parts.h"

struct spool_state {
	int dir;
	int fd;				/* or -1 */
	struct buf pending;
	size_t size, base;		/* of the file; as written anew */
	int torn;			/* it may end within a line */
	int failed;			/* was told, and is so still */
	/* Lines of one fate, one after the other, not yet in pending. */
	char run_name[SPOOL_NAME_SIZE];
	uint64_t run_from, run_to;	/* 0: none */
	enum spool_fate run_fate;
};

/* Reads what there is of a folder's into the parts.  -1: errno. */
int state_read(int dir, struct spool_parts *);
/* For a part that is kept: which of its lines were not done. */
int state_keep(int dir, const struct spool_part *);

/* Reads it and writes it anew.  -1 and why. */
int state_open(struct spool_state *, int dir, struct spool_parts *,
    struct why *);
void state_close(struct spool_state *);	/* flushes */

/* Note, until the flush at the turn's end. */
void state_settled(struct spool_state *, const struct spool_part *,
    uint64_t number, enum spool_fate);
void state_attempted(struct spool_state *, const struct spool_part *,
    const struct spool_past *);

/* -1 and why: it is lost to the next consumer; told once, until it works. */
int state_flush(struct spool_state *, const struct spool_parts *,
    struct why *);

#endif
