/* client_rig.h - servers for the client's tests, in processes of their own. */
#ifndef HOOKLINE_TESTS_CLIENT_RIG_H
#define HOOKLINE_TESTS_CLIENT_RIG_H

#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define BIG ((size_t)4 << 20)

struct server {
	pid_t pid;
	int port;
	char url[64];
	FILE *out;		/* or NULL */
};

static int
listen_on(int *port)
{
	struct sockaddr_in in = { .sin_family = AF_INET };
	socklen_t n = sizeof(in);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	in.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (bind(fd, (struct sockaddr *)&in, n) == -1 || listen(fd, 64) == -1 ||
	    getsockname(fd, (struct sockaddr *)&in, &n) == -1) {
		perror("listen");
		exit(1);
	}
	*port = ntohs(in.sin_port);
	return fd;
}

/* Runs serve(fd) in a child. */
static struct server
start(int fd, int port, void (*serve)(int fd))
{
	struct server s = { .port = port };

	snprintf(s.url, sizeof(s.url), "http://127.0.0.1:%d/", port);
	fflush(NULL);
	s.pid = fork();
	if (s.pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		serve(fd);
		_exit(0);
	}
	close(fd);
	return s;
}

static void
stop(struct server *s)
{
	kill(s->pid, SIGKILL);
	waitpid(s->pid, NULL, 0);
	if (s->out != NULL)
		fclose(s->out);
}

/* What a test's main begins with: no environment's proxy, no SIGPIPE. */
static void
quiet(void)
{
	signal(SIGPIPE, SIG_IGN);
	unsetenv("http_proxy");
	unsetenv("https_proxy");
	unsetenv("all_proxy");
}

#endif
