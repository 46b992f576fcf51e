/* file.h - a whole file, as the user names it.
 *
 * Errors:  -1 and why, STATUS_USAGE: can't be read, or is longer than the
 *          buffer's limit.
 */
#ifndef HOOKLINE_FILE_H
#define HOOKLINE_FILE_H

#include "buf.h"
#include "why.h"

/* Appends the file's bytes; "-" is stdin. */
int file_read(struct buf *, const char *path, struct why *);

/* The same to the end of a descriptor, which stays open; name is what
 * messages call it. */
int file_read_fd(struct buf *, int fd, const char *name, struct why *);

/* Makes a file that its owner alone may read.  0: its bytes are on disk; 1:
 * there is one already, which is left alone; -1 and why, STATUS_SOME. */
int file_create(const char *path, struct span bytes, struct why *why);

/* Writes all of it to a descriptor that blocks: -1 and errno, and *done (may
 * be NULL) is how much was written before. */
int file_write(int fd, struct span bytes, size_t *done);

/* The folder of a new file, which may else be gone after a power failure.  -1:
 * errno. */
int file_sync_folder(const char *path);

/* Where the last line of such a file is torn, as a crash may leave it, it gets
 * its line feed.  What can't be read back is left alone.  -1: errno. */
int file_end_line(int fd);

/* Appends whole lines to a file opened for reading and appending: whole or
 * not at all, and on disk.  A last line that a crash has left without its
 * line feed gets one first.  Holds a lock (flock) meanwhile, so that others
 * may do the same.  -1: errno. */
int file_append(int fd, struct span lines);

#endif
