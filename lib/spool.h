/* spool.h - a folder in which events outlive the programs: what has been
 * taken is on disk, and stays there until it was dealt with.
 *
 *	DIR/seg/<start>-<pid>-<n>.ndjson	segments, append only
 *	DIR/LOCK		one consumer at a time holds it
 *	DIR/state.ndjson	what became of each line
 *	DIR/dead.ndjson, DIR/bad.ndjson
 *
 * A segment has one writer, which holds an flock on it: who gets the lock
 * knows that the writer is gone.  Names sort in the order of the segments'
 * beginnings (<start>: microseconds since the epoch, 16 digits).
 *
 * A line is the event with a last member "crc":"xxxxxxxx": CRC-32C, 8 small
 * hexadecimal digits, of all bytes of the line before that member's comma.
 * A line that was torn, or glued to another, does not pass.
 *
 * Several writers and one consumer at a time, on one machine: flock and
 * inotify say nothing of what other machines do (no NFS).
 *
 * Errors:  -1 or NULL, and why: STATUS_USAGE where the folder can't be used.
 */
#ifndef HOOKLINE_SPOOL_H
#define HOOKLINE_SPOOL_H

#include <stdint.h>

#include "buf.h"
#include "flow.h"
#include "loop.h"

/* ---- writing ----
 *
 * What has been put while one write and fdatasync were going on, in a thread
 * of their own, goes out in the next: batches form by themselves.
 *
 * Positions count lines since the start: a line's fate is known once
 * spool_settled has reached spool_position as it was after the put.
 *
 * A batch is taken or refused as a whole.  Where the disk is full, or memory
 * or descriptors are out, the next one is tried anew (or, if `waiting` is set,
 * the same one from time to time, and nothing is refused); after an error of
 * the disk nothing is ever taken again, as nobody can know what is on it. */

#define SPOOL_LIMIT ((size_t)4 << 20)	/* bytes not on disk that mean FULL */
#define SPOOL_SEGMENT ((size_t)16 << 20)	/* when another one is begun */

struct spool_writer;

struct spool_writer_user {
	void (*room)(void *arg);	/* after FULL: half the limit is free */
	/* spool_settled has grown: what is new up to it is on disk ... */
	void (*taken)(void *arg);
	/* ... or it is not, and will not be read from there. */
	void (*refused)(void *arg, const struct why *);
	/* NULL, or: the batch waits for better times.  Told each time. */
	void (*waiting)(void *arg, const struct why *);
};

/* Makes the folder (0700) if it is missing, cuts what the crashes of earlier
 * writers have left half written, and begins a segment, so that a folder that
 * can't be written to is known now.  A disk that is full is no error. */
struct spool_writer *spool_writer_new(struct loop *, const char *dir,
    const struct spool_writer_user *, void *arg, struct why *);
/* What is not settled is not called for any more, and may be on disk or not.
 * Ends the segment; one without lines goes. */
void spool_writer_free(struct spool_writer *);	/* NULL is allowed */

/* One JSON object, {...} on one line without white space around it: 0, FULL,
 * or -1: out of memory, it was not taken. */
int spool_put(struct spool_writer *, struct span event);
int spool_full(const struct spool_writer *);
/* How many there were: writes, each with its fdatasync. */
uint64_t spool_batches(const struct spool_writer *);
/* Has the disk failed, so that all will be refused? */
int spool_broken(const struct spool_writer *);

uint64_t spool_position(const struct spool_writer *);
uint64_t spool_settled(const struct spool_writer *);

/* ---- consuming ----
 *
 * Lines come in the order in which they were written, those of writers that
 * live at the same time by turns.  Each line that spool_next has given is
 * settled by spool_done or spool_dead, sooner or later and in any order; a
 * consumer that ends leaves the rest for the next one.  What became of lines
 * is noted without an fdatasync: after a power loss some come again.
 *
 * A segment whose writer has gone and whose lines are settled is deleted, or
 * kept as DIR/done/NAME for keep_ms. */

struct spool_consumer;
struct spool_part;

/* Which line: good until it is settled. */
struct spool_ref {
	struct spool_part *part;
	uint64_t number;	/* in its segment, from 1 */
	int64_t offset;		/* and bytes, with its crc */
	size_t n;
};

struct spool_line {
	struct span event;	/* without its crc; good until the next call */
	const char *segment;	/* its name; the same */
	struct spool_ref ref;
	int64_t attempts;	/* that were made, by earlier consumers, too */
	int64_t tries;		/* as spool_park was told; else attempts */
	int64_t due_us;		/* of the wall clock; 0: now */
};

struct spool_consumer_user {
	/* spool_next may have something (again). */
	void (*ready)(void *arg);
	/* A line did not verify, and is in bad.ndjson; or something can't be
	 * written just now, and will be tried again. */
	void (*trouble)(void *arg, const struct why *);
};

/* Takes DIR/LOCK: STATUS_UNREACHABLE if another consumer has it. */
struct spool_consumer *spool_consumer_new(struct loop *, const char *dir,
    int64_t keep_ms, const struct spool_consumer_user *, void *arg,
    struct why *);
void spool_consumer_free(struct spool_consumer *);	/* NULL is allowed */

/* 1 and a line; or 0: there is none now. */
int spool_next(struct spool_consumer *, struct spool_line *);

/* Looks whether writers have gone that nobody has told of yet. */
void spool_look(struct spool_consumer *);

/* The name of its segment; good until it is settled. */
const char *spool_segment(struct spool_ref);

/* The event once more: appended.  -1 and why. */
int spool_read(struct spool_consumer *, struct spool_ref, struct buf *out,
    struct why *);

void spool_done(struct spool_consumer *, struct spool_ref);
/* It was attempted, and is due again. */
void spool_again(struct spool_consumer *, struct spool_ref,
    int64_t attempts, int64_t due_us);
/* Not now: spool_next gives it again when it is due, besides what comes
 * anew; until then only its place is in memory, of as many as spool_parking
 * says there is room for. */
size_t spool_parking(const struct spool_consumer *);
void spool_park(struct spool_consumer *, const struct spool_line *);
/* It was given up: the event goes to dead.ndjson.  It is settled once it is
 * on disk there.  -1: out of memory. */
int spool_dead(struct spool_consumer *, struct spool_ref, struct span event);

struct spool_counts {
	uint64_t given;		/* lines that are not settled ... */
	size_t parked;		/* ... these among them */
	size_t aside;		/* bytes on their way to dead.ndjson, ... */
	size_t segments;	/* that are not through */
};
void spool_counts(const struct spool_consumer *, struct spool_counts *);

/* ---- looking ----
 *
 * Needs no lock, and takes none from others; what is going on meanwhile is
 * told or not. */

/* What a consumer would be given; what was given up; what was done and is
 * still there. */
enum spool_what { SPOOL_DUE, SPOOL_DEAD, SPOOL_DONE };

struct spool_list;

struct spool_list *spool_list_new(const char *dir, enum spool_what,
    struct why *);
void spool_list_free(struct spool_list *);	/* NULL is allowed */
/* 1 and an event, good until the next call; 0: no more; -1 and why. */
int spool_list_next(struct spool_list *, struct span *event, struct why *);

/* Deletes what is dead, or done and kept.  -1 and why. */
int spool_purge(const char *dir, enum spool_what, struct why *);

#endif
