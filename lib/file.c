/* file.c - whole files, and whole lines. */
#include <sys/file.h>
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "file.h"

#define STEP ((size_t)64 << 10)

int
file_read_fd(struct buf *b, int fd, const char *path, struct why *why)
{
	char *room;
	char beyond;
	ssize_t n;

	for (;;) {
		size_t left = b->max - b->n;
		size_t step = left < STEP ? left : STEP;

		room = step > 0 ? buf_room(b, step) : &beyond;
		if (room == NULL)
			return why_errno(why, STATUS_SOME, path);
		n = read(fd, room, step > 0 ? step : 1);
		if (n == 0)
			return 0;
		if (n == -1 && errno != EINTR)
			return why_errno(why, STATUS_USAGE, path);
		if (n > 0 && step == 0)
			return why_set(why, STATUS_USAGE,
			    "%s: longer than %zu bytes", path, b->max);
		if (n > 0)
			buf_took(b, (size_t)n);
	}
}

int
file_read(struct buf *b, const char *path, struct why *why)
{
	int fd, ret;

	if (strcmp(path, "-") == 0)
		return file_read_fd(b, STDIN_FILENO, "stdin", why);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd == -1)
		return why_errno(why, STATUS_USAGE, path);
	ret = file_read_fd(b, fd, path, why);
	close(fd);
	return ret;
}

int
file_write(int fd, struct span bytes, size_t *done)
{
	size_t left = bytes.n;
	ssize_t n = 1;

	while (left > 0 && (n > 0 || (n == -1 && errno == EINTR))) {
		n = write(fd, bytes.p + bytes.n - left, left);
		if (n > 0)
			left -= (size_t)n;
		else if (n == 0)
			errno = ENOSPC;
	}
	if (done != NULL)
		*done = bytes.n - left;
	return left == 0 ? 0 : -1;
}

int
file_sync_folder(const char *path)
{
	char *copy = strdup(path);
	int fd, ret = -1;

	if (copy == NULL)
		return -1;
	fd = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd != -1) {
		ret = fsync(fd);
		close(fd);
	}
	free(copy);
	return ret;
}

int
file_create(const char *path, struct span bytes, struct why *why)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	int ret;

	if (fd == -1)
		return errno == EEXIST ? 1 :
		    why_errno(why, STATUS_SOME, path);
	ret = file_write(fd, bytes, NULL) == 0 ? fsync(fd) : -1;
	if (close(fd) == 0 && ret == 0 && file_sync_folder(path) == 0)
		return 0;
	ret = why_errno(why, STATUS_SOME, path);
	unlink(path);
	return ret;
}

int
file_end_line(int fd)
{
	struct stat st;
	char last = '\n';

	if (fstat(fd, &st) == -1)
		return -1;
	if (!S_ISREG(st.st_mode) || st.st_size == 0)
		return 0;
	if (pread(fd, &last, 1, st.st_size - 1) != 1)
		return -1;
	return last == '\n' ? 0 : file_write(fd, SPAN("\n"), NULL);
}

static int
append_locked(int fd, struct span lines)
{
	struct stat st;
	int error;

	if (fstat(fd, &st) == -1)
		return -1;
	if (!S_ISREG(st.st_mode))
		return file_write(fd, lines, NULL);
	if (file_end_line(fd) == 0 &&
	    file_write(fd, lines, NULL) == 0 && fdatasync(fd) == 0)
		return 0;
	error = errno;
	(void)!ftruncate(fd, st.st_size);
	errno = error;
	return -1;
}

int
file_append(int fd, struct span lines)
{
	int ret, error;

	if (flock(fd, LOCK_EX) == -1)
		return -1;
	ret = append_locked(fd, lines);
	error = errno;
	flock(fd, LOCK_UN);
	errno = error;
	return ret;
}
