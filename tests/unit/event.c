/* event.c - event lines: what is written reads as the same body. */
#include <stdlib.h>

#include "check.h"
#include "corpus.h"
#include "event.h"
#include "id.h"

static struct buf scratch;

/* ---- writing ---- */

static void
body_is(struct span body, const char *members)
{
	struct buf out;

	buf_init(&out, SIZE_MAX);
	CHECK(event_body(&out, body) == 0);
	CHECK(buf_addc(&out, '\0') == 0);
	CHECK_STR(out.p, members);
	buf_done(&out);
}

static void
message_is(const char *text, const char *members)
{
	struct buf out;

	buf_init(&out, SIZE_MAX);
	CHECK(event_message(&out, (struct msg){ MSG_TEXT,
	    span_str(text) }) == 0);
	CHECK(buf_addc(&out, '\0') == 0);
	CHECK_STR(out.p, members);
	buf_done(&out);
}

static void
bodies(void)
{
	body_is(SPAN(""), ",\"text\":\"\"");
	body_is(SPAN("hi"), ",\"text\":\"hi\"");
	body_is(SPAN("\xff"), ",\"base64\":\"/w==\"");
	body_is(SPAN("1.10"), ",\"text\":\"1.10\",\"json\":1.10");
	body_is(SPAN("{\n}\n"), ",\"text\":\"{\\n}\\n\",\"json\":{ }");

	message_is("{\"a\":1.10}", ",\"json\":{\"a\":1.10}");
	message_is("\"hi\"", ",\"json\":\"hi\"");
	message_is("hi", ",\"text\":\"hi\"");
	message_is("", ",\"text\":\"\"");
	message_is("[1,\n2]", ",\"text\":\"[1,\\n2]\",\"json\":[1, 2]");
	message_is(" [1]", ",\"text\":\" [1]\",\"json\":[1]");
	message_is("null", ",\"text\":\"null\",\"json\":null");
}

static void
envelope(void)
{
	struct buf out;
	struct event e;
	char id[ID_SIZE];

	buf_init(&out, SIZE_MAX);
	CHECK(event_begin(&out, "message", id) == 0);
	CHECK(event_text(&out, "client", SPAN("c\"1")) == 0);
	CHECK(event_raw(&out, "headers", SPAN("[[1,\n2]]")) == 0);
	CHECK(event_int(&out, "code", -5) == 0);
	CHECK(event_bool(&out, "clean", 1) == 0);
	CHECK(event_end(&out) == 0);
	CHECK(event_read(buf_span(&out), &e, NULL) == 0);
	CHECK(event_is(e.type, "message"));
	CHECK(!event_is(e.type, "messag"));
	CHECK(event_is(e.id, id));
	CHECK(e.time.n == 29);
	CHECK(event_is(e.client, "c\"1"));
	CHECK(span_eq(e.headers, SPAN("[[1, 2]]")));
	CHECK(span_eq(e.code, SPAN("-5")));
	CHECK(!event_is(e.code, "-5"));
	CHECK(!event_is(e.room, ""));
	CHECK(e.room.p == NULL);
	buf_done(&out);
}

static void
at_the_limit(void)
{
	struct buf out;

	buf_init(&out, 20);
	CHECK(buf_adds(&out, "0123456789") == 0);
	CHECK(event_text(&out, "text", SPAN("abc")) == -1);
	CHECK(event_raw(&out, "json", SPAN("[1]")) == -1);
	CHECK(event_body(&out, SPAN("\xff")) == -1);
	CHECK(event_body(&out, SPAN("[]")) == -1);
	CHECK(event_int(&out, "status", 200) == -1);
	CHECK(span_eq(buf_span(&out), SPAN("0123456789")));
	buf_done(&out);
}

/* ---- reading ---- */

/* The body of an event: "T:..." for text, "B:..." for binary, "none", or
 * what is wrong with it. */
static const char *
body(const char *line)
{
	static char said[600];
	struct event e;
	struct msg m;
	struct why why;
	int rc;

	if (event_read(span_str(line), &e, &why) != 0)
		return strcpy(said, why.text);
	rc = event_read_body(&e, &scratch, &m, &why);
	if (rc != 0)
		return strcpy(said, rc == 1 ? "none" : why.text);
	snprintf(said, sizeof(said), "%c:%.*s",
	    m.kind == MSG_BINARY ? 'B' : 'T', (int)m.body.n, m.body.p);
	return said;
}

static void
which_member(void)
{
	CHECK_STR(body("{}"), "none");
	CHECK_STR(body("{\"text\":null,\"json\":null}"), "none");
	CHECK_STR(body("{\"text\":\"a\\u0062\"}"), "T:ab");
	CHECK_STR(body("{\"t\\u0065xt\":\"x\"}"), "T:x");
	CHECK_STR(body("{\"text\":\"x\",\"text\":\"y\"}"), "T:y");
	CHECK_STR(body("{\"text\":\"x\",\"text\":null}"), "none");
	CHECK_STR(body("{\"json\": {\"a\" : 1.10} }"), "T:{\"a\" : 1.10}");
	CHECK_STR(body("{\"base64\":\"YWI=\",\"text\":\"x\",\"json\":1}"),
	    "B:ab");
	CHECK_STR(body("{\"base64\":\"YWI\\u003d\"}"), "B:ab");
	CHECK_STR(body("{\"base64\":\"\"}"), "B:");
}

