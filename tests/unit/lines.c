/* lines.c - forms, raw modes and filters, over real descriptors. */
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "check.h"
#include "buf.h"
#include "lines.h"
#include "say.h"

/* One run: stdin's records and what a program made of them. */
struct run {
	struct tool tool;
	struct lines_in *in;
	struct lines_out *out;
	struct output *output;
	struct buf seen;	/* each record: number, T, J or !, line, | */
	int answer;		/* what the record callback answers */
	int paused;
	int to_out;		/* records go on: 1 as lines, 2 as messages */
};

static struct buf said;		/* what went to stderr */
static struct buf printed;	/* what went to stdout */

static int
on_record(void *arg, const struct lines_record *r)
{
	struct run *x = arg;
	struct msg m;

	CHECK(!x->paused);
	CHECK(buf_addf(&x->seen, "%d%c%.*s|", (int)r->number,
	    r->is_text ? 'T' : 'J', (int)r->line.n, r->line.p) == 0);
	if (x->to_out == 1)
		CHECK(lines_out_put(x->out, r->line) == 0);
	else if (x->to_out == 2 && lines_in_message(x->in, r, &m) == 0)
		CHECK(lines_out_message(x->out, m) == 0);
	return x->answer;
}

static void
on_end(void *arg)
{
	struct run *x = arg;

	CHECK(buf_adds(&x->seen, "end") == 0);
	/* What was put leaves at the turn's end; the next turn is the last. */
	if (output_taken(x->output) == output_position(x->output))
		tool_finish(&x->tool);
}

static int
on_bad(void *arg, uint64_t number, const struct why *why)
{
	struct run *x = arg;

	CHECK(buf_addf(&x->seen, "%d!%d|", (int)number,
	    (int)why->status) == 0);
	return x->answer;
}

static const struct lines_in_user user = { on_record, on_end, on_bad };

static void
on_taken(void *arg)
{
	struct run *x = arg;

	if (x->seen.n >= 3 && memcmp(x->seen.p + x->seen.n - 3, "end", 3) == 0)
		tool_finish(&x->tool);
}

static void
on_room(void *arg)
{
	(void)arg;
}

static void
on_gone(void *arg, const struct why *why)
{
	(void)arg;
	CHECK_STR(why->text, "");
}

static const struct output_user output_user = { on_room, on_taken, on_gone };

static int
file_of(struct span bytes)
{
	int fd = memfd_create("test", 0);

	CHECK(write(fd, bytes.p, bytes.n) == (ssize_t)bytes.n);
	CHECK(lseek(fd, 0, SEEK_SET) == 0);
	return fd;
}

static void
slurp(int fd, struct buf *out)
{
	ssize_t got;

	buf_clear(out);
	lseek(fd, 0, SEEK_SET);
	while ((got = read(fd, buf_room(out, 4096), 4096)) > 0)
		buf_took(out, (size_t)got);
	CHECK(buf_addc(out, '\0') == 0);
	close(fd);
}

/* Runs over the input with stderr in a file; x->seen is the transcript. */
static enum status
run(struct run *x, const struct lines_opts *o, enum lines_form dflt,
    struct span input)
{
	static const struct tool_opts quiet;
	int in = file_of(input), out = file_of(SPAN("")),
	    err = file_of(SPAN("")), stderr_was = dup(STDERR_FILENO);
	struct why why = { STATUS_OK, "" };
	enum status status;

	buf_clear(&x->seen);
	CHECK(tool_init(&x->tool, &quiet, &why) == 0);
	x->output = output_new(x->tool.loop, out, &output_user, x, &why);
	x->out = lines_out_new(&x->tool, o, dflt, x->output, &why);
	x->in = lines_in_new(&x->tool, o, dflt, in, &user, x, &why);
	CHECK_STR(why.text, "");
	dup2(err, STDERR_FILENO);
	lines_in_resume(x->in);
	loop_run(x->tool.loop);
	dup2(stderr_was, STDERR_FILENO);
	close(stderr_was);
	CHECK(buf_addc(&x->seen, '\0') == 0);
	lines_in_free(x->in);
	lines_out_free(x->out);
	output_free(x->output);
	status = x->tool.status;
	tool_done(&x->tool);
	slurp(out, &printed);
	slurp(err, &said);
	close(in);
	return status;
}

