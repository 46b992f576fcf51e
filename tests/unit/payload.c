/* payload.c - reading what was printed gives the message back. */
#include <stdlib.h>

#include "check.h"
#include "corpus.h"
#include "payload.h"

static void
prints(const char *text, const char *line)
{
	struct buf out;

	buf_init(&out, SIZE_MAX);
	CHECK(payload_print(&out, (struct msg){ MSG_TEXT,
	    span_str(text) }) == 0);
	CHECK(buf_addc(&out, '\0') == 0);
	CHECK_STR(out.p, line);
	buf_done(&out);
}

static void
reads(const char *line, enum msg_kind kind, struct span body)
{
	struct buf scratch;
	struct msg m = { MSG_TEXT, { NULL, 0 } };

	buf_init(&scratch, SIZE_MAX);
	CHECK(payload_read(span_str(line), &scratch, &m, NULL) == 0);
	CHECK(m.kind == kind);
	CHECK(span_eq(m.body, body));
	buf_done(&scratch);
}

static void
refuses(const char *line, const char *sentence)
{
	struct buf scratch;
	struct msg m;
	struct why why = { STATUS_OK, "" };

	buf_init(&scratch, 64);
	CHECK(payload_read(span_str(line), &scratch, &m, &why) == -1);
	CHECK(why.status == STATUS_BAD_LINE);
	CHECK_STR(why.text, sentence);
	buf_done(&scratch);
}

/* Does a line feed stand in it that a payload line can't keep? */
static int
has_break(struct msg m)
{
	struct json j;

	return m.kind == MSG_TEXT && m.body.n > 0 &&
	    memchr(m.body.p, '\n', m.body.n) != NULL &&
	    json_check(m.body, &j, NULL) == 0 && j.type != JSON_STRING;
}

/* read(print(m)) is m, but for line feeds in JSON, which come back as spaces
 * and then stay what they are. */
static void
returns(void *arg, struct msg m)
{
	struct buf line, again, scratch;
	struct msg back = { MSG_TEXT, { NULL, 0 } };

	(void)arg;
	buf_init(&line, SIZE_MAX);
	buf_init(&again, SIZE_MAX);
	buf_init(&scratch, SIZE_MAX);
	CHECK(payload_print(&line, m) == 0);
	CHECK(memchr(line.p, '\n', line.n) == NULL);
	CHECK(payload_read(buf_span(&line), &scratch, &back, NULL) == 0);
	CHECK(back.kind == m.kind);
	if (has_break(m)) {
		CHECK(back.body.n == m.body.n);
		CHECK(!span_eq(back.body, m.body));
	} else {
		CHECK(span_eq(back.body, m.body));
	}
	CHECK(payload_print(&again, back) == 0);
	CHECK(span_eq(buf_span(&line), buf_span(&again)));
	buf_done(&line);
	buf_done(&again);
	buf_done(&scratch);
}

int
main(void)
{
	prints("{\"a\": 1.10}", "{\"a\": 1.10}");
	prints(" [1,\n2]\n", " [1, 2] ");
	prints("null", "null");
	prints("hello", "\"hello\"");
	prints("nothing", "\"nothing\"");
	prints("\"hi\"", "\"\\\"hi\\\"\"");
	prints("", "\"\"");
	prints("a\nb\t\x7f", "\"a\\nb\\t\x7f\"");
	prints("data:;base64,AA==", "\"\\u0064ata:;base64,AA==\"");
	prints("data:;base64,\"", "\"\\u0064ata:;base64,\\\"\"");

	reads("\"data:;base64,AAE=\"", MSG_BINARY, SPAN("\0\1"));
	reads(" \"data:;base64,\" ", MSG_BINARY, SPAN(""));
	reads("\"\\u0064ata:;base64,AA==\"", MSG_TEXT,
	    SPAN("data:;base64,AA=="));
	reads("\"a\\u0000\\/\\ud83d\\ude00\"\r", MSG_TEXT,
	    SPAN("a\0/\xf0\x9f\x98\x80"));
	reads(" {\"b\":1e400} ", MSG_TEXT, SPAN(" {\"b\":1e400} "));
	reads("{\"a\":\"\\ud800\"}", MSG_TEXT, SPAN("{\"a\":\"\\ud800\"}"));

	refuses("\"\\ud800\"", "a lone surrogate, which no text can hold");
	refuses("\"data:;base64,A\"",
	    "what follows \"data:;base64, is not base64");
	refuses("hello", "byte 1: expected a value, not 'h'");
	refuses("{} {}", "byte 4: expected the end, not '{'");

	CHECK(corpus_each(returns, NULL) > 30);
	return CHECK_DONE;
}
