/* own.h - what the files of spool share: for them only. */
#ifndef HOOKLINE_SPOOL_OWN_H
#define HOOKLINE_SPOOL_OWN_H

#include <sys/types.h>

#include <dirent.h>
#include <stdint.h>

#include "buf.h"
#include "spool.h"

/* ---- line.c: a line on disk ---- */

/* Appends the event with its crc and a line feed.  -1: out of memory. */
int spool_seal(struct buf *out, struct span event);

/* A line without its line feed: 0 and the event, made in place of it; or -1
 * where the crc is missing or another. */
int spool_unseal(char *line, size_t n, struct span *event);
int spool_is_sealed(struct span line);

/* ---- folder.c ---- */

/* DIR and DIR/seg as descriptors. */
struct spool_folder {
	int dir, seg;		/* or -1 */
};

/* make: those that are missing.  -1 and why: STATUS_USAGE. */
int spool_folder_open(struct spool_folder *, const char *dir, int make,
    struct why *);
void spool_folder_close(struct spool_folder *);

/* A segment's name, or that of one in the making, which begins with a dot. */
#define SPOOL_NAME_SIZE 64

struct spool_names {
	char (*v)[SPOOL_NAME_SIZE];
	size_t n, cap;
};

/* The segments there are, in order; what has no such name is left out.  -1:
 * errno. */
int spool_names_read(struct spool_names *, int seg);
void spool_names_done(struct spool_names *);

/* Everything in the folder, from its beginning; for closedir. */
DIR *spool_entries(int seg);

/* 1 and <start>; or 0: this is no segment's name. */
int spool_name_start(const char *name, int64_t *start);

/* ---- tail.c: what a crash leaves behind ---- */

/* Cuts a segment, which the caller has locked, behind its last good line, and
 * gives back what was reserved there: the length; or -1 and errno. */
off_t spool_cut(int fd);

/* Cuts the segments whose writers are gone behind their last good line, and
 * removes those without any, and segments that were never finished being
 * made.  What can't be cut stays as it is: readers stop there. */
void spool_mend(const struct spool_folder *);

/* ---- reader.c: the lines of one segment ---- */

struct spool_reader {
	int fd;			/* or -1 */
	struct buf buf;		/* what was read and not given */
	off_t at;		/* of the first byte of it */
	off_t start;		/* of the line given last */
	size_t looked;		/* so much of it has no line feed */
	uint64_t number;	/* of the line given last */
	int ended;		/* nobody writes to it any more */
};

enum spool_got {
	SPOOL_NONE,		/* no whole line is there (any more, if it has
				   ended) */
	SPOOL_LINE,
	SPOOL_BAD,		/* the line as it is */
	SPOOL_ERROR		/* errno */
};

/* -1: errno. */
int spool_reader_open(struct spool_reader *, int seg, const char *name);
void spool_reader_close(struct spool_reader *);

/* Has its writer gone?  It is then cut behind its last good line, once. */
int spool_reader_has_ended(struct spool_reader *);

/* The line is good until the next call.  Where mend is set, the end of what
 * there is is looked at as above: for the one consumer. */
enum spool_got spool_reader_next(struct spool_reader *, struct span *,
    int mend);

/* ---- segment.c: the writer's side, which blocks ---- */

struct spool_segment {
	struct spool_folder folder;
	int fd;			/* or -1: one is begun at the next write */
	char name[SPOOL_NAME_SIZE];
	int64_t start;		/* in the name; larger each time */
	unsigned long long count;	/* segments begun */
	off_t size, reserved;	/* reserved: bytes of disk, size or more */
	int broken;		/* nothing is written any more: */
	struct why broke;
};

/* Opens or makes the folder, mends it, and begins a segment. */
int spool_segment_open(struct spool_segment *, const char *dir,
    struct why *);
/* Whole lines: 0 when they are on disk, or -1 and why. */
int spool_segment_write(struct spool_segment *, struct span,
    struct why *);
void spool_segment_close(struct spool_segment *);

#endif
