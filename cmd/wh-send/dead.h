/* dead.h - dead letters: what was given up, as event lines that can be sent
 * again.
 *
 * The event gets a last member `failed`: time, outcome, status (if there was
 * an answer), attempts, error; one that an earlier failure had left goes.
 */
#ifndef WH_SEND_DEAD_H
#define WH_SEND_DEAD_H

#include "buf.h"
#include "job.h"
#include "output.h"
#include "tool.h"

/* Appends the line.  -1: out of memory. */
int dead_print(struct buf *out, struct span event, const struct job *,
    int outcome, const struct http_result *, const struct why *);

/* --dead-letter: the file. */
struct dead_file {
	const char *path;
	struct tool *tool;
	struct output *out;	/* NULL: there is none */
	int fd;
	int lost;		/* some could not be written: was reported */
};

/* Keeps the path (NULL: none) and the tool; what the file holds stays.  -1 and
 * why, STATUS_USAGE. */
int dead_file_open(struct dead_file *, const char *path, struct tool *,
    struct why *);
void dead_file_close(struct dead_file *);
void dead_file_put(struct dead_file *, struct span line);
/* A letter could not be made. */
void dead_file_lost(struct dead_file *);
/* Is all of it written? */
int dead_file_is_done(const struct dead_file *);
/* On disk, too: 1 if every letter is. */
int dead_file_sync(struct dead_file *);

#endif
