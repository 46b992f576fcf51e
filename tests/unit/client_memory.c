/* client_memory.c - libcurl's memory is as good as the standard's. */
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>

#include "check.h"
#include "client/memory.h"

#define BLOCKS 64
#define ROUNDS 20000

static struct {
	unsigned char *p;
	size_t n;
	unsigned char fill;
} blocks[BLOCKS];

static int
holds(const unsigned char *p, size_t n, unsigned char fill)
{
	while (n > 0)
		if (p[--n] != fill)
			return 0;
	return 1;
}

static void
fill(size_t i, size_t n, int round)
{
	blocks[i].n = n;
	blocks[i].fill = (unsigned char)(round % 251 + 1);
	if (n > 0)
		memset(blocks[i].p, blocks[i].fill, n);
}

/* One of them is made, made zeroed, made larger or smaller, or freed. */
static int
step(int round)
{
	size_t i = (size_t)rand() % BLOCKS, kept;
	size_t n = (size_t)rand() % (rand() % 8 == 0 ? 50000 : 900);
	unsigned char *p = blocks[i].p;

	if (!holds(p, blocks[i].n, blocks[i].fill) ||
	    (uintptr_t)p % _Alignof(max_align_t) != 0)
		return -1;
	if (p == NULL) {
		blocks[i].p = round % 2 ? memory_alloc(n) :
		    memory_zeroed(n, 1);
		if (round % 2 == 0 && !holds(blocks[i].p, n, 0))
			return -1;
	} else if (round % 3 == 0) {
		kept = n < blocks[i].n ? n : blocks[i].n;
		blocks[i].p = memory_resize(p, n);
		if (!holds(blocks[i].p, kept, blocks[i].fill))
			return -1;
	} else {
		memory_free(p);
		blocks[i].p = NULL;
		n = 0;
	}
	fill(i, n, round);
	return 0;
}

static void
by_chance(void)
{
	int bad = 0, round;

	for (round = 0; round < ROUNDS && bad == 0; round++)
		bad = step(round);
	CHECK(bad == 0);
	for (round = 0; round < BLOCKS; round++)
		memory_free(blocks[round].p);
}

static void
reused(void)
{
	char *a = memory_alloc(100), *b = memory_alloc(100), *c;

	CHECK(a != NULL && b != NULL && a != b);
	memory_free(a);
	memory_free(b);
	c = memory_alloc(99);
	CHECK(c == b);			/* the last is the first */
	CHECK(memory_resize(c, 120) == c);
	memory_free(c);
	c = memory_copy("copied");
	CHECK_STR(c, "copied");
	memory_free(c);
	memory_free(NULL);
}

static void
too_large(void)
{
	CHECK(memory_alloc(SIZE_MAX) == NULL);
	CHECK(memory_zeroed(SIZE_MAX / 2, 3) == NULL);
}

static void *
elsewhere(void *arg)
{
	memory_free(arg);
	return memory_alloc(1000);
}

/* As libcurl's resolver does it. */
static void
other_threads(void)
{
	char *ours = memory_alloc(1000);
	void *theirs = NULL;
	pthread_t thread;

	CHECK(pthread_create(&thread, NULL, elsewhere, ours) == 0);
	CHECK(pthread_join(thread, &theirs) == 0 && theirs != NULL);
	memory_free(theirs);
	CHECK(memory_alloc(1000) == theirs);
	memory_free(theirs);
}

int
main(void)
{
	CHECK(memory_start() == 0);
	by_chance();
	reused();
	too_large();
	other_threads();
	memory_stop();
	return CHECK_DONE;
}
