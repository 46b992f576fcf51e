/* A segment that was cut at each of its bytes, as a crash may leave it: every
 * whole line is read, a torn one never. */
#include <sys/file.h>

#include "spool_rig.h"

#define NAME "1795613798980538-1-1.ndjson"
#define LINES 12

static struct buf whole;		/* a segment's bytes */
static size_t ends[LINES + 1];		/* of its lines; ends[0] is 0 */

static void
make_whole(void)
{
	char event[200], fill[100];
	int i;

	memset(fill, 'x', sizeof(fill));
	buf_init(&whole, SIZE_MAX);
	for (i = 0; i < LINES; i++) {
		snprintf(event, sizeof(event), "{\"number\":%d,\"s\":\"%.*s"
		    "\\n\xc3\xa9\"}", i, i * 7, fill);
		CHECK(spool_seal(&whole, span_str(event)) == 0);
		ends[i + 1] = whole.n;
	}
}

/* How many lines are whole in the first n bytes. */
static int
whole_in(size_t n)
{
	int i = 0;

	while (i < LINES && ends[i + 1] <= n)
		i++;
	return i;
}

static int
make_segment(struct rig *r, struct span a, struct span b)
{
	char path[160];
	int fd;

	rig_path(r, NAME, path);
	fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC,
	    0600);
	CHECK(write(fd, a.p, a.n) == (ssize_t)a.n);
	CHECK(b.n == 0 || write(fd, b.p, b.n) == (ssize_t)b.n);
	return fd;
}

static off_t
size_of(struct rig *r)
{
	struct stat st;
	char path[160];

	rig_path(r, NAME, path);
	return stat(path, &st) == 0 ? st.st_size : -1;
}

/* The line numbered i, without its crc. */
static int
is_line(struct span line, int i)
{
	size_t n = ends[i + 1] - ends[i] - sizeof(",\"crc\":\"01234567\"}");

	return line.n == n + 1 && line.p[n] == '}' &&
	    memcmp(line.p, whole.p + ends[i], n) == 0;
}

/* Reads until there is no more: lines from `first` on, bad ones apart.
 * Answers how many good ones there were, or -1. */
static int
read_lines(struct spool_reader *reader, int first, int mend, int *bad)
{
	struct span line;
	int n = 0;

	*bad = 0;
	for (;;)
		switch (spool_reader_next(reader, &line, mend)) {
		case SPOOL_LINE:
			if (!is_line(line, first + n++))
				return -1;
			break;
		case SPOOL_BAD:
			++*bad;
			break;
		case SPOOL_NONE:
			return n;
		case SPOOL_ERROR:
			return -1;
		}
}

/* Its writer is gone; what stands behind the cut is `behind`. */
static void
gone_at(struct rig *r, int seg, size_t at, struct span behind)
{
	struct spool_reader reader;
	int bad, n = whole_in(at);

	close(make_segment(r, span_of(whole.p, at), behind));
	CHECK(spool_reader_open(&reader, seg, NAME) == 0);
	CHECK(read_lines(&reader, 0, 1, &bad) == n);
	CHECK(bad == 0 && reader.ended);
	CHECK(size_of(r) == (off_t)ends[n]);
	spool_reader_close(&reader);
}

/* The same without a reader, as a writer does at its start. */
static void
mended_at(struct rig *r, const struct spool_folder *f, size_t at,
    struct span behind)
{
	int n = whole_in(at);

	close(make_segment(r, span_of(whole.p, at), behind));
	spool_mend(f);
	CHECK(size_of(r) == (n == 0 ? -1 : (off_t)ends[n]));
}

/* Its writer is alive, and goes on. */
static void
alive_at(struct rig *r, int seg, size_t at)
{
	struct spool_reader reader;
	int fd = make_segment(r, span_of(whole.p, at), SPAN(""));
	int bad, n = whole_in(at);

	CHECK(flock(fd, LOCK_EX) == 0);
	CHECK(spool_reader_open(&reader, seg, NAME) == 0);
	CHECK(read_lines(&reader, 0, 1, &bad) == n);
	CHECK(bad == 0 && !reader.ended && size_of(r) == (off_t)at);
	CHECK(write(fd, whole.p + at, whole.n - at) ==
	    (ssize_t)(whole.n - at));
	CHECK(read_lines(&reader, n, 1, &bad) == LINES - n);
	close(fd);
	CHECK(read_lines(&reader, LINES, 1, &bad) == 0);
	CHECK(reader.ended && size_of(r) == (off_t)whole.n);
	spool_reader_close(&reader);
}

