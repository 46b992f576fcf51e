/* json.c - RFC 8259's edges: what is JSON, and what the walkers find. */
#include "check.h"
#include "json.h"

/* A span in a table, where a compound literal may not stand; it may hold
 * NULs. */
#define S(lit) { lit, sizeof(lit) - 1 }

static const struct span good[] = {
	S("null"), S("true"), S("false"), S("0"), S("-0"), S("1.10"),
	S("12345678901234567890"), S("-1e5"), S("1E+400"), S("0.5e-3"),
	S("1e00"), S("\"\""), S("[]"), S("{}"), S(" [ ] "), S("{ }\r\n"),
	S("\t[1 , 2,3\n]"), S("{\"a\":1,\"a\":2}"), S("{\"\":{}}"),
	S("[[],{},[{}]]"), S("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\""),
	S("\"\\u0000\""), S("\"\\ud800\""), S("\"\\udc00\\ud800\""),
	S("\"\\uD83D\\ude42\""), S("\"\x7f\""), S("\"\xe2\x80\xa8\""),
	S("\"\xf4\x8f\xbf\xbf\""), S("\"seven..\xc3\xa9\""),
	S("\"\xef\xbb\xbf\""), S("\"////////////////\""),
};

static const struct span bad[] = {
	S(""), S(" "), S("nul"), S("nulll"), S("True"), S("NaN"),
	S("Infinity"), S("-"), S("-a"), S("+1"), S("01"), S("-01"), S(".5"),
	S("1."), S("1.e5"), S("1e"), S("1e+"), S("0x10"), S("1 2"), S("1,"),
	S("["), S("]"), S("[1"), S("[1,"), S("[1,]"), S("[,1]"), S("[1 2]"),
	S("{"), S("}"), S("{\"a\"}"), S("{\"a\":}"), S("{\"a\":1,}"),
	S("{\"a\" 1}"), S("{a:1}"), S("{1:1}"), S("{,}"),
	S("{\"a\":1 \"b\":2}"),
	S("[}"), S("{]"), S("[1}"), S("{\"a\":1]"), S("[]]"), S("{}{}"),
	S("\""), S("\"a"), S("'a'"), S("\"\\x\""), S("\"\\u12\""),
	S("\"\\u12g4\""), S("\"\\u123"), S("\"\\"), S("\"\\\""),
	S("\"\t\""), S("\"a\nb\""), S("\"\0\""), S("\"12345678\x1f\""),
	S("\"\\\0\""), S("1\0"), S("\0"), S("\xef\xbb\xbf{}"),
	S("\xef\xbb\xbf"), S("\"\x80\""), S("\"\xc0\x80\""), S("\"\xc3\""),
	S("\"\xed\xa0\x80\""), S("\"\xf5\x80\x80\x80\""),
	S("\"\xe2\x82\""), S("[\xc3\xa9]"), S("// x\n1"), S("\v1"),
	S("\xc2\xa0""1"), S("tru\0"),
};

static void
checking(void)
{
	struct json j;
	struct why why;
	size_t i;

	for (i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		int ok = json_check(good[i], &j, &why) == 0;

		if (!ok)
			fprintf(stderr, "refused %.*s: %s\n",
			    (int)good[i].n, good[i].p, why.text);
		CHECK(ok);
	}
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		int ok = json_check(bad[i], NULL, &why) == 0;

		if (ok)
			fprintf(stderr, "took %.*s\n", (int)bad[i].n,
			    bad[i].p);
		CHECK(!ok && why.status == STATUS_BAD_LINE);
		CHECK(strncmp(why.text, "byte ", 5) == 0);
		CHECK(json_check(bad[i], NULL, NULL) == -1);
	}
	CHECK(json_check(span_of(NULL, 0), NULL, NULL) == -1);
}

static void
what_it_says(void)
{
	struct json j;
	struct why why;

	CHECK(json_check(SPAN(" {\"a\":\n1} \n"), &j, &why) == 0);
	CHECK(j.type == JSON_OBJECT && j.has_break);
	CHECK(span_eq(j.value, SPAN("{\"a\":\n1}")));
	CHECK(json_check(SPAN("\n\"a\\n\"\n"), &j, &why) == 0);
	CHECK(j.type == JSON_STRING && !j.has_break);
	CHECK(span_eq(j.value, SPAN("\"a\\n\"")));
	CHECK(json_check(SPAN("{\"a\":1 x"), &j, &why) == -1);
	CHECK_STR(why.text, "byte 8: expected ',' or '}', not 'x'");
	CHECK(json_check(SPAN("[1"), &j, &why) == -1);
	CHECK_STR(why.text, "byte 3: expected ',' or ']', not the end");
	CHECK(json_check(SPAN("\"\n\""), &j, &why) == -1);
	CHECK_STR(why.text,
	    "byte 2: expected '\"' or a character, not byte 0x0a");
	CHECK(json_check(SPAN("hello"), &j, &why) == -1);
	CHECK_STR(why.text, "byte 1: expected a value, not 'h'");
}

