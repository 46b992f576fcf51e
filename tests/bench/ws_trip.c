/* ws_trip - the time that one message takes there and back, for benchmarks.
 *
 *	ws_trip bare PORT
 *	ws_trip drive TRIPS COMMAND ARG...
 *
 * bare: what a websocket client is at the least: lines of up to 125 bytes from
 * stdin go to 127.0.0.1:PORT as masked text frames, what comes back is printed
 * as a line; blocking calls, one line at a time.
 *
 * drive: starts the command, writes a line to its stdin, waits for a line on
 * its stdout, and that again so many times after a few that do not count.
 * Prints {"count":N,"seconds":S,"p50_us":A,"p99_us":B}.
 */
#include <signal.h>
#include <sys/wait.h>

#include "rig.h"

#define WARM_UP 200
#define MAX_PAYLOAD 125		/* a head of two bytes tells of it */
#define LINE "{\"n\":1,\"filler\":\"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx\"}\n"

static void
write_all(int fd, const void *data, size_t n)
{
	const char *p = data;
	ssize_t did;

	for (; n > 0; p += did, n -= (size_t)did)
		if ((did = write(fd, p, n)) <= 0)
			rig_die("write");
}

/* 0 at the end of the input. */
static int
read_all(int fd, void *data, size_t n)
{
	char *p = data;
	ssize_t did;

	for (; n > 0; p += did, n -= (size_t)did)
		if ((did = read(fd, p, n)) <= 0)
			return 0;
	return 1;
}

/* ---- bare ---- */

static void
bare(int port)
{
	static const unsigned char key[4] = { 1, 2, 3, 4 };
	unsigned char frame[6 + MAX_PAYLOAD + 1], *text = frame + 6;
	int fd = rig_open(port, 0);
	ssize_t n, i;

	while ((n = read(0, text, MAX_PAYLOAD + 1)) > 1) {
		frame[0] = 0x81;
		frame[1] = (unsigned char)(0x80 | (n - 1));
		memcpy(frame + 2, key, sizeof(key));
		for (i = 0; i < n - 1; i++)
			text[i] ^= key[i % 4];
		write_all(fd, frame, 6 + (size_t)n - 1);
		if ((n = read(fd, frame, sizeof(frame) - 1)) < 2)
			rig_die("read");
		while (n < 2 + frame[1])
			if (!read_all(fd, frame + n++, 1))
				rig_die("read");
		frame[n] = '\n';
		write_all(1, frame + 2, (size_t)n - 1);
	}
}

/* ---- drive ---- */

/* Its stdin and stdout are in fds. */
static pid_t
spawn(char *const argv[], int fds[2])
{
	int in[2], out[2];
	pid_t pid;

	if (pipe(in) == -1 || pipe(out) == -1)
		rig_die("pipe");
	switch (pid = fork()) {
	case -1:
		rig_die("fork");
		break;
	case 0:
		dup2(in[0], 0);
		dup2(out[1], 1);
		close(in[1]);
		close(out[0]);
		execvp(argv[0], argv);
		rig_die(argv[0]);
	}
	close(in[0]);
	close(out[1]);
	fds[0] = in[1];
	fds[1] = out[0];
	return pid;
}

/* Microseconds. */
static double
trip(const int fds[2])
{
	char line[sizeof(LINE)];
	double start = rig_now();

	write_all(fds[0], LINE, sizeof(LINE) - 1);
	if (!read_all(fds[1], line, sizeof(LINE) - 1) ||
	    memcmp(line, LINE, sizeof(LINE) - 1) != 0)
		rig_die("the reply");
	return 1e6 * (rig_now() - start);
}

static void
drive(size_t trips, char *const argv[])
{
	double *took = calloc(trips, sizeof(*took)), all = 0;
	int fds[2];
	size_t i;
	pid_t pid;

	if (took == NULL)
		rig_die("memory");
	pid = spawn(argv, fds);
	for (i = 0; i < WARM_UP; i++)
		trip(fds);
	for (i = 0; i < trips; i++)
		all += took[i] = trip(fds);
	/* Not every client ends with its input. */
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	qsort(took, trips, sizeof(*took), rig_compare);
	printf("{\"count\":%zu,\"seconds\":%.6f,\"p50_us\":%.1f,"
	    "\"p99_us\":%.1f}\n", trips, all / 1e6, took[trips / 2],
	    took[trips * 99 / 100]);
	free(took);
}

int
main(int argc, char **argv)
{
	if (argc == 3 && strcmp(argv[1], "bare") == 0)
		bare(atoi(argv[2]));
	else if (argc >= 4 && strcmp(argv[1], "drive") == 0)
		drive(strtoul(argv[2], NULL, 10), argv + 3);
	else
		fprintf(stderr, "usage: ws_trip bare PORT\n"
		    "       ws_trip drive TRIPS COMMAND ARG...\n");
	return 0;
}
