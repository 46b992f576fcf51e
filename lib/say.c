/* say.c - messages for people, on stderr. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "say.h"

/* PIPE_BUF: so much is written to a pipe whole, whoever else writes there. */
#define LONGEST 4096
#define LONGEST_STATUS 256
#define CLEAR "\r\033[K"	/* ECMA-48: erase to the end of the line */

static const char *program = "hookline";
static enum say_level level = SAY_NORMAL;
static char status[LONGEST_STATUS];	/* on the terminal, unless it is "" */

/* C0, DEL, and the C1 controls as UTF-8 spells them. */
static void
scrub(char *p, size_t n)
{
	unsigned char *u = (unsigned char *)p;
	size_t i;

	for (i = 0; i < n; i++) {
		if (u[i] < 0x20 || u[i] == 0x7f)
			u[i] = '?';
		else if (u[i] == 0xc2 && i + 1 < n && u[i + 1] >= 0x80 &&
		    u[i + 1] < 0xa0)
			u[i] = u[i + 1] = '?';
	}
}

static void
write_all(const char *p, size_t n)
{
	while (n > 0) {
		ssize_t did = write(STDERR_FILENO, p, n);

		if (did == -1 && errno == EINTR)
			continue;
		if (did <= 0)
			return;	/* there is nobody left to tell */
		p += did;
		n -= (size_t)did;
	}
}

/* A message, where the status was, and the status below it. */
static void
write_above(const char *line, size_t n)
{
	char all[sizeof(CLEAR) + LONGEST + LONGEST_STATUS];
	size_t used = sizeof(CLEAR) - 1, left = strlen(status);

	memcpy(all, CLEAR, used);
	memcpy(all + used, line, n);
	memcpy(all + used + n, status, left);
	write_all(all, used + n + left);
}

static void
say(const char *fmt, va_list ap)
{
	char line[LONGEST];
	const size_t most = sizeof(line) - 1;	/* the line feed's place */
	int saved = errno;
	int n = snprintf(line, most, "%s: ", program);
	size_t used = n < 0 ? 0 : (size_t)n;

	if (used < most) {
		n = vsnprintf(line + used, most - used, fmt, ap);
		used += n < 0 ? 0 : (size_t)n;
	}
	if (used >= most) {
		used = most - 1;
		memcpy(line + used - 3, "...", 3);
	}
	scrub(line, used);
	line[used++] = '\n';
	if (status[0] != '\0')
		write_above(line, used);
	else
		write_all(line, used);
	errno = saved;
}

void
say_init(const char *name)
{
	const char *slash = strrchr(name, '/');

	program = slash == NULL ? name : slash + 1;
}

const char *
say_name(void)
{
	return program;
}

void
say_level(enum say_level l)
{
	level = l;
}

void
say_err(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	say(fmt, ap);
	va_end(ap);
}

void
say_warn(const char *fmt, ...)
{
	va_list ap;

	if (level < SAY_NORMAL)
		return;
	va_start(ap, fmt);
	say(fmt, ap);
	va_end(ap);
}

void
say_note(const char *fmt, ...)
{
	va_list ap;

	if (level < SAY_NORMAL)
		return;
	va_start(ap, fmt);
	say(fmt, ap);
	va_end(ap);
}

void
say_detail(const char *fmt, ...)
{
	va_list ap;

	if (level < SAY_VERBOSE)
		return;
	va_start(ap, fmt);
	say(fmt, ap);
	va_end(ap);
}

void
say_status(const char *text)
{
	char line[LONGEST_STATUS];

	if (text == NULL || level < SAY_NORMAL) {
		say_hide_status();
		return;
	}
	snprintf(line, sizeof(line), "%s: %s", program, text);
	scrub(line, strlen(line));
	if (strcmp(line, status) == 0)
		return;
	write_all(CLEAR, sizeof(CLEAR) - 1);
	write_all(line, strlen(line));
	strcpy(status, line);
}

void
say_hide_status(void)
{
	if (status[0] == '\0')
		return;
	status[0] = '\0';
	write_all(CLEAR, sizeof(CLEAR) - 1);
}
