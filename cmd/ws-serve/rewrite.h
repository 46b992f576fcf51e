/* rewrite.h - a file of lines written anew beside itself, on disk, while the
 * old one is still appended to: in another thread, as the disk may take its
 * time.
 *
 * The new file is NAME.new until it takes the old one's place; it is locked
 * (flock).  At any moment one of the two holds all that was appended.
 *
 * Errors:  -1 (NULL): out of memory; rewrite_end: -1 and errno.
 */
#ifndef WS_SERVE_REWRITE_H
#define WS_SERVE_REWRITE_H

#include "block.h"
#include "loop.h"
#include "span.h"

struct rewrite;

/* done(arg) when all is written, or that failed.  Keeps path. */
struct rewrite *rewrite_new(struct loop *, const char *path, loop_fn done,
    void *arg);

/* Its lines, one after the other: a copy, or a part of a block that it keeps.
 * Without the line feed. */
int rewrite_copy(struct rewrite *, struct span line);
int rewrite_share(struct rewrite *, struct block *, struct span line);
void rewrite_start(struct rewrite *);

/* What is appended to the old file from then on: whole lines. */
void rewrite_append(struct rewrite *, struct span lines);

/* Done: into the old one's place.  *fd is the caller's, and *size its size. */
int rewrite_end(struct rewrite *, int *fd, size_t *size);

/* Wherever it is: what was not ended is removed.  Closes fd, the old file,
 * which stays locked for as long as this takes; -1: there is none to close. */
void rewrite_free(struct rewrite *, int fd);

#endif
