/* client/memory.h - libcurl's memory: what it frees is kept for what it asks
 * for next; private to client/.
 *
 * libcurl 7.88 allocates and frees some forty times for a request, most of it
 * by calloc and realloc, for which glibc 2.36 keeps nothing at hand: that was
 * a tenth of what a request cost.
 *
 * Limits:  MEMORY_KEPT bytes are kept; blocks above MEMORY_LARGEST are not.
 * Threads: what others than the loop's ask for and free, libcurl's resolver,
 *          passes by.
 */
#ifndef HOOKLINE_CLIENT_MEMORY_H
#define HOOKLINE_CLIENT_MEMORY_H

#include <stddef.h>

#define MEMORY_KEPT ((size_t)4 << 20)
#define MEMORY_LARGEST ((size_t)20 << 10)	/* its read buffer, and more */

/* Starts libcurl; before anything of it is called that outlives the call.  As
 * often as memory_stop.  -1: it doesn't start. */
int memory_start(void);
void memory_stop(void);		/* nothing is kept any more */

/* The same as those of the standard, for libcurl and tests. */
void *memory_alloc(size_t);
void *memory_zeroed(size_t n, size_t size);
void *memory_resize(void *, size_t);
char *memory_copy(const char *);
void memory_free(void *);

#endif
