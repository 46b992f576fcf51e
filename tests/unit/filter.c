/* filter.c - jq over lines. */
#include <stdint.h>
#include <stdlib.h>

#include "check.h"
#include "buf.h"
#include "filter.h"

static struct buf got;
static int answer;

static int
put(void *arg, struct span line)
{
	(void)arg;
	CHECK(buf_add(&got, line) == 0 && buf_addc(&got, '|') == 0);
	return answer;
}

/* Runs f over a line: its results, each ended by |, then the failure. */
static const char *
run(struct filter *f, const char *line)
{
	struct why why = { STATUS_OK, "" };

	buf_clear(&got);
	if (filter_run(f, span_str(line), put, NULL, &why) == -1)
		CHECK(buf_adds(&got, why.text) == 0);
	CHECK(buf_addc(&got, '\0') == 0);
	return got.p;
}

static const char *
once(enum filter_kind kind, const char *expr, const char *line)
{
	const struct filter_var vars[] = {
		{ "s", "a \"b\"", 0 }, { "j", "{\"x\":[1]}", 1 },
	};
	struct why why = { STATUS_OK, "" };
	struct filter *f = filter_new(kind, expr, vars, 2, &why);
	const char *s;

	CHECK(f != NULL);
	if (f == NULL)
		return strcpy(got.p, why.text);
	s = run(f, line);
	filter_free(f);
	return s;
}

#define MAP(expr, line) once(FILTER_MAP, (expr), (line))
#define SELECT(expr, line) once(FILTER_SELECT, (expr), (line))

static void
selects(void)
{
	CHECK_STR(SELECT(".a", "{ \"a\" : 1.10 }"), "{ \"a\" : 1.10 }|");
	CHECK_STR(SELECT(".b", "{\"a\":1}"), "");
	CHECK_STR(SELECT("false", "1"), "");
	CHECK_STR(SELECT("empty", "1"), "");
	CHECK_STR(SELECT("false,true", "1"), "");
	CHECK_STR(SELECT("true,error(\"no\")", "1"), "1|");
	CHECK_STR(SELECT("0", "12345678901234567890"),
	    "12345678901234567890|");
	CHECK_STR(SELECT("error(\"no\")", "[]"), "no");
}

static void
maps(void)
{
	CHECK_STR(MAP(".", "{\"a\" : 1.10, \"a\":2}\r"),
	    "{\"a\" : 1.10, \"a\":2}\r|");
	CHECK_STR(MAP(".[]", "[1,\"a\\u00e9\\n\",{}]"),
	    "1|\"a\xc3\xa9\\n\"|{}|");
	CHECK_STR(MAP("empty", "1"), "");
	CHECK_STR(MAP(".x=1", "{}"), "{\"x\":1}|");
	CHECK_STR(MAP(".,(.a=2),.", "{\"a\":1.0}"),
	    "{\"a\":1.0}|{\"a\":2}|{\"a\":1.0}|");
	CHECK_STR(MAP("1,error(\"no\"),2", "0"), "1|no");
	CHECK_STR(MAP("1,error({a:1})", "0"), "1|{\"a\":1}");
	CHECK_STR(MAP("1,error(null)", "0"), "1|");
	CHECK_STR(MAP("try error(\"x\") catch .", "0"), "\"x\"|");
	CHECK_STR(MAP("first(range(10;100))", "0"), "10|");
}

static void
surroundings(void)
{
	CHECK_STR(MAP("$s,$j.x", "0"), "\"a \\\"b\\\"\"|[1]|");
	CHECK_STR(MAP("$__prog_args.s", "0"), "\"a \\\"b\\\"\"|");
	CHECK_STR(MAP("$ARGS.named.j", "0"), "{\"x\":[1]}|");
	CHECK_STR(MAP("$ENV.HOOKLINE_TEST,env.HOOKLINE_TEST", "0"),
	    "\"e\"|\"e\"|");
	/* 1.6 says "break", 1.7 "No more inputs". */
	CHECK(*MAP("input", "0") != '\0');
	CHECK_STR(MAP("[inputs]", "0"), "[]|");
	CHECK_STR(MAP("[limit(3;repeat(1))]", "0"), "[1,1,1]|");
	CHECK_STR(MAP("1,halt,2", "0"), "1|");
	CHECK_STR(MAP("\"bye\"|halt_error", "0"), "bye");
	CHECK(*MAP("input_line_number", "0") != '\0');
	CHECK(*MAP("input_filename", "0") != '\0');
	CHECK(*MAP("get_search_list", "0") != '\0');
}

