/* letters.h - --dead-letter: the file that letters (dead.h) are appended to.
 *
 * What is put in one turn of the loop is written at once, with one fdatasync,
 * in another thread, whole or not at all.  Each letter's result line is told
 * of once the letter is on disk, or can't be; after that the next ones are
 * tried all the same.
 *
 * Limits:  LETTERS_LIMIT bytes that wait.
 * Errors:  letters_new: NULL and why, STATUS_USAGE.
 */
#ifndef WH_SEND_LETTERS_H
#define WH_SEND_LETTERS_H

#include "buf.h"
#include "loop.h"
#include "why.h"

#define LETTERS_LIMIT ((size_t)4 << 20)

struct letters;

struct letters_user {
	/* In the order of letters_put: why is NULL if it is on disk. */
	void (*settled)(void *arg, struct span result, const struct why *);
	/* None waits any more, or there is room again. */
	void (*room)(void *arg);
};

/* Opens the file, or makes it for its owner alone; keeps the path. */
struct letters *letters_new(struct loop *, const char *path,
    const struct letters_user *, void *arg, struct why *);
/* Those that wait may be written or not.  NULL is allowed. */
void letters_free(struct letters *);

/* Both without line feeds.  -1: out of memory, and neither was taken. */
int letters_put(struct letters *, struct span letter, struct span result);

/* Do any wait?  Or too many? */
int letters_busy(const struct letters *);
int letters_full(const struct letters *);

#endif
