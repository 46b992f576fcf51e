/* dedupe.c - an id is a repeat once it was kept, for so long, and within so
 * much memory; the clock is the test's. */
#include <stdlib.h>

#include "check.h"
#include "dedupe.h"

#define MINUTE INT64_C(60000)

static struct dedupe *d;
static struct dedupe_claim *claim;

static int
ask(const char *id, int64_t now_ms)
{
	return dedupe_ask(d, SPAN("github"), span_str(id), now_ms, &claim);
}

static void
fates(void)
{
	struct dedupe_claim *first;
	int who;

	d = dedupe_new(10 * MINUTE, 1 << 20);
	CHECK(ask("a", 1) == DEDUPE_NEW);
	first = claim;
	CHECK(*dedupe_waiting(first) == NULL);
	*dedupe_waiting(first) = &who;
	/* in flight, however long */
	CHECK(ask("a", 2) == DEDUPE_PENDING && claim == first);
	CHECK(ask("a", 99 * MINUTE) == DEDUPE_PENDING && claim == first);
	CHECK(*dedupe_waiting(claim) == &who);
	/* not taken: as new */
	dedupe_drop(d, first);
	CHECK(ask("a", 100 * MINUTE) == DEDUPE_NEW);
	CHECK(dedupe_count(d) == 0);
	/* taken: a repeat, until the time is over */
	dedupe_keep(d, claim, 100 * MINUTE);
	CHECK(dedupe_count(d) == 1);
	CHECK(ask("a", 100 * MINUTE) == DEDUPE_REPEAT);
	CHECK(ask("a", 110 * MINUTE - 1) == DEDUPE_REPEAT);
	CHECK(ask("a", 110 * MINUTE) == DEDUPE_NEW);
	CHECK(dedupe_count(d) == 0 && dedupe_forgotten(d) == 0);
	dedupe_free(d);		/* with a claim */
}

/* A repeat does not prolong it: a sender that never stops gets through. */
static void
no_prolonging(void)
{
	int64_t now;

	d = dedupe_new(10, 1 << 20);
	CHECK(ask("a", 1) == DEDUPE_NEW);
	dedupe_keep(d, claim, 1);
	for (now = 2; now < 11; now++)
		CHECK(ask("a", now) == DEDUPE_REPEAT);
	CHECK(ask("a", 11) == DEDUPE_NEW);
	dedupe_free(d);
}

static void
scopes(void)
{
	d = dedupe_new(10, 1 << 20);
	CHECK(dedupe_ask(d, SPAN("a"), SPAN("bc"), 1, &claim) == DEDUPE_NEW);
	dedupe_keep(d, claim, 1);
	CHECK(dedupe_ask(d, SPAN("ab"), SPAN("c"), 1, &claim) == DEDUPE_NEW);
	dedupe_keep(d, claim, 1);
	CHECK(dedupe_ask(d, SPAN("a"), SPAN("bc"), 1, &claim) ==
	    DEDUPE_REPEAT);
	CHECK(dedupe_ask(d, SPAN("a"), SPAN("b"), 1, &claim) == DEDUPE_NEW);
	dedupe_drop(d, claim);
	CHECK(dedupe_ask(d, SPAN("a"), SPAN("bc\0"), 1, &claim) ==
	    DEDUPE_NEW);
	dedupe_drop(d, claim);
	dedupe_free(d);
}

/* Room for three: the oldest goes, and is counted; claims take no place. */
static void
limits(void)
{
	char id[16];
	int i;

	d = dedupe_new(1000, 3 * DEDUPE_ENTRY_BYTES);
	for (i = 0; i < 5; i++) {
		snprintf(id, sizeof(id), "%d", i);
		CHECK(ask(id, i) == DEDUPE_NEW);
		dedupe_keep(d, claim, i);
	}
	CHECK(dedupe_count(d) == 3 && dedupe_forgotten(d) == 2);
	CHECK(ask("0", 5) == DEDUPE_NEW);	/* stays a claim */
	for (i = 2; i < 5; i++) {
		snprintf(id, sizeof(id), "%d", i);
		CHECK(ask(id, 5) == DEDUPE_REPEAT);
	}
	/* what expires makes room, and is not counted */
	CHECK(ask("n", 1003) == DEDUPE_NEW);
	dedupe_keep(d, claim, 1003);
	CHECK(dedupe_count(d) == 2 && dedupe_forgotten(d) == 2);
	CHECK(ask("0", 1003) == DEDUPE_PENDING);
	dedupe_free(d);
	d = dedupe_new(1000, 0);	/* one at least */
	CHECK(ask("a", 0) == DEDUPE_NEW);
	dedupe_keep(d, claim, 0);
	CHECK(ask("a", 0) == DEDUPE_REPEAT);
	dedupe_free(d);
	dedupe_free(NULL);
}

/* Against a plain model: 64 ids, in any order, over some time. */
static void
model(void)
{
	struct { struct dedupe_claim *claim; int64_t until; } m[64] = { 0 };
	int wrong = 0, i;
	int64_t now = 0;

	srandom(7);
	d = dedupe_new(50, 1 << 20);
	for (i = 0; i < 200000; i++) {
		size_t k = (size_t)random() % 64;
		char id[8];
		int want, got;

		now += random() % 3 == 0;
		snprintf(id, sizeof(id), "%zu", k);
		want = m[k].claim != NULL ? DEDUPE_PENDING :
		    m[k].until > now ? DEDUPE_REPEAT : DEDUPE_NEW;
		got = ask(id, now);
		wrong += got != want;
		if (got == DEDUPE_NEW) {
			m[k].claim = claim;
		} else if (got == DEDUPE_PENDING && random() % 2 == 0) {
			wrong += claim != m[k].claim;
			m[k].claim = NULL;
			m[k].until = 0;
			dedupe_drop(d, claim);
		} else if (got == DEDUPE_PENDING) {
			m[k].claim = NULL;
			m[k].until = now + 50;
			dedupe_keep(d, claim, now);
		}
	}
	CHECK(wrong == 0);
	CHECK(dedupe_forgotten(d) == 0);
	dedupe_free(d);
}

int
main(void)
{
	fates();
	no_prolonging();
	scopes();
	limits();
	model();
	return CHECK_DONE;
}
