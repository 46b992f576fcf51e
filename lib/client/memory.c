/* client/memory.c - blocks that are kept when libcurl frees them.
 *
 * A block has its size before it, in steps, and goes back to those of its
 * size: last in, first out, while the processor still knows it.
 *
 * libcurl's hooks have no argument, so this is the one place with a state of
 * its own; each thread has one, and only the loop's is ever started.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <curl/curl.h>

#include "memory.h"

#define STEP ((size_t)64)
#define SIZES (MEMORY_LARGEST / STEP + 1)

struct block {
	_Alignas(max_align_t) size_t steps;	/* SIZES: any, above those */
	struct block *next;			/* while it is kept */
};

static _Thread_local struct {
	int on;
	size_t kept;
	struct block *first[SIZES];
} here;

static size_t
steps_for(size_t n)
{
	return n > MEMORY_LARGEST ? SIZES : (n + STEP - 1) / STEP;
}

static struct block *
block_of(void *p)
{
	return (struct block *)p - 1;
}

static size_t
bytes_of(const struct block *b)
{
	return sizeof(*b) + b->steps * STEP;
}

static void *
made(struct block *b, size_t steps)
{
	if (b == NULL)
		return NULL;
	b->steps = steps;
	return b + 1;
}

void *
memory_alloc(size_t n)
{
	size_t steps = steps_for(n);
	struct block *b = steps < SIZES ? here.first[steps] : NULL;

	if (b != NULL) {
		here.first[steps] = b->next;
		here.kept -= bytes_of(b);
		return b + 1;
	}
	if (steps < SIZES)
		n = steps * STEP;
	if (n > SIZE_MAX - sizeof(*b))
		return NULL;
	return made(malloc(sizeof(*b) + n), steps);
}

void
memory_free(void *p)
{
	struct block *b;

	if (p == NULL)
		return;
	b = block_of(p);
	if (!here.on || b->steps == SIZES || here.kept >= MEMORY_KEPT) {
		free(b);
		return;
	}
	here.kept += bytes_of(b);
	b->next = here.first[b->steps];
	here.first[b->steps] = b;
}

void *
memory_zeroed(size_t n, size_t size)
{
	void *p;

	if (size > 0 && n > SIZE_MAX / size)
		return NULL;
	p = memory_alloc(n * size);
	return p != NULL ? memset(p, 0, n * size) : NULL;
}

void *
memory_resize(void *p, size_t n)
{
	struct block *b;
	size_t had;
	void *q;

	if (p == NULL)
		return memory_alloc(n);
	b = block_of(p);
	had = b->steps * STEP;
	if (b->steps == SIZES) {
		if (n > SIZE_MAX - sizeof(*b))
			return NULL;
		return made(realloc(b, sizeof(*b) + n), SIZES);
	}
	if (n <= had)
		return p;
	q = memory_alloc(n);
	if (q != NULL) {
		memcpy(q, p, had);
		memory_free(p);
	}
	return q;
}

char *
memory_copy(const char *s)
{
	size_t n = strlen(s) + 1;
	char *p = memory_alloc(n);

	return p != NULL ? memcpy(p, s, n) : NULL;
}

int
memory_start(void)
{
	here.on = 1;
	return curl_global_init_mem(CURL_GLOBAL_DEFAULT, memory_alloc,
	    memory_free, memory_resize, memory_copy, memory_zeroed) ==
	    CURLE_OK ? 0 : -1;
}

void
memory_stop(void)
{
	struct block *b;
	size_t i;

	curl_global_cleanup();
	for (i = 0; i < SIZES; i++)
		while ((b = here.first[i]) != NULL) {
			here.first[i] = b->next;
			free(b);
		}
	here.kept = 0;
}
