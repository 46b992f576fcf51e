/* The spool's writer: lines, batches, segments, and the folder. */
#include <sys/file.h>

#include "spool_rig.h"

#define BIG (64 * 1024)

/* ---- lines ---- */

static void
seals(const char *event, const char *want)
{
	struct buf b;
	struct span got = SPAN("");

	buf_init(&b, SIZE_MAX);
	CHECK(spool_seal(&b, span_str(event)) == 0);
	CHECK(span_eq(buf_span(&b), span_str(want)));
	CHECK(spool_unseal(b.p, b.n - 1, &got) == 0);
	CHECK(span_eq(got, span_str(event)));
	buf_done(&b);
}

/* The digits are by another program (the loop in tests/peers/spool.py). */
static void
lines(void)
{
	seals("{\"a\":1}", "{\"a\":1,\"crc\":\"149cdbb2\"}\n");
	seals("{}", "{\"crc\":\"ba6cac67\"}\n");
	seals("{ }", "{ \"crc\":\"c77646aa\"}\n");
	seals("{\"crc\":\"mine\" }",
	    "{\"crc\":\"mine\" ,\"crc\":\"c2c994e6\"}\n");
}

/* Every single change of a byte is seen, every cut, and every gluing of a
 * line's beginning to the next. */
static void
damage(void)
{
	struct buf b, c;
	size_t i;
	int bit;

	buf_init(&b, SIZE_MAX);
	buf_init(&c, SIZE_MAX);
	CHECK(spool_seal(&b, SPAN("{\"a\":[1,2],\"crc\":\"x\"}")) == 0);
	b.n--;
	CHECK(spool_is_sealed(buf_span(&b)));
	for (i = 0; i < b.n; i++) {
		for (bit = 0; bit < 8; bit++) {
			b.p[i] = (char)(b.p[i] ^ (1 << bit));
			CHECK(!spool_is_sealed(buf_span(&b)));
			b.p[i] = (char)(b.p[i] ^ (1 << bit));
		}
		CHECK(!spool_is_sealed(span_of(b.p, i)));
		buf_clear(&c);
		CHECK(buf_add(&c, span_of(b.p, i)) == 0 &&
		    buf_add(&c, buf_span(&b)) == 0);
		CHECK(spool_is_sealed(buf_span(&c)) == (i == 0));
	}
	buf_done(&b);
	buf_done(&c);
}

/* ---- batches ---- */

/* What is put in one turn is one batch; what comes meanwhile the next. */
static void
batches(void)
{
	struct rig r;
	int i;

	rig_init(&r);
	CHECK(rig_writer(&r) != NULL);
	for (i = 0; i < 1000; i++)
		CHECK(rig_put(&r, i) == 0);
	CHECK(spool_position(r.writer) == 1000);
	CHECK(spool_settled(r.writer) == 0);
	rig_run(&r);
	CHECK(r.taken == 1 && r.refused == 0);
	CHECK(rig_put(&r, 1000) == 0);
	rig_run(&r);
	CHECK(r.taken == 2 && r.lines_taken == 1001);
	CHECK(rig_holds(&r, 1001));
	rig_done(&r);
}

/* FULL at the limit, and room once half of it is free. */
static void
limit(void)
{
	struct rig r;
	char *event = malloc(BIG);
	size_t n = 0;

	memset(event, ' ', BIG);
	event[0] = '{';
	event[BIG - 1] = '}';
	rig_init(&r);
	CHECK(rig_writer(&r) != NULL);
	do
		n += BIG;
	while (spool_put(r.writer, span_of(event, BIG)) == 0);
	CHECK(n > SPOOL_LIMIT - 2 * BIG && n <= SPOOL_LIMIT);
	CHECK(spool_full(r.writer));
	CHECK(spool_put(r.writer, span_of(event, BIG)) == FULL);
	CHECK(r.rooms == 0);
	rig_run(&r);
	CHECK(r.rooms == 1 && !spool_full(r.writer));
	CHECK(r.lines_taken == spool_position(r.writer));
	free(event);
	rig_done(&r);
}

/* Freed while the thread writes: what it writes is whole. */
static void
freed(void)
{
	struct rig r;
	int i;

	rig_init(&r);
	CHECK(rig_writer(&r) != NULL);
	for (i = 0; i < 100; i++)
		rig_put(&r, i);
	loop_drain(r.loop);
	spool_writer_free(r.writer);
	r.writer = NULL;
	loop_free(r.loop);
	r.loop = NULL;
	CHECK(r.taken == 0);
	CHECK(rig_holds(&r, 100));
	rig_done(&r);
}

/* ---- segments ---- */

/* 40 MB make three; the names' order is the lines'; nothing stays reserved
 * behind a segment that has ended. */