static void
edited_or_not(void)
{
	CHECK_STR(body("{\"text\":\"[1.10]\",\"json\":[1.10]}"), "T:[1.10]");
	CHECK_STR(body("{\"text\":\"[1.10]\",\"json\":[1.1]}"), "T:[1.10]");
	CHECK_STR(body("{\"text\":\" {\\n\\\"a\\\":1}\",\"json\":{ \"a\":1}}"),
	    "T: {\n\"a\":1}");
	CHECK_STR(body("{\"text\":\"12345678901234567890\","
	    "\"json\":12345678901234567000}"), "T:12345678901234567890");
	CHECK_STR(body("{\"text\":\"{\\\"a\\\":1,\\\"a\\\":2}\","
	    "\"json\":{\"a\":2}}"), "T:{\"a\":1,\"a\":2}");
	CHECK_STR(body("{\"text\":\"{\\\"a\\\":1}\",\"json\":{\"a\":2}}"),
	    "T:{\"a\":2}");
	CHECK_STR(body("{\"text\":\"{\\\"a\\\":1}\",\"json\":"
	    "{\"a\":1,\"x\":1}}"), "T:{\"a\":1,\"x\":1}");
	CHECK_STR(body("{\"text\":\"hi\",\"json\":1}"), "T:1");
	CHECK_STR(body("{\"text\":\"hi\",\"json\":null}"), "T:hi");
	CHECK_STR(body("{\"text\":\"null\",\"json\":null}"), "T:null");
	CHECK_STR(body("{\"text\":\"null\",\"json\":0}"), "T:0");
}

static void
wrong(void)
{
	CHECK_STR(body("[]"), "an event is a JSON object");
	CHECK_STR(body("{\"text\":1}"), "\"text\" is not a string");
	CHECK_STR(body("{\"base64\":[]}"), "\"base64\" is not a string");
	CHECK_STR(body("{\"base64\":\"A\"}"),
	    "\"base64\" is not base64, or too long");
	CHECK_STR(body("{\"text\":\"\\ud800\"}"),
	    "\"text\" has a lone surrogate, which no text can hold");
	CHECK_STR(body("{"), "byte 2: expected a string or '}', not the end");
}

/* ---- the law ---- */

static void
reads_as(struct buf *line, struct msg m)
{
	struct event e;
	struct msg back = { MSG_TEXT, { NULL, 0 } };

	CHECK(event_end(line) == 0);
	CHECK(memchr(line->p, '\n', line->n) == NULL);
	CHECK(event_read(buf_span(line), &e, NULL) == 0);
	CHECK(event_read_body(&e, &scratch, &back, NULL) == 0);
	CHECK(back.kind == m.kind);
	CHECK(span_eq(back.body, m.body));
}

static void
returns(void *arg, struct msg m)
{
	struct buf line;
	struct event e;

	(void)arg;
	buf_init(&line, SIZE_MAX);
	CHECK(event_begin(&line, "message", NULL) == 0);
	CHECK(event_message(&line, m) == 0);
	reads_as(&line, m);
	buf_clear(&line);
	CHECK(event_begin(&line, "request", NULL) == 0);
	CHECK(event_body(&line, m.body) == 0);
	CHECK(event_end(&line) == 0);
	CHECK(event_read(buf_span(&line), &e, NULL) == 0);
	CHECK((e.text.p == NULL) != (e.base64.p == NULL));
	buf_trim(&line, line.n - 1);
	reads_as(&line, (struct msg){ e.base64.p == NULL ? MSG_TEXT :
	    MSG_BINARY, m.body });
	buf_done(&line);
}

static void
test_news(void)
{
	struct event e;
	struct why why;

	CHECK(event_read(SPAN("{\"type\":\"open\"}"), &e, &why) == 0);
	CHECK(event_is_news(&e));
	CHECK(event_read(SPAN("{\"type\":\"message\"}"), &e, &why) == 0);
	CHECK(!event_is_news(&e));
	CHECK(event_read(SPAN("{\"type\":null}"), &e, &why) == 0);
	CHECK(!event_is_news(&e));
	CHECK(event_read(SPAN("{\"type\":5}"), &e, &why) == -1);
	CHECK(why.status == STATUS_BAD_LINE);
}

int
main(void)
{
	test_news();
	buf_init(&scratch, SIZE_MAX);
	bodies();
	envelope();
	at_the_limit();
	which_member();
	edited_or_not();
	wrong();
	CHECK(corpus_each(returns, NULL) > 30);
	buf_done(&scratch);
	return CHECK_DONE;
}