static void
odd_lines(void)
{
	CHECK_STR(MAP(".", "nan"), "byte 1: expected a value, not 'n'");
	CHECK_STR(MAP(".", "1 2"), "byte 3: expected the end, not '2'");
	CHECK_STR(MAP(".", ""), "byte 1: expected a value, not the end");
	CHECK_STR(MAP(".a", "{\"a\":\"\\ud800\\u0041\\\\\\ud83d\\ude00\"}"),
	    "\"\xef\xbf\xbd" "A\\\\\xf0\x9f\x98\x80\"|");
	CHECK_STR(MAP("length", "\"\\ud800\\ud800\\udc00\""), "2|");
	CHECK_STR(MAP(".a", "{\"a\":\"\\u0000\"}"), "\"\\u0000\"|");
}

static void
again_and_again(void)
{
	struct why why;
	struct filter *f = filter_new(FILTER_MAP,
	    "if .stop then halt else .a[] end", NULL, 0, &why);

	CHECK(f != NULL);
	CHECK_STR(run(f, "{\"a\":[1,2]}"), "1|2|");
	CHECK_STR(run(f, "{\"a\":1}"), "Cannot iterate over number (1)");
	CHECK_STR(run(f, "{\"stop\":1}"), "");
	CHECK_STR(run(f, "{"),
	    "byte 2: expected a string or '}', not the end");
	CHECK_STR(run(f, "{\"a\":[3]}"), "3|");
	answer = FULL;
	CHECK(filter_run(f, SPAN("{\"a\":[3]}"), put, NULL, &why) == FULL);
	answer = 0;
	CHECK(filter_run(f, SPAN("{\"a\":[3]}"), put, NULL, &why) == 0);
	filter_free(f);
	filter_free(NULL);
}

static void
compile_errors(void)
{
	const struct filter_var bad = { "v", "{", 1 };
	struct why why;

	CHECK(filter_new(FILTER_MAP, ".a |", NULL, 0, &why) == NULL);
	CHECK(why.status == STATUS_USAGE);
	CHECK(strncmp(why.text, "jq: error: syntax error", 23) == 0);
	CHECK(strchr(why.text, '\n') == NULL);
	CHECK(filter_new(FILTER_SELECT, "nosuch", NULL, 0, &why) == NULL);
	CHECK(filter_new(FILTER_MAP, "$nosuch", NULL, 0, &why) == NULL);
	CHECK(filter_new(FILTER_MAP, "import \"a\" as a; .", NULL, 0, &why) ==
	    NULL);
	CHECK(filter_new(FILTER_MAP, ".", &bad, 1, &why) == NULL);
	CHECK_STR(why.text, "$v: not JSON: {");
}

static int
same(const char *a, const char *b)
{
	int yes = filter_same_value(span_str(a), span_str(b));

	CHECK(filter_same_value(span_str(b), span_str(a)) == yes);
	return yes;
}

static void
values(void)
{
	CHECK(same("1.10", " 1.1 "));
	CHECK(same("100", "1e2"));
	CHECK(same("1e400", "1.7976931348623157e+308"));
	CHECK(same("-1e400", "-1.7976931348623157e308"));
	CHECK(!same("1e400", "-1e400"));
	CHECK(same("12345678901234567890", "12345678901234567000"));
	CHECK(same("\"\\u0061\\/\"", "\"a/\""));
	CHECK(!same("\"a\\u0000b\"", "\"a\\u0000c\""));
	CHECK(same("{\"a\":1,\"b\":[]}", "{ \"b\" : [ ] , \"a\" : 1.0 }"));
	CHECK(same("{\"a\":1,\"a\":2}", "{\"a\":2}"));
	CHECK(!same("{\"a\":1}", "{\"b\":1}"));
	CHECK(!same("{\"a\":null}", "{\"b\":null}"));
	CHECK(!same("{\"a\":1}", "{}"));
	CHECK(!same("[1,2]", "[2,1]"));
	CHECK(!same("[1]", "[1,1]"));
	CHECK(!same("1", "\"1\""));
	CHECK(!same("true", "false"));
	CHECK(same("null", "null"));
	CHECK(!same("null", "0"));
	CHECK(same("[\"\\ud800\"]", "[\"\xef\xbf\xbd\"]"));
	CHECK(!same("[", "["));
	CHECK(!same("nan", "nan"));
	CHECK(!same("[", "1"));
	CHECK(!same("", ""));
}

int
main(void)
{
	setenv("HOOKLINE_TEST", "e", 1);
	buf_init(&got, SIZE_MAX);
	selects();
	maps();
	surroundings();
	odd_lines();
	again_and_again();
	compile_errors();
	values();
	buf_done(&got);
	return CHECK_DONE;
}
