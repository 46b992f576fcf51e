/* query.c - a query as a form writes it: as JSON, and value by value. */
#include "check.h"
#include "percent.h"
#include "query.h"

static const struct {
	const char *query, *json;
} whole[] = {
	{ "", "{}" }, { "&", "{}" }, { "&&a", "{\"a\":[\"\"]}" },
	{ "a=1&b=2&a=3", "{\"a\":[\"1\",\"3\"],\"b\":[\"2\"]}" },
	{ "a=1=2", "{\"a\":[\"1=2\"]}" }, { "=v", "{\"\":[\"v\"]}" },
	{ "a+b=c+d", "{\"a b\":[\"c d\"]}" },
	{ "%61=%22%0A", "{\"a\":[\"\\\"\\n\"]}" },
	{ "a=%ff", "{\"a\":[\"%ff\"]}" },
	{ "a=%C3%A9", "{\"a\":[\"\xc3\xa9\"]}" },
	{ "a=%zz%4", "{\"a\":[\"%zz%4\"]}" },
};

static const struct {
	const char *query, *name, *value;
	int n;
} one[] = {
	{ "a=1", "a", "1", 1 }, { "a=1", "b", "", 0 }, { "", "a", "", 0 },
	{ "a=1&a=2", "a", "1", 2 }, { "a=&a=2", "a", "", 2 },
	{ "a", "a", "", 1 }, { "A=1", "a", "", 0 },
	{ "%61=x%20y+z", "a", "x y z", 1 }, { "ab=1&a=2", "a", "2", 1 },
	{ "hub.mode=a&hub%2Emode=b", "hub.mode", "a", 2 },
	{ "a=%ff", "a", "%ff", 1 }, { "%ff=1&a=2", "a", "2", 1 },
};

static void
decoding(void)
{
	char text[] = "a%41%4a+%%%4%zz%00";
	struct buf encoded;
	size_t n = percent_decode(text, SPAN("a%41%4a+%%%4%zz%00"));

	CHECK(span_eq(span_of(text, n), SPAN("aAJ+%%%4%zz\0")));
	n = percent_decode_form(text, SPAN("+%2B+"));
	CHECK(span_eq(span_of(text, n), SPAN(" + ")));
	buf_init(&encoded, 64);
	CHECK(percent_encode(&encoded, SPAN("aZ09-._~ +/%\0\xc3\xa9")) == 0 &&
	    span_eq(buf_span(&encoded),
	    SPAN("aZ09-._~%20%2B%2F%25%00%C3%A9")));
	buf_done(&encoded);
	CHECK(percent_hex('g') == -1 && percent_hex('@') == -1 &&
	    percent_hex('F') == 15 && percent_hex('\x10') == -1);
}

int
main(void)
{
	struct buf out;
	size_t i;

	decoding();
	buf_init(&out, 1000);
	for (i = 0; i < sizeof(whole) / sizeof(whole[0]); i++) {
		buf_clear(&out);
		CHECK(query_json(&out, span_str(whole[i].query)) == 0);
		CHECK(buf_addc(&out, '\0') == 0);
		CHECK_STR(out.p, whole[i].json);
	}
	for (i = 0; i < sizeof(one) / sizeof(one[0]); i++) {
		buf_clear(&out);
		CHECK(buf_addc(&out, '>') == 0);
		CHECK(query_value(span_str(one[i].query), one[i].name,
		    &out) == one[i].n);
		CHECK(buf_addc(&out, '\0') == 0);
		CHECK_STR(out.p + 1, one[i].value);
	}
	buf_done(&out);
	buf_init(&out, 3);
	CHECK(query_value(SPAN("a=123"), "a", &out) == 1);
	CHECK(query_value(SPAN("a=1"), "a", &out) == -1 && out.n == 3);
	buf_done(&out);
	return CHECK_DONE;
}