static void
depth(void)
{
	char text[2 * (JSON_MAX_DEPTH + 1)];
	size_t n = JSON_MAX_DEPTH;

	memset(text, '[', n);
	memset(text + n, ']', n);
	CHECK(json_check(span_of(text, 2 * n), NULL, NULL) == 0);
	n++;
	memset(text, '[', n);
	memset(text + n, ']', n);
	CHECK(json_check(span_of(text, 2 * n), NULL, NULL) == -1);
	/* side by side is not deep */
	CHECK(json_check(SPAN("[[],[],{\"a\":[]},[]]"), NULL, NULL) == 0);
}

/* Each byte value at each place in a string is judged as it is alone. */
static void
every_place(void)
{
	char text[40];
	size_t at;
	int c;

	for (at = 1; at < sizeof(text) - 1; at++)
		for (c = 0; c < 256; c++) {
			int want = c >= 0x20 && c < 0x80 && c != '"' &&
			    c != '\\';

			memset(text, 'x', sizeof(text));
			text[0] = text[sizeof(text) - 1] = '"';
			text[at] = (char)c;
			if (c == '\\' && at + 2 < sizeof(text)) {
				text[at + 1] = 'n';
				want = 1;
			}
			CHECK((json_check(span_of(text, sizeof(text)), NULL,
			    NULL) == 0) == want);
		}
}

static void
iterating(void)
{
	struct json_iter it = json_iter(SPAN("{ \"a\" : [1, {\"x\":\"]}\"}] ,"
	    "\"b\\\"\":\"\\\\\",\n\"a\":-1.5e3 }"));

	CHECK(json_next(&it) && span_eq(it.key, SPAN("\"a\"")) &&
	    span_eq(it.value, SPAN("[1, {\"x\":\"]}\"}]")));
	CHECK(json_next(&it) && span_eq(it.key, SPAN("\"b\\\"\"")) &&
	    span_eq(it.value, SPAN("\"\\\\\"")));
	CHECK(json_next(&it) && span_eq(it.value, SPAN("-1.5e3")));
	CHECK(!json_next(&it) && !json_next(&it));
	it = json_iter(SPAN("[1,true , \"a,]\",[[]],{}]"));
	CHECK(json_next(&it) && it.key.p == NULL &&
	    span_eq(it.value, SPAN("1")));
	CHECK(json_next(&it) && span_eq(it.value, SPAN("true")));
	CHECK(json_next(&it) && span_eq(it.value, SPAN("\"a,]\"")));
	CHECK(json_next(&it) && span_eq(it.value, SPAN("[[]]")));
	CHECK(json_next(&it) && span_eq(it.value, SPAN("{}")));
	CHECK(!json_next(&it));
	it = json_iter(SPAN("[ ]"));
	CHECK(!json_next(&it));
	it = json_iter(SPAN("{\n}"));
	CHECK(!json_next(&it));
	it = json_iter(SPAN("\"[1]\""));
	CHECK(!json_next(&it));
	it = json_iter(span_of(NULL, 0));
	CHECK(!json_next(&it));
}

static void
members(void)
{
	struct span v, o = SPAN("{\"type\":1,\"t\\u0079pe\":2,\"x\":3,"
	    "\"\\ud83d\\ude42\":4,\"a\\u0000\":5,\"n\":{\"type\":6}}");

	CHECK(json_member(o, "type", &v) && span_eq(v, SPAN("2")));
	CHECK(json_member(o, "x", &v) && span_eq(v, SPAN("3")));
	CHECK(json_member(o, "\xf0\x9f\x99\x82", &v) &&
	    span_eq(v, SPAN("4")));
	CHECK(!json_member(o, "a", &v));
	CHECK(!json_member(o, "typ", &v) && !json_member(o, "types", &v));
	CHECK(!json_member(SPAN("[1]"), "x", &v));
	CHECK(!json_member(SPAN("{}"), "x", &v));
	CHECK(json_key_is(SPAN("\"\""), "") && !json_key_is(SPAN("\"\""), "a"));
	CHECK(json_key_is(SPAN("\"\\n\\\"\\/\""), "\n\"/"));
	CHECK(!json_key_is(SPAN("\"\\u0061b\""), "a"));
	CHECK(!json_key_is(SPAN("\"\\u0061\""), "ab"));
}

static const struct {
	struct span literal, text;
	int result;
} strings[] = {
	{ S("\"\""), S(""), 0 },
	{ S("\"abc\""), S("abc"), 0 },
	{ S("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\""), S("\"\\/\b\f\n\r\t"), 0 },
	{ S("\"a\\u0000b\""), S("a\0b"), 0 },
	{ S("\"\\u00E9\\u20ac\""), S("\xc3\xa9\xe2\x82\xac"), 0 },
	{ S("\"\\ud83d\\ude42!\""), S("\xf0\x9f\x99\x82!"), 0 },
	{ S("\"\\udbff\\udfff\""), S("\xf4\x8f\xbf\xbf"), 0 },
	{ S("\"\\ud83d\""), S("\xef\xbf\xbd"), 1 },
	{ S("\"\\ude42x\""), S("\xef\xbf\xbdx"), 1 },
	{ S("\"\\ud83d\\n\""), S("\xef\xbf\xbd\n"), 1 },
	{ S("\"\\ud83d\\u0041\""), S("\xef\xbf\xbd""A"), 1 },
	{ S("\"\\ud83d\\ud83d\\ude42\""),
	    S("\xef\xbf\xbd\xf0\x9f\x99\x82"), 1 },
};

