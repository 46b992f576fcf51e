/* durable.c - what the disk does by itself: write and fdatasync, in batches.
 *
 *	durable FOLDER LINES BYTES SECONDS
 *
 * Appends batches of so many lines of so many bytes to a file, as a spool
 * does (space reserved, another file every 16 MiB), and prints one JSON line:
 * batches, lines, seconds, and the milliseconds of a batch at p50 and p99.
 */
#include <fcntl.h>

#include "rig.h"

#define SEGMENT ((off_t)16 << 20)
#define STEP ((off_t)4 << 20)
#define MOST 1000000

static int
segment(int dir, int n)
{
	char name[32];
	int fd;

	snprintf(name, sizeof(name), "durable-%d", n);
	fd = openat(dir, name, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND, 0600);
	if (fd == -1 || unlinkat(dir, name, 0) == -1)
		exit(1);
	return fd;
}

static void
batch(int fd, const char *bytes, size_t n, off_t at, off_t *reserved)
{
	if (at + (off_t)n > *reserved) {
		*reserved = at + (off_t)n + STEP;
		if (fallocate(fd, FALLOC_FL_KEEP_SIZE, at,
		    *reserved - at) == -1)
			exit(1);
	}
	if (write(fd, bytes, n) != (ssize_t)n || fdatasync(fd) == -1)
		exit(1);
}

/* How many batches; *took has the milliseconds of each. */
static int
run(int dir, const char *bytes, size_t n, double seconds, double *took)
{
	double start = rig_now(), before = start, after = start;
	off_t at = 0, reserved = 0;
	int count = 0, files = 0, fd = segment(dir, files++);

	while (after < start + seconds && count < MOST) {
		if (at >= SEGMENT) {
			close(fd);
			fd = segment(dir, files++);
			at = reserved = 0;
		}
		batch(fd, bytes, n, at, &reserved);
		at += (off_t)n;
		after = rig_now();
		took[count++] = 1000 * (after - before);
		before = after;
	}
	close(fd);
	return count;
}

int
main(int argc, char **argv)
{
	long lines = argc == 5 ? atol(argv[2]) : 0;
	size_t n = argc == 5 ? (size_t)lines * (size_t)atol(argv[3]) : 0;
	char *bytes = malloc(n + 1);
	double *took = calloc(MOST, sizeof(*took)), start;
	int dir = argc == 5 ? open(argv[1], O_RDONLY | O_DIRECTORY) : -1;
	int count;

	if (n == 0 || bytes == NULL || took == NULL || dir == -1)
		return 2;
	memset(bytes, 'x', n);
	start = rig_now();
	count = run(dir, bytes, n, atof(argv[4]), took);
	printf("{\"batches\":%d,\"lines\":%ld,\"seconds\":%.3f,",
	    count, count * lines, rig_now() - start);
	qsort(took, (size_t)count, sizeof(*took), rig_compare);
	printf("\"p50_ms\":%.3f,\"p99_ms\":%.3f}\n", took[count / 2],
	    took[count * 99 / 100]);
	return 0;
}
