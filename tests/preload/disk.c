/* disk.c - preloaded (LD_PRELOAD): a disk with faults.
 *
 * What the file $DISK_FAULT holds is done to files whose path contains /seg/:
 *	eio	fdatasync fails with EIO, and says so once only, as Linux does
 *	slow	fdatasync waits until the word is another
 *	full	no space can be reserved
 *	short	nor is there any way to reserve it; a write takes half of what
 *		it is given, and the next one nothing
 * With no such file, or another word in it, nothing is.  Where $DISK_TAKES_US
 * is set, fdatasync does nothing, and takes so many microseconds for it: a
 * disk whose speed is known, for benchmarks.
 */
#include <sys/syscall.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static int
is_segment(int fd)
{
	char link[64], path[4096];
	ssize_t n;

	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	n = readlink(link, path, sizeof(path) - 1);
	if (n <= 0)
		return 0;
	path[n] = '\0';
	return strstr(path, "/seg/") != NULL;
}

static int
is_fault(const char *word, int fd)
{
	const char *path = getenv("DISK_FAULT");
	char text[16] = "";
	int f, saved = errno, is;

	if (path == NULL || !is_segment(fd) ||
	    (f = open(path, O_RDONLY | O_CLOEXEC)) == -1) {
		errno = saved;
		return 0;
	}
	is = read(f, text, sizeof(text) - 1) > 0 &&
	    strncmp(text, word, strlen(word)) == 0;
	close(f);
	errno = saved;
	return is;
}

int
fdatasync(int fd)
{
	static int told;
	const char *takes = getenv("DISK_TAKES_US");

	if (takes != NULL && is_segment(fd))
		return nanosleep(&(struct timespec){ 0, atol(takes) * 1000 },
		    NULL);
	if (is_fault("eio", fd) && !told) {
		told = 1;
		errno = EIO;
		return -1;
	}
	while (is_fault("slow", fd))
		usleep(10000);
	return (int)syscall(SYS_fdatasync, fd);
}

/* Who was synced, a path a line, goes to the file $DISK_SYNCED. */
int
fsync(int fd)
{
	const char *list = getenv("DISK_SYNCED");
	char link[64], path[4096];
	ssize_t n;
	FILE *f;

	snprintf(link, sizeof(link), "/proc/self/fd/%d", fd);
	n = list == NULL ? -1 : readlink(link, path, sizeof(path));
	f = n > 0 ? fopen(list, "ae") : NULL;
	if (f != NULL) {
		fprintf(f, "%.*s\n", (int)n, path);
		fclose(f);
	}
	return (int)syscall(SYS_fsync, fd);
}

int
fallocate(int fd, int mode, off_t at, off_t n)
{
	int full = is_fault("full", fd);

	if (full || is_fault("short", fd)) {
		errno = full ? ENOSPC : EOPNOTSUPP;
		return -1;
	}
	return (int)syscall(SYS_fallocate, fd, mode, at, n);
}

ssize_t
write(int fd, const void *p, size_t n)
{
	static int halves;

	if (is_fault("short", fd)) {
		if (halves++ % 2 == 1) {
			errno = ENOSPC;
			return -1;
		}
		n /= 2;
	}
	return syscall(SYS_write, fd, p, n);
}
