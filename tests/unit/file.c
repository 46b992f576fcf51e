/* file.c - a file is read whole, and made once. */
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "check.h"
#include "file.h"

int
main(void)
{
	char folder[] = "/tmp/hookline-file-XXXXXX", path[64];
	struct stat st;
	struct buf b;
	struct why why;
	int fd;

	umask(0);
	CHECK(mkdtemp(folder) != NULL);
	snprintf(path, sizeof(path), "%s/secret", folder);
	CHECK(file_create(path, SPAN("one\n"), &why) == 0);
	CHECK(stat(path, &st) == 0 && (st.st_mode & 07777) == 0600);
	CHECK(file_create(path, SPAN("two"), &why) == 1);
	buf_init(&b, 4);
	CHECK(file_read(&b, path, &why) == 0);
	CHECK(span_eq(buf_span(&b), SPAN("one\n")));
	buf_clear(&b);
	b.max = 3;
	CHECK(file_read(&b, path, &why) == -1);
	CHECK(why.status == STATUS_USAGE);
	CHECK(unlink(path) == 0);
	CHECK(file_read(&b, path, &why) == -1);
	CHECK(symlink("nowhere", path) == 0);	/* is not followed */
	CHECK(file_create(path, SPAN("x"), &why) == 1);
	CHECK(unlink(path) == 0);
	fd = open(path, O_RDWR | O_APPEND | O_CREAT, 0600);
	CHECK(file_end_line(fd) == 0 && lseek(fd, 0, SEEK_END) == 0);
	CHECK(write(fd, "{\"to", 4) == 4 && file_end_line(fd) == 0);
	CHECK(file_end_line(fd) == 0 && lseek(fd, 0, SEEK_END) == 5);
	CHECK(close(fd) == 0 && file_end_line(fd) == -1);
	CHECK(unlink(path) == 0 && rmdir(folder) == 0);
	CHECK(file_create(path, SPAN("x"), &why) == -1);
	CHECK(why.status == STATUS_SOME && strstr(why.text, path) != NULL);
	buf_done(&b);
	return CHECK_DONE;
}