static void
rotation(void)
{
	struct rig r;
	struct spool_names names;
	struct stat st;
	char path[160];
	int i;

	rig_init(&r);
	CHECK(rig_writer(&r) != NULL);
	for (i = 0; i < 1400000; i++)
		if (rig_put(&r, i) == FULL)
			rig_run(&r);
	rig_run(&r);
	CHECK(r.lines_taken == 1400000);
	spool_writer_free(r.writer);
	r.writer = NULL;
	names = rig_names(&r);
	CHECK(names.n == 3);
	for (i = 0; i < (int)names.n; i++) {
		rig_path(&r, names.v[i], path);
		CHECK(stat(path, &st) == 0 && st.st_size > 0);
		CHECK(st.st_size < (off_t)(SPOOL_SEGMENT + SPOOL_LIMIT));
		CHECK(i == 2 || st.st_size >= (off_t)SPOOL_SEGMENT);
		CHECK(st.st_blocks * 512 < st.st_size + (1 << 20));
		CHECK((st.st_mode & 0777) == 0600);
	}
	CHECK(rig_holds(&r, 1400000));
	spool_names_done(&names);
	rig_done(&r);
}

/* Is there a lock on it? */
static int
is_locked(const struct rig *r, const char *name)
{
	char path[160];
	int fd, locked;

	rig_path(r, name, path);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	CHECK(fd != -1);
	locked = flock(fd, LOCK_SH | LOCK_NB) == -1;
	close(fd);
	return locked;
}

/* Each has a segment of its own, which it holds locked; the first one's is
 * not mended away while it is empty. */
static void
two_writers(void)
{
	struct rig r, other;
	struct spool_names names;
	int i;

	rig_init(&r);
	rig_init(&other);
	snprintf(other.dir, sizeof(other.dir), "%s", r.dir);
	CHECK(rig_writer(&r) != NULL && rig_writer(&other) != NULL);
	for (i = 0; i < 100; i++) {
		rig_put(&r, i);
		rig_put(&other, i + 100);
	}
	rig_run(&r);
	rig_run(&other);
	names = rig_names(&r);
	CHECK(names.n == 2);
	CHECK(is_locked(&r, names.v[0]) && is_locked(&r, names.v[1]));
	CHECK(rig_holds(&r, 200));
	spool_writer_free(other.writer);
	other.writer = NULL;
	CHECK(!is_locked(&r, names.v[1]));
	spool_names_done(&names);
	rig_done(&r);
	rig_done(&other);
}

/* One without lines goes with its writer. */
static void
empty(void)
{
	struct rig r;
	struct spool_names names;

	rig_init(&r);
	CHECK(rig_writer(&r) != NULL);
	names = rig_names(&r);
	CHECK(names.n == 1);
	spool_writer_free(r.writer);
	r.writer = NULL;
	spool_names_done(&names);
	names = rig_names(&r);
	CHECK(names.n == 0);
	spool_names_done(&names);
	rig_done(&r);
}

/* A new segment sorts behind those that are there, whatever the clock says;
 * what has another name is nobody's. */
static void
names(void)
{
	static const char *const others[] = { "x", "1-2-3.ndjson",
		"9000000000000000-1-1.ndjson.gz", ".9000000000000000-1-1",
		"9000000000000000-1.ndjson", "9000000000000000--1.ndjson" };
	struct rig r;
	struct spool_names n;
	char path[160];
	size_t i;
	int fd;

	rig_init(&r);
	CHECK(mkdir(r.dir, 0700) == 0 && mkdir(r.seg, 0700) == 0);
	for (i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		rig_path(&r, others[i], path);
		close(open(path, O_CREAT | O_WRONLY, 0600));
	}
	rig_path(&r, "8000000000000000-10-9.ndjson", path);
	fd = open(path, O_CREAT | O_WRONLY, 0600);
	CHECK(flock(fd, LOCK_EX) == 0);		/* so that it stays */
	CHECK(rig_writer(&r) != NULL);
	n = rig_names(&r);
	CHECK(n.n == 2);
	CHECK_STR(n.v[0], "8000000000000000-10-9.ndjson");
	CHECK(strncmp(n.v[1], "8000000000000001-", 17) == 0);
	close(fd);
	spool_names_done(&n);
	rig_done(&r);
}

/* ---- folders that can't be used ---- */

static void
unusable(void)
{
	struct rig r;
	char file[80];

	rig_init(&r);
	CHECK(mkdir(r.dir, 0700) == 0);
	snprintf(file, sizeof(file), "%s/file", r.dir);
	close(open(file, O_CREAT | O_WRONLY, 0600));
	CHECK(spool_writer_new(r.loop, file, &rig_user, &r, &r.why) == NULL);
	CHECK(r.why.status == STATUS_USAGE);
	CHECK(strstr(r.why.text, file) != NULL);
	snprintf(file, sizeof(file), "%s/no/such", r.dir);
	CHECK(spool_writer_new(r.loop, file, &rig_user, &r, &r.why) == NULL);
	CHECK(r.why.status == STATUS_USAGE);
	spool_writer_free(NULL);
	rig_done(&r);
}

int
main(void)
{
	lines();
	damage();
	batches();
	limit();
	freed();
	rotation();
	two_writers();
	empty();
	names();
	unusable();
	return CHECK_DONE;
}
