/* say.c - one write a message, levels, and no control byte to the terminal. */
#include <unistd.h>

#include "check.h"
#include "say.h"

static int pipe_fd[2];
static char got[8192];

/* What was written to stderr since the last call. */
static const char *
said(void)
{
	ssize_t n;

	/* So that a read never waits. */
	if (write(pipe_fd[1], "$", 1) != 1)
		return "";
	n = read(pipe_fd[0], got, sizeof(got) - 1);
	got[n > 0 ? n - 1 : 0] = '\0';
	return got;
}

#define CLEAR "\r\x1b[K"

/* A message is one write, with the status below it. */
static void
test_status(void)
{
	say_level(SAY_NORMAL);
	say_status("1 a\x1b[1m");
	CHECK_STR(said(), CLEAR "ws-cat: 1 a?[1m");
	say_status("1 a\x1b[1m");
	CHECK_STR(said(), "");
	say_note("note");
	CHECK_STR(said(), CLEAR "ws-cat: note\nws-cat: 1 a?[1m");
	say_status("2 a");
	CHECK_STR(said(), CLEAR "ws-cat: 2 a");
	say_hide_status();
	CHECK_STR(said(), CLEAR);
	say_note("note");
	CHECK_STR(said(), "ws-cat: note\n");
	say_status("2 a");
	CHECK_STR(said(), CLEAR "ws-cat: 2 a");
	say_status(NULL);
	CHECK_STR(said(), CLEAR);
	say_status(NULL);
	CHECK_STR(said(), "");
	say_level(SAY_QUIET);
	say_status("3 a");
	CHECK_STR(said(), "");
}

/* The line without its time, which is one of the year 2000 or later. */
static const char *
said_json(void)
{
	static const char before[] = "{\"time\":\"2";
	const char *line = said();

	CHECK(strncmp(line, before, strlen(before)) == 0);
	CHECK(strlen(line) > 37 && strncmp(line + 35, "Z\",", 3) == 0);
	return strlen(line) > 37 ? line + 38 : line;
}

/* From here on all is JSON. */
static void
test_json(void)
{
	char longest[6000];
	size_t n;

	say_level(SAY_NORMAL);
	say_counters(SPAN("a 1 b 2"));
	CHECK_STR(said(), "ws-cat: a 1 b 2\n");
	CHECK(!say_is_json());
	say_form(SAY_JSON);
	CHECK(say_is_json());
	say_err("%s: %d \"q\" \\", "what", 7);
	CHECK_STR(said_json(), "\"level\":\"error\",\"tool\":\"ws-cat\","
	    "\"message\":\"what: 7 \\\"q\\\" \\\\\"}\n");
	say_warn("a\x1b[31mb\n\tc\x7f\xc2\x9b" "d \xc3\xa9 \xff\xc3");
	CHECK_STR(said_json(), "\"level\":\"warning\",\"tool\":\"ws-cat\","
	    "\"message\":\"a\\u001b[31mb\\n\\tc???d \xc3\xa9 \?\?\"}\n");
	say_note("n");
	CHECK_STR(said_json(), "\"level\":\"info\",\"tool\":\"ws-cat\","
	    "\"message\":\"n\"}\n");
	say_detail("hidden");
	CHECK_STR(said(), "");
	memset(longest, '\x01', sizeof(longest));
	longest[sizeof(longest) - 1] = '\0';
	say_err("%s", longest);
	n = strlen(strcpy(longest, said()));
	CHECK(n <= 4096 && n > 4000);
	CHECK_STR(longest + n - 12, "\\u0001...\"}\n");
	memset(longest, 'x', sizeof(longest));
	longest[sizeof(longest) - 1] = '\0';
	say_err("%s", longest);
	n = strlen(strcpy(longest, said()));
	CHECK(n == 4096);
	CHECK_STR(longest + n - 8, "xx...\"}\n");
	say_level(SAY_QUIET);
	say_counters(SPAN("{\"a\":1}"));
	CHECK_STR(said_json(), "\"level\":\"info\",\"tool\":\"ws-cat\","
	    "\"message\":\"counters\",\"counters\":{\"a\":1}}\n");
}

int
main(void)
{
	char longer[6000], text[6000];
	int saved = dup(STDERR_FILENO);
	size_t i;

	if (saved == -1 || pipe(pipe_fd) == -1 ||
	    dup2(pipe_fd[1], STDERR_FILENO) == -1)
		return 1;
	say_init("/usr/bin/ws-cat");
	CHECK_STR(say_name(), "ws-cat");
	say_err("%s: %d", "what", 7);
	CHECK_STR(said(), "ws-cat: what: 7\n");
	say_warn("a\x1b[31mb\n\tc\x7f\xc2\x9b" "d \xc3\xa9");
	CHECK_STR(said(), "ws-cat: a?[31mb??c???d \xc3\xa9\n");
	say_detail("hidden");
	say_note("shown");
	CHECK_STR(said(), "ws-cat: shown\n");
	say_level(SAY_QUIET);
	say_note("hidden");
	say_warn("hidden");
	say_err("shown");
	CHECK_STR(said(), "ws-cat: shown\n");
	say_level(SAY_VERBOSE);
	say_detail("shown");
	CHECK_STR(said(), "ws-cat: shown\n");
	memset(longer, 'x', sizeof(longer));
	longer[sizeof(longer) - 1] = '\0';
	say_err("%s", longer);
	strcpy(text, said());
	i = strlen(text);
	CHECK(i < 4096 && strcmp(text + i - 5, "x...\n") == 0);
	test_status();
	test_json();
	dup2(saved, STDERR_FILENO);
	return CHECK_DONE;
}
