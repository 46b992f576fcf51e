/* vfork.c - preloaded (LD_PRELOAD): while $VFORK_FAULT is a file that is
 * there, no process can be made.
 */
#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

/* Else by fork: no function may return in a child of the real one. */
pid_t
vfork(void)
{
	const char *path = getenv("VFORK_FAULT");

	if (path != NULL && access(path, F_OK) == 0) {
		errno = EAGAIN;
		return -1;
	}
	return fork();
}
