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
 * or descriptors are out, the next one is tried anew; after an error of the
 * disk nothing is ever taken again, as nobody can know what is on it. */

#define SPOOL_LIMIT ((size_t)4 << 20)	/* bytes not on disk that mean FULL */
#define SPOOL_SEGMENT ((size_t)16 << 20)	/* when another one is begun */

struct spool_writer;

struct spool_writer_user {
	void (*room)(void *arg);	/* after FULL: half the limit is free */
	/* spool_settled has grown: what is new up to it is on disk ... */
	void (*taken)(void *arg);
	/* ... or it is not, and will not be read from there. */
	void (*refused)(void *arg, const struct why *);
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
/* Has the disk failed, so that all will be refused? */
int spool_broken(const struct spool_writer *);

uint64_t spool_position(const struct spool_writer *);
uint64_t spool_settled(const struct spool_writer *);

#endif
