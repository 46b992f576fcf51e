/* say.c - messages for people, on stderr. */
#include <errno.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "own.h"
#include "say.h"

#define STATUS_SIZE 256
#define CLEAR "\r\033[K"	/* ECMA-48: erase to the end of the line */

static const char *program = "hookline";
static enum say_level level = SAY_NORMAL;
static char status[STATUS_SIZE];	/* on the terminal, unless it is "" */
static int as_json;
static struct buf json_line;	/* kept, for when memory is out */

void
say_scrub(char *p, size_t n)
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
	char all[sizeof(CLEAR) + SAY_LONGEST + STATUS_SIZE];
	size_t used = sizeof(CLEAR) - 1, left = strlen(status);

	memcpy(all, CLEAR, used);
	memcpy(all + used, line, n);
	memcpy(all + used + n, status, left);
	write_all(all, used + n + left);
}

static void
write_line(const char *line, size_t n)
{
	if (status[0] != '\0')
		write_above(line, n);
	else
		write_all(line, n);
}

/* How much of most there is now, with what is longer cut and marked so. */
static size_t
add(char *line, size_t used, size_t most, const char *fmt, va_list ap)
{
	int n;

	if (used < most) {
		n = vsnprintf(line + used, most - used, fmt, ap);
		used += n < 0 ? 0 : (size_t)n;
	}
	if (used < most)
		return used;
	memcpy(line + most - 4, "...", 3);
	return most - 1;
}

static int
write_json(const char *word, const char *fmt, va_list ap)
{
	char text[SAY_LONGEST];
	size_t n = add(text, 0, sizeof(text), fmt, ap);

	if (say_json(&json_line, word, program, text, n) == -1)
		return -1;
	write_line(json_line.p, json_line.n);
	return 0;
}

static void
write_text(const char *fmt, va_list ap)
{
	char line[SAY_LONGEST];
	const size_t most = sizeof(line) - 1;	/* the line feed's place */
	int n = snprintf(line, most, "%s: ", program);
	size_t used = add(line, n < 0 ? 0 : (size_t)n, most, fmt, ap);

	say_scrub(line, used);
	line[used++] = '\n';
	write_line(line, used);
}

static void
say(const char *word, const char *fmt, va_list ap)
{
	int saved = errno;
	va_list again;

	va_copy(again, ap);
	if (!as_json || write_json(word, fmt, ap) == -1)
		write_text(fmt, again);
	va_end(again);
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

int
say_is_verbose(void)
{
	return level >= SAY_VERBOSE;
}

void
say_form(enum say_form form)
{
	if (form == SAY_JSON && !as_json)
		as_json = say_json_init(&json_line) == 0;
}

int
say_is_json(void)
{
	return as_json;
}

void
say_err(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	say("error", fmt, ap);
	va_end(ap);
}

void
say_warn(const char *fmt, ...)
{
	va_list ap;

	if (level < SAY_NORMAL)
		return;
	va_start(ap, fmt);
	say("warning", fmt, ap);
	va_end(ap);
}

void
say_note(const char *fmt, ...)
{
	va_list ap;

	if (level < SAY_NORMAL)
		return;
	va_start(ap, fmt);
	say("info", fmt, ap);
	va_end(ap);
}

void
say_detail(const char *fmt, ...)
{
	va_list ap;

	if (level < SAY_VERBOSE)
		return;
	va_start(ap, fmt);
	say("debug", fmt, ap);
	va_end(ap);
}

void
say_status(const char *text)
{
	char line[STATUS_SIZE];

	if (text == NULL || level < SAY_NORMAL) {
		say_hide_status();
		return;
	}
	snprintf(line, sizeof(line), "%s: %s", program, text);
	say_scrub(line, strlen(line));
	if (strcmp(line, status) == 0)
		return;
	write_all(CLEAR, sizeof(CLEAR) - 1);
	write_all(line, strlen(line));
	memcpy(status, line, strlen(line) + 1);
}

void
say_hide_status(void)
{
	if (status[0] == '\0')
		return;
	status[0] = '\0';
	write_all(CLEAR, sizeof(CLEAR) - 1);
}

static int
make_counters(struct buf *line, struct span figures)
{
	if (as_json)
		return say_json_counters(line, program, figures);
	return buf_addf(line, "%s: ", program) == -1 ||
	    buf_add(line, figures) == -1 ? -1 : buf_addc(line, '\n');
}

void
say_counters(struct span figures)
{
	struct buf line;

	buf_init(&line, SIZE_MAX);
	say_hide_status();
	if (make_counters(&line, figures) == 0)
		write_all(line.p, line.n);
	buf_done(&line);
}