static void
unquoting(void)
{
	struct buf b;
	struct span text;
	size_t i;

	buf_init(&b, 100);
	for (i = 0; i < sizeof(strings) / sizeof(strings[0]); i++) {
		buf_clear(&b);
		CHECK(json_unquote(&b, strings[i].literal) ==
		    strings[i].result);
		CHECK(span_eq(buf_span(&b), strings[i].text));
	}
	CHECK(json_plain(SPAN("\"abc\""), &text) &&
	    span_eq(text, SPAN("abc")));
	CHECK(json_plain(SPAN("\"\""), &text) && text.n == 0);
	CHECK(!json_plain(SPAN("\"a\\n\""), &text));
	buf_done(&b);
	/* The limit is on the text, not on its literal. */
	buf_init(&b, 4);
	CHECK(json_unquote(&b, SPAN("\"\\u0041\\n\"")) == 0 && b.n == 2);
	CHECK(json_unquote(&b, SPAN("\"abc\"")) == -1 && b.n == 2);
	buf_done(&b);
}

static void
quoting(void)
{
	struct buf b, back;
	char all[256];
	size_t i, n = 0;

	buf_init(&b, 2000);
	buf_init(&back, 2000);
	for (i = 0; i < sizeof(strings) / sizeof(strings[0]); i++) {
		buf_clear(&b);
		buf_clear(&back);
		CHECK(json_quote(&b, strings[i].text) == 0);
		CHECK(json_check(buf_span(&b), NULL, NULL) == 0);
		CHECK(json_unquote(&back, buf_span(&b)) == 0);
		CHECK(span_eq(buf_span(&back), strings[i].text));
	}
	for (i = 0; i < 128; i++)
		all[n++] = (char)i;
	memcpy(all + n, "\xe2\x80\xa8\xe2\x80\xa9", 6);
	buf_clear(&b);
	CHECK(json_quote(&b, span_of(all, n + 6)) == 0);
	CHECK(memcmp(b.p, "\"\\u0000\\u0001\\u0002\\u0003\\u0004\\u0005"
	    "\\u0006\\u0007\\b\\t\\n\\u000b\\f\\r\\u000e\\u000f\\u0010",
	    83) == 0);
	CHECK(memcmp(b.p + b.n - 8, "\x7f\xe2\x80\xa8\xe2\x80\xa9\"", 8) == 0);
	buf_clear(&b);
	CHECK(json_quote(&b, span_of(NULL, 0)) == 0);
	CHECK(span_eq(buf_span(&b), SPAN("\"\"")));
	buf_done(&b);
	buf_done(&back);
	buf_init(&b, 7);
	CHECK(json_quote(&b, SPAN("\x01")) == -1 && b.n == 0);
	CHECK(json_quote(&b, SPAN("abcd\n")) == -1 && b.n == 0);
	CHECK(json_quote(&b, SPAN("abc\n")) == 0 && b.n == 7);
	buf_done(&b);
}

static void
splicing(void)
{
	struct buf b;

	buf_init(&b, 20);
	CHECK(json_splice(&b, SPAN("[1.10,\"\\n\"]")) == 0);
	CHECK(span_eq(buf_span(&b), SPAN("[1.10,\"\\n\"]")));
	buf_clear(&b);
	CHECK(json_splice(&b, SPAN("\n[\n1\r\n,\n\n2]\n")) == 0);
	CHECK(span_eq(buf_span(&b), SPAN(" [ 1\r ,  2] ")));
	CHECK(json_splice(&b, SPAN("123456789")) == -1 && b.n == 12);
	CHECK(json_splice(&b, span_of(NULL, 0)) == 0);
	buf_done(&b);
}

static const struct {
	const char *text;
	int64_t n;
	int result;
} ints[] = {
	{ "0", 0, 0 }, { "-0", 0, 0 }, { "204", 204, 0 }, { "-7", -7, 0 },
	{ "9223372036854775807", INT64_MAX, 0 },
	{ "-9223372036854775808", INT64_MIN, 0 },
	{ "9223372036854775808", 0, -1 }, { "-9223372036854775809", 0, -1 },
	{ "12345678901234567890", 0, -1 }, { "1.0", 0, -1 }, { "1e3", 0, -1 },
	{ "\"1\"", 0, -1 }, { "null", 0, -1 }, { "", 0, -1 }, { "-", 0, -1 },
};

static void
integers(void)
{
	size_t i;

	for (i = 0; i < sizeof(ints) / sizeof(ints[0]); i++) {
		int64_t n = 0;

		CHECK(json_int(span_str(ints[i].text), &n) == ints[i].result);
		CHECK(n == ints[i].n);
	}
}

int
main(void)
{
	checking();
	what_it_says();
	depth();
	every_place();
	iterating();
	members();
	unquoting();
	quoting();
	splicing();
	integers();
	return CHECK_DONE;
}