/* Torn, torn and glued to the next, and blocks that were never filled, small
 * and larger than what is read at a time. */
static void
cuts(void)
{
	static char zeros[150000];
	struct span next = { whole.p, ends[1] };
	struct rig r;
	struct spool_folder f;
	size_t at;

	rig_init_quick(&r);
	CHECK(spool_folder_open(&f, r.dir, 1, NULL) == 0);
	for (at = 0; at <= whole.n; at++) {
		int i = whole_in(at);

		gone_at(&r, f.seg, at, SPAN(""));
		mended_at(&r, &f, at, SPAN(""));
		alive_at(&r, f.seg, at);
		gone_at(&r, f.seg, at, span_of(zeros, at % 3 ? 100 :
		    sizeof(zeros)));
		mended_at(&r, &f, at, span_of(zeros, at % 3 ? 100 :
		    sizeof(zeros)));
		if (at == ends[i] || at == ends[i + 1] - 1)
			continue;	/* the next is glued to a whole line */
		gone_at(&r, f.seg, at, next);
		mended_at(&r, &f, at, next);
	}
	spool_folder_close(&f);
	rig_done(&r);
}

/* A line that was damaged, with good ones behind it, is told of, and work
 * goes on. */
static void
damaged(void)
{
	struct rig r;
	struct spool_folder f;
	struct spool_reader reader;
	struct span line;
	int i, n;

	rig_init_quick(&r);
	CHECK(spool_folder_open(&f, r.dir, 1, NULL) == 0);
	for (i = 1; i < LINES - 1; i++) {
		struct buf b;

		buf_init(&b, SIZE_MAX);
		CHECK(buf_add(&b, buf_span(&whole)) == 0);
		b.p[ends[i] + 12] ^= 1;
		close(make_segment(&r, buf_span(&b), SPAN("")));
		CHECK(spool_reader_open(&reader, f.seg, NAME) == 0);
		for (n = 0; n < LINES; n++) {
			enum spool_got got = spool_reader_next(&reader, &line,
			    1);

			CHECK(got == (n == i ? SPOOL_BAD : SPOOL_LINE));
			CHECK(n == i || is_line(line, n));
			CHECK(reader.number == (uint64_t)n + 1);
		}
		CHECK(spool_reader_next(&reader, &line, 1) == SPOOL_NONE);
		CHECK(size_of(&r) == (off_t)whole.n);
		spool_reader_close(&reader);
		buf_done(&b);
	}
	spool_folder_close(&f);
	rig_done(&r);
}

/* A line that is longer than what is read at a time, at the end or not. */
static void
long_lines(void)
{
	struct rig r;
	struct spool_folder f;
	struct spool_reader reader;
	struct span line;
	struct buf b;
	char *event = malloc(300000);
	int i;

	memset(event, ' ', 300000);
	event[0] = '{';
	event[299999] = '}';
	buf_init(&b, SIZE_MAX);
	for (i = 0; i < 3; i++)
		CHECK(spool_seal(&b, span_of(event, 300000)) == 0);
	rig_init_quick(&r);
	CHECK(spool_folder_open(&f, r.dir, 1, NULL) == 0);
	close(make_segment(&r, buf_span(&b), span_of(event, 200000)));
	CHECK(spool_reader_open(&reader, f.seg, NAME) == 0);
	for (i = 0; i < 3; i++)
		CHECK(spool_reader_next(&reader, &line, 1) == SPOOL_LINE &&
		    line.n == 300000);
	CHECK(spool_reader_next(&reader, &line, 1) == SPOOL_NONE);
	CHECK(size_of(&r) == (off_t)b.n);
	spool_reader_close(&reader);
	spool_folder_close(&f);
	buf_done(&b);
	free(event);
	rig_done(&r);
}

int
main(void)
{
	make_whole();
	cuts();
	damaged();
	long_lines();
	buf_done(&whole);
	return CHECK_DONE;
}
