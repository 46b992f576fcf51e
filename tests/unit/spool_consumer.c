/* The spool's consumer: which line comes when, and what becomes of it. */
#include "spool_taker.h"

/* In order; a segment goes when its writer has, and all of it is settled. */
static void
drained(void)
{
	struct rig r;
	struct taker t;
	struct spool_line l[100];
	int i;

	rig_init(&r);
	CHECK(rig_writer(&r) != NULL);
	write_numbers(&r, 0, 99);
	take_from(&t, &r, 0);
	for (i = 0; i < 100; i++) {
		CHECK(next(&t, &l[i]) == i);
		CHECK(l[i].ref.number == (uint64_t)i + 1);
		CHECK(l[i].attempts == 0 && l[i].due_us == 0);
	}
	CHECK(next(&t, &l[0]) == -1);
	for (i = 99; i >= 0; i--)
		spool_done(t.c, l[i].ref);
	CHECK(segments(&r) == 1);
	end_writer(&r);
	await_segments(&t, 0);
	CHECK(segments(&r) == 0 && t.troubles == 0);
	spool_consumer_free(t.c);
	rig_done(&r);
}

/* Lines come as they are written, and the next writer's, too. */
static void
followed(void)
{
	struct rig r;
	struct taker t;
	struct spool_line l;
	int i;

	rig_init(&r);
	take_from(&t, &r, 0);
	CHECK(next(&t, &l) == -1);
	for (i = 0; i < 10; i++) {
		if (i % 5 == 0) {
			end_writer(&r);
			CHECK(rig_writer(&r) != NULL);
		}
		CHECK(rig_put(&r, i) == 0);
		CHECK(await(&t, &l) == i);
		spool_done(t.c, l.ref);
	}
	end_writer(&r);
	await_segments(&t, 0);
	spool_consumer_free(t.c);
	rig_done(&r);
}

/* Given up: on disk elsewhere, before it is gone here. */
static void
dead(void)
{
	struct rig r;
	struct taker t;
	struct spool_line l;
	struct spool_counts counts;
	int i;

	rig_init(&r);
	CHECK(rig_writer(&r) != NULL);
	write_numbers(&r, 0, 9);
	end_writer(&r);
	take_from(&t, &r, 0);
	for (i = 0; i < 10; i++) {
		CHECK(next(&t, &l) == i);
		if (i % 2 == 0)
			spool_done(t.c, l.ref);
		else
			CHECK(spool_dead(t.c, l.ref, l.event) == 0);
	}
	spool_counts(t.c, &counts);
	CHECK(counts.given == 5 && segments(&r) == 1);
	await_segments(&t, 0);
	spool_counts(t.c, &counts);
	CHECK(counts.given == 0);
	CHECK(holds(&r, "dead.ndjson", "{\"number\":") == 5);
	CHECK(holds(&r, "dead.ndjson", "{\"number\":7}") == 1);
	spool_consumer_free(t.c);
	rig_done(&r);
}

/* A line that was damaged is put aside, and work goes on. */
static void
bad(void)
{
	struct rig r;
	struct taker t;
	struct spool_line l;
	struct spool_names names;
	char path[160];
	int fd;

	rig_init(&r);
	CHECK(rig_writer(&r) != NULL);
	write_numbers(&r, 0, 2);
	end_writer(&r);
	names = rig_names(&r);
	rig_path(&r, names.v[0], path);
	fd = open(path, O_WRONLY);
	CHECK(pwrite(fd, "7", 1, 40) == 1);	/* the second's number */
	close(fd);
	take_from(&t, &r, 0);
	CHECK(next(&t, &l) == 0);
	spool_done(t.c, l.ref);
	CHECK(next(&t, &l) == 2);
	CHECK(l.ref.number == 3 && t.troubles == 1);
	CHECK(strstr(t.why.text, "line 2 does not verify") != NULL);
	spool_done(t.c, l.ref);
	await_segments(&t, 0);
	CHECK(holds(&r, "bad.ndjson", "\"line\":2,\"text\":\"{\\\"number\\\":7"
	    ) == 1);
	CHECK(holds(&r, "bad.ndjson", names.v[0]) == 1);
	spool_names_done(&names);
	spool_consumer_free(t.c);
	rig_done(&r);
}

/* One consumer at a time. */
static void
lock(void)
{
	struct rig r;
	struct taker t;
	struct why why;

	rig_init(&r);
	take_from(&t, &r, 0);
	CHECK(spool_consumer_new(r.loop, r.dir, 0, &taker_user, NULL,
	    &why) == NULL);
	CHECK(why.status == STATUS_UNREACHABLE);
	spool_consumer_free(t.c);
	take_from(&t, &r, 0);
	spool_consumer_free(t.c);
	rig_done(&r);
}

/* Writers that live are read by turns; what one began after another had gone
 * comes after it. */
static void
order(void)
{
	struct rig r, other;
	struct taker t;
	struct spool_line l;
	int i, a = 0, b = 100;

	rig_init(&r);
	rig_init(&other);
	memcpy(other.dir, r.dir, sizeof(r.dir));
	CHECK(rig_writer(&r) != NULL && rig_writer(&other) != NULL);
	write_numbers(&r, 0, 49);
	write_numbers(&other, 100, 149);
	take_from(&t, &r, 0);
	for (i = 0; i < 20; i++)
		CHECK(next(&t, &l) == (i % 2 == 0 ? a++ : b++));
	end_writer(&r);
	CHECK(rig_writer(&r) != NULL);
	write_numbers(&r, 50, 59);
	/* It is told of that by and by. */
	while (next(&t, &l) != -1 || t.readies == 0) {
		i = atoi(l.event.p + strlen("{\"number\":"));
		CHECK(i == a || i == b);
		a += i == a;
		b += i == b;
		loop_drain(r.loop);
	}
	CHECK(a == 60 && b == 150);
	spool_consumer_free(t.c);
	rig_done(&r);
	rig_done(&other);
}

int
main(void)
{
	drained();
	followed();
	dead();
	bad();
	lock();
	order();
	return CHECK_DONE;
}