static void
in_forms(struct run *x)
{
	struct lines_opts o = { .payload = 1 };
	struct lines_opts raw = { .raw_in = 1, .out = LINES_WORD_PAYLOAD };

	CHECK(run(x, &o, LINES_EVENTS, SPAN("{}\n\n \r\n\"a\"\r\n1")) == 0);
	CHECK_STR(x->seen.p, "1J{}|4J\"a\"\r|5J1|end");
	CHECK(run(x, &raw, LINES_EVENTS, SPAN("{}\n\n a\r\n")) == 0);
	CHECK_STR(x->seen.p, "1T{}|2T|3T a\r|end");
	raw.null = 1;
	CHECK(run(x, &raw, LINES_EVENTS, SPAN("a\nb\0c")) == 0);
	CHECK_STR(x->seen.p, "1Ta\nb|2Tc|end");
	raw.null = 0;
	CHECK(run(x, &raw, LINES_EVENTS, SPAN("\xff\nok\n")) ==
	    STATUS_BAD_LINE);
	CHECK_STR(x->seen.p, "1!9|2Tok|end");
	CHECK_STR(said.p, "lines: line 1: not UTF-8\n");
}

static void
in_filters(struct run *x)
{
	const char *vars[] = { "k", "a" }, *json[] = { "n", "[7]" };
	struct lines_opts o = { .payload = 1, .in_select = "has($k)",
		.in_filter = ".a[],$n", .vars = { vars, 2 },
		.json_vars = { json, 2 } };
	struct lines_opts raw = { .raw_in = 1, .in_filter = "{text:.}",
		.in = LINES_WORD_EVENTS };

	CHECK(run(x, &o, LINES_PAYLOAD, SPAN("{\"a\":[1,2]}\n{\"b\":1}\n"
	    "{\"a\":3}\nx\n[]\n")) == STATUS_BAD_LINE);
	CHECK_STR(x->seen.p, "1J1|1J2|1J[7]|3!1|4!9|5!1|end");
	CHECK_STR(said.p,
	    "lines: line 3: Cannot iterate over number (3)\n"
	    "lines: line 4: byte 1: expected a value, not 'x'\n"
	    "lines: line 5: Cannot check whether array has a string key\n");
	CHECK(run(x, &o, LINES_PAYLOAD, SPAN("{\"a\":3}\n")) ==
	    STATUS_SOME);
	CHECK(run(x, &raw, LINES_PAYLOAD, SPAN("a\"b\n\n")) == 0);
	CHECK_STR(x->seen.p, "1J{\"text\":\"a\\\"b\"}|2J{\"text\":\"\"}|end");
}

static void
out_lines(struct run *x)
{
	struct lines_opts o = { .in = LINES_WORD_PAYLOAD,
		.out = LINES_WORD_PAYLOAD };
	const struct span lines = SPAN("\"a\\n\\u0000b\"\n{\"a\": 1.10}\n");

	x->to_out = 1;
	CHECK(run(x, &o, LINES_EVENTS, lines) == 0);
	CHECK_STR(printed.p, "\"a\\n\\u0000b\"\n{\"a\": 1.10}\n");
	o.raw_out = 1;
	CHECK(run(x, &o, LINES_EVENTS, lines) == 0);
	CHECK(span_eq(buf_span(&printed), span_of("a\n\0b\n{\"a\": 1.10}\n",
	    18)));
	o.null = 1;
	CHECK(run(x, &o, LINES_EVENTS, SPAN("\"a\"\n1\n")) == 0);
	CHECK(span_eq(buf_span(&printed), span_of("a\0001\0", 5)));
	o.null = o.raw_out = 0;
	o.out_select = "if . == 1 then error(\"no\") else .a end";
	o.out_filter = ".a,.b";
	CHECK(run(x, &o, LINES_EVENTS, SPAN("{\"a\": 1}\n1\n{}\n")) ==
	    STATUS_SOME);
	CHECK_STR(printed.p, "1\nnull\n");
	CHECK_STR(said.p, "lines: line 2 of output: no\n");
}

static void
messages(struct run *x)
{
	struct lines_opts o = { .in = LINES_WORD_PAYLOAD,
		.out = LINES_WORD_PAYLOAD };
	const struct span lines = SPAN("\"a\\nb\"\n [1 ]\n\"[1]\"\nx\n"
	    "\"data:;base64,AAEC\"\n\"\\\"\"\n");

	x->to_out = 2;
	CHECK(run(x, &o, LINES_EVENTS, lines) == STATUS_BAD_LINE);
	CHECK_STR(printed.p, "\"a\\nb\"\n [1 ]\n[1]\n"
	    "\"data:;base64,AAEC\"\n\"\\\"\"\n");
	CHECK_STR(said.p,
	    "lines: line 4: byte 1: expected a value, not 'x'\n");
	o.out = LINES_WORD_TEXT;
	CHECK(run(x, &o, LINES_EVENTS, lines) == STATUS_BAD_LINE);
	CHECK_STR(printed.p, "a\nb\n [1 ]\n[1]\ndata:;base64,AAEC\n\"\n");
	o.in = LINES_WORD_TEXT;
	o.out = LINES_WORD_PAYLOAD;
	CHECK(run(x, &o, LINES_EVENTS, SPAN("\"a\"\n{}\nb")) == 0);
	CHECK_STR(printed.p, "\"\\\"a\\\"\"\n{}\n\"b\"\n");
	x->to_out = 0;
}

