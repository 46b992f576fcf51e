/* tell.c - a command by its name, and its end in words. */
#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "child.h"

/* Is this a file that may be executed?  Else errno says why not. */
static int
is_program(const char *path)
{
	struct stat st;

	if (stat(path, &st) == -1)
		return 0;
	if (S_ISDIR(st.st_mode)) {
		errno = EISDIR;
		return 0;
	}
	return access(path, X_OK) == 0;
}

/* folder/name, an empty folder being this one. */
static int
join(struct buf *file, struct span folder, const char *name)
{
	buf_clear(file);
	if ((folder.n > 0 && (buf_add(file, folder) != 0 ||
	    buf_addc(file, '/') != 0)) || buf_adds(file, name) != 0)
		return -1;
	return buf_addc(file, '\0');
}

int
child_find(struct buf *file, const char *name, const char *search,
    struct why *why)
{
	const char *p = search == NULL ? "/usr/bin:/bin" : search;
	int found = ENOENT;

	if (strchr(name, '/') != NULL) {
		if (join(file, SPAN(""), name) != 0)
			return why_set(why, STATUS_USAGE, "out of memory");
		return is_program(name) ? 0 :
		    why_errno(why, STATUS_USAGE, name);
	}
	for (;;) {
		struct span folder = { p, strcspn(p, ":") };

		if (join(file, folder, name) != 0)
			return why_set(why, STATUS_USAGE, "out of memory");
		if (name[0] != '\0' && is_program(file->p))
			return 0;
		if (errno == EACCES)
			found = EACCES;
		if (p[folder.n] == '\0')
			break;
		p += folder.n + 1;
	}
	errno = found;
	if (found == EACCES)
		return why_errno(why, STATUS_USAGE, name);
	return why_set(why, STATUS_USAGE, "%s: command not found", name);
}

int
child_tell_end(struct buf *out, const struct child_end *end)
{
	const char *abbrev;

	if (end->fault != 0)
		return buf_addf(out, "could not be run: %s",
		    strerror(end->fault));
	if (end->signum == 0)
		return buf_addf(out, "ended with status %d", end->status);
	abbrev = sigabbrev_np(end->signum);
	if (abbrev == NULL)
		return buf_addf(out, "was ended by signal %d", end->signum);
	return buf_addf(out, "was ended by SIG%s", abbrev);
}
