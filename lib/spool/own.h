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
DIR *spool_list(int seg);

/* 1 and <start>; or 0: this is no segment's name. */
int spool_name_start(const char *name, int64_t *start);

/* ---- tail.c: what a crash leaves behind ---- */

/* The length of a segment up to the end of its last good line.  -1: errno. */
off_t spool_tail(int fd);

/* Cuts the segments whose writers are gone behind their last good line, and
 * removes those without any, and segments that were never finished being
 * made.  What can't be cut stays as it is: readers stop there. */
void spool_mend(const struct spool_folder *);

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