/* What stops the options from going together, or "". */
static const char *
refused(struct run *x, struct lines_opts o)
{
	static const struct tool_opts quiet;
	static struct why why;
	struct lines_in *in;
	struct lines_out *out;

	why.text[0] = '\0';
	CHECK(tool_init(&x->tool, &quiet, &why) == 0);
	x->output = output_new(x->tool.loop, STDOUT_FILENO, &output_user, x,
	    &why);
	out = lines_out_new(&x->tool, &o, LINES_EVENTS, x->output, &why);
	in = lines_in_new(&x->tool, &o, LINES_EVENTS, STDIN_FILENO, &user, x,
	    &why);
	CHECK((in == NULL || out == NULL) == (why.text[0] != '\0'));
	lines_in_free(in);
	lines_out_free(out);
	output_free(x->output);
	tool_done(&x->tool);
	return why.text;
}

static void
contradictions(struct run *x)
{
	CHECK_STR(refused(x, (struct lines_opts){ .events = 1 }), "");
	CHECK_STR(refused(x, (struct lines_opts){ .events = 1,
	    .payload = 1 }), "--events: contradicts --payload");
	CHECK_STR(refused(x, (struct lines_opts){ .null = 1 }),
	    "--null: is for raw records, but neither side is raw");
	CHECK_STR(refused(x, (struct lines_opts){ .null = 1, .raw_out = 1 }),
	    "");
	CHECK_STR(refused(x, (struct lines_opts){ .in = LINES_WORD_EVENTS,
	    .raw_in = 1 }), "--in events: contradicts --raw-input, "
	    "unless a filter makes events");
	CHECK(strstr(refused(x, (struct lines_opts){ .in_filter = ".a |" }),
	    "syntax error") != NULL);
	CHECK(strstr(refused(x, (struct lines_opts){ .out_select = "$x" }),
	    "$x is not defined") != NULL);
}

/* The form and rawness of stdin on a terminal. */
static void
terminal(struct run *x, struct lines_opts o, const char *seen)
{
	static const struct tool_opts quiet;
	int master = posix_openpt(O_RDWR | O_NOCTTY), fd;
	struct why why;

	CHECK(master != -1 && grantpt(master) == 0 && unlockpt(master) == 0);
	fd = open(ptsname(master), O_RDWR | O_NOCTTY);
	CHECK(write(master, "1\n\4", 3) == 3);
	buf_clear(&x->seen);
	CHECK(tool_init(&x->tool, &quiet, &why) == 0);
	x->output = output_new(x->tool.loop, fd, &output_user, x, &why);
	x->in = lines_in_new(&x->tool, &o, LINES_EVENTS, fd, &user, x, &why);
	CHECK(x->in != NULL);
	lines_in_resume(x->in);
	loop_run(x->tool.loop);
	CHECK(buf_addf(&x->seen, "%d", lines_in_form(x->in)) == 0);
	CHECK(buf_addc(&x->seen, '\0') == 0);
	CHECK_STR(x->seen.p, seen);
	lines_in_free(x->in);
	output_free(x->output);
	tool_done(&x->tool);
	close(fd);
	close(master);
}

static void
terminals(struct run *x)
{
	terminal(x, (struct lines_opts){ 0 }, "1T1|end0");
	terminal(x, (struct lines_opts){ .events = 1 }, "1J1|end1");
	terminal(x, (struct lines_opts){ .in = LINES_WORD_PAYLOAD },
	    "1J1|end0");
	terminal(x, (struct lines_opts){ .events = 1, .raw_in = 1 },
	    "1T1|end0");
}

int
main(void)
{
	static struct run x;

	say_init("lines");
	buf_init(&x.seen, SIZE_MAX);
	buf_init(&said, SIZE_MAX);
	buf_init(&printed, SIZE_MAX);
	in_forms(&x);
	in_filters(&x);
	out_lines(&x);
	messages(&x);
	contradictions(&x);
	terminals(&x);
	buf_done(&x.seen);
	buf_done(&said);
	buf_done(&printed);
	return CHECK_DONE;
}
