/* The spool's consumer: what the next one knows, and what is kept. */
#include <utime.h>

#include "clock.h"
#include "spool_taker.h"

/* What was not settled comes again, with what is known of it. */
static void
resumed(void)
{
	struct rig r;
	struct taker t;
	struct spool_line l[6], again;
	int i;

	rig_init(&r);
	CHECK(rig_writer(&r) != NULL);
	write_numbers(&r, 0, 5);
	end_writer(&r);
	take_from(&t, &r, 0);
	for (i = 0; i < 6; i++)
		CHECK(next(&t, &l[i]) == i);
	spool_done(t.c, l[0].ref);
	spool_done(t.c, l[1].ref);
	spool_done(t.c, l[4].ref);
	spool_again(t.c, l[2].ref, 1, 1000000);
	spool_again(t.c, l[3].ref, 1, 2000000);
	spool_again(t.c, l[2].ref, 2, 1795613798980538);
	spool_consumer_free(t.c);
	take_from(&t, &r, 0);
	CHECK(next(&t, &again) == 2);
	CHECK(again.attempts == 2 && again.due_us == 1795613798980538);
	spool_done(t.c, again.ref);
	CHECK(next(&t, &again) == 3);
	CHECK(again.attempts == 1 && again.due_us == 2000000);
	spool_done(t.c, again.ref);
	CHECK(next(&t, &again) == 5 && again.attempts == 0);
	spool_done(t.c, again.ref);
	await_segments(&t, 0);
	spool_consumer_free(t.c);
	rig_done(&r);
}

/* A state that is damaged or lost costs repeats, and nothing else. */
static void
state_lost(void)
{
	struct rig r;
	struct taker t;
	struct spool_line l;
	char path[160];
	FILE *f;
	int i, round;

	rig_init(&r);
	CHECK(rig_writer(&r) != NULL);
	write_numbers(&r, 0, 2);
	end_writer(&r);
	snprintf(path, sizeof(path), "%s/state.ndjson", r.dir);
	for (round = 0; round < 2; round++) {
		take_from(&t, &r, 0);
		for (i = 0; i < 3; i++)
			CHECK(next(&t, &l) == i);
		spool_done(t.c, l.ref);
		spool_consumer_free(t.c);
		f = fopen(path, round == 0 ? "w" : "a");
		fputs("x\n{}\n{\"segment\":1}\n{\"segment\":\"y\",\"line\":1,"
		    "\"state\":\"done\"}\n{\"line\":99999999999999999999}\n"
		    "{\"segment\":\"torn", f);
		fclose(f);
	}
	take_from(&t, &r, 0);
	CHECK(next(&t, &l) == 0 && next(&t, &l) == 1);
	CHECK(next(&t, &l) == -1);
	spool_consumer_free(t.c);
	rig_done(&r);
}

/* 300,000 lines that end in another order: the state stays small, and is
 * right. */
static void
many(void)
{
	struct rig r;
	struct taker t;
	struct spool_line l;
	struct spool_ref held[64] = { { .part = NULL } };
	struct stat st;
	char path[160];
	int i, n, left = 0, most = 0;

	rig_init(&r);
	CHECK(rig_writer(&r) != NULL);
	for (i = 0; i < 300000; i += 1000)
		write_numbers(&r, i, i + 999);
	end_writer(&r);
	take_from(&t, &r, 0);
	snprintf(path, sizeof(path), "%s/state.ndjson", r.dir);
	for (i = 0; i < 200000; i++) {
		struct spool_ref *h = &held[(i * 7) % 64];

		CHECK(next(&t, &l) == i);
		if (h->part != NULL)
			spool_done(t.c, *h);
		*h = l.ref;
		if (i % 1000 == 0) {
			loop_drain(r.loop);
			CHECK(stat(path, &st) == 0);
			most = st.st_size > most ? (int)st.st_size : most;
		}
	}
	CHECK(most < 2 << 20);
	spool_consumer_free(t.c);
	take_from(&t, &r, 0);
	while ((n = next(&t, &l)) != -1)
		left += n < 200000;
	CHECK(left == 64);
	spool_consumer_free(t.c);
	rig_done(&r);
}

/* Those that wait for their time come back in the order of it, by turns with
 * new ones; and the next consumer gets all that are left. */
static void
parked(void)
{
	struct rig r;
	struct taker t;
	struct spool_line l[10], again;
	struct spool_counts counts;
	int64_t now = clock_wall_us();
	int i, old = 8, new = 10;

	rig_init(&r);
	CHECK(rig_writer(&r) != NULL);
	write_numbers(&r, 0, 9);
	take_from(&t, &r, 0);
	CHECK(spool_parking(t.c) == (size_t)1 << 19);
	for (i = 0; i < 10; i++)
		CHECK(next(&t, &l[i]) == i);
	for (i = 0; i < 10; i++) {
		l[i].due_us = now + (i % 2 == 0 ? 10 - i : 3600000000);
		l[i].attempts = i;
		l[i].tries = 2 * i;
		spool_park(t.c, &l[i]);
	}
	spool_counts(t.c, &counts);
	CHECK(counts.given == 10 && counts.parked == 10);
	write_numbers(&r, 10, 11);
	while (old >= 0 || new < 12) {
		i = await(&t, &again);
		CHECK(i == old || i == new);
		if (i != old) {
			new++;
			continue;
		}
		CHECK(again.ref.number == (uint64_t)i + 1);
		CHECK(again.attempts == i && again.tries == 2 * i);
		CHECK(strcmp(again.segment, l[0].segment) == 0);
		old -= 2;
	}
	CHECK(next(&t, &again) == -1);
	/* Later, and told of it. */
	again = l[0];
	now = again.due_us = clock_wall_us() + 50000;
	spool_park(t.c, &again);
	CHECK(await(&t, &again) == 0 && clock_wall_us() >= now);
	end_writer(&r);
	spool_consumer_free(t.c);
	take_from(&t, &r, 0);
	for (i = 0; i < 12; i++)
		CHECK(next(&t, &again) == i);
	CHECK(next(&t, &again) == -1);
	spool_consumer_free(t.c);
	rig_done(&r);
}

/* Kept for a while. */
static void
kept(void)
{
	struct rig r;
	struct taker t;
	struct spool_line l;
	struct spool_names names;
	char path[200];

	rig_init(&r);
	CHECK(rig_writer(&r) != NULL);
	write_numbers(&r, 0, 0);
	names = rig_names(&r);
	end_writer(&r);
	take_from(&t, &r, 3600000);
	CHECK(next(&t, &l) == 0);
	spool_done(t.c, l.ref);
	await_segments(&t, 0);
	snprintf(path, sizeof(path), "%s/done/%s", r.dir, names.v[0]);
	CHECK(access(path, R_OK) == 0 && segments(&r) == 0);
	spool_consumer_free(t.c);
	take_from(&t, &r, 3600000);
	CHECK(access(path, R_OK) == 0);
	CHECK(next(&t, &l) == -1);
	spool_consumer_free(t.c);
	CHECK(utime(path, &(struct utimbuf){ 1, 1 }) == 0);
	take_from(&t, &r, 3600000);
	CHECK(access(path, R_OK) == -1);
	spool_consumer_free(t.c);
	spool_names_done(&names);
	rig_done(&r);
}

int
main(void)
{
	resumed();
	state_lost();
	many();
	parked();
	kept();
	return CHECK_DONE;
}
