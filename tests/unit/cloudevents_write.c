/* cloudevents_write.c - CloudEvents, put into requests. */
#include <stdint.h>

#include "check.h"
#include "cloudevents.h"

#define HEAD "{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"/s\"," \
	"\"type\":\"t\""

/* Of one's own: media type, data, and what follows HEAD. */
static const struct own {
	const char *type, *data, *json;
} own[] = {
	{ NULL, NULL, "}" },
	{ "application/json", " {\"a\":\n1.10} ",
	    ",\"datacontenttype\":\"application/json\","
	    "\"data\":{\"a\": 1.10}}" },
	{ "Application/JSON; charset=utf-8", "1",
	    ",\"datacontenttype\":\"Application/JSON; charset=utf-8\","
	    "\"data\":1}" },
	{ "application/x+json", "[]",
	    ",\"datacontenttype\":\"application/x+json\",\"data\":[]}" },
	{ NULL, "[]", ",\"data\":[]}" },
	{ NULL, "no JSON", ",\"data_base64\":\"bm8gSlNPTg==\"}" },
	{ "application/json", "{",
	    ",\"datacontenttype\":\"application/json\","
	    "\"data_base64\":\"ew==\"}" },
	{ "text/plain", "\"a\"\n",
	    ",\"datacontenttype\":\"text/plain\",\"data\":\"\\\"a\\\"\\n\"}" },
	{ "x/jsonp", "1", ",\"datacontenttype\":\"x/jsonp\",\"data\":\"1\"}" },
	{ "x", "\xff",
	    ",\"datacontenttype\":\"x\",\"data_base64\":\"/w==\"}" },
};

static void
make(struct cloudevents *ce, const struct own *o)
{
	cloudevents_init(ce);
	cloudevents_add(ce, "specversion", SPAN("1.0"));
	cloudevents_add(ce, "ID", SPAN("1"));
	cloudevents_add(ce, "source", SPAN("/s"));
	cloudevents_add(ce, "type", SPAN("t"));
	if (o->type != NULL)
		cloudevents_add(ce, "datacontenttype", span_str(o->type));
	if (o->data != NULL)
		ce->data = span_str(o->data);
}

static void
test_own(void)
{
	struct cloudevents ce;
	struct buf out;
	char want[256];
	size_t i, n;

	for (i = 0; i < sizeof(own) / sizeof(own[0]); i++) {
		make(&ce, &own[i]);
		buf_init(&out, SIZE_MAX);
		CHECK(cloudevents_structured(&out, &ce) == 0);
		n = out.n;
		CHECK(buf_addc(&out, '\0') == 0);
		snprintf(want, sizeof(want), HEAD "%s", own[i].json);
		CHECK_STR(out.p, want);
		buf_done(&out);
		/* At a limit there is nothing. */
		buf_init(&out, n - 1);
		CHECK(cloudevents_structured(&out, &ce) == -1 && out.n == 0);
		buf_done(&out);
		cloudevents_done(&ce);
	}
}

/* Structured events: what follows HEAD, and the media type and the data of
 * binary mode, NULL where there is no telling. */
static const struct read {
	const char *json, *type, *data;
} reads[] = {
	{ "}", "", "" },
	{ ",\"data\":{\"a\": 1.10}}", "application/json", "{\"a\": 1.10}" },
	{ ",\"data\":\"x\"}", "application/json", "\"x\"" },
	{ ",\"datacontenttype\":\"application\\/json\",\"data\":\"x\"}",
	    "application/json", "\"x\"" },
	{ ",\"datacontenttype\":\"text/plain\",\"data\":\"a\\u00e9\\n\"}",
	    "text/plain", "a\xc3\xa9\n" },
	{ ",\"datacontenttype\":\"text/plain\",\"data\":7}", "text/plain",
	    "7" },
	{ ",\"data_base64\":\"YWI=\"}", "", "ab" },
	{ ",\"data_base64\":\"YWI\\u003d\"}", "", "ab" },
	{ ",\"data_base64\":\"YW\"}", "", NULL },
	{ ",\"data_base64\":1}", "", NULL },
};

static void
test_read(void)
{
	struct cloudevents ce;
	struct buf out;
	char json[256];
	size_t i;

	for (i = 0; i < sizeof(reads) / sizeof(reads[0]); i++) {
		snprintf(json, sizeof(json), HEAD "%s", reads[i].json);
		CHECK(cloudevents_read_json(&ce, span_str(json)) == 1);
		buf_init(&out, SIZE_MAX);
		CHECK(cloudevents_type(&out, &ce) == 0);
		CHECK(span_eq(buf_span(&out), span_str(reads[i].type)));
		buf_clear(&out);
		CHECK(cloudevents_bytes(&out, &ce) ==
		    (reads[i].data == NULL));
		if (reads[i].data != NULL)
			CHECK(span_eq(buf_span(&out),
			    span_str(reads[i].data)));
		buf_done(&out);
		cloudevents_done(&ce);
	}
}

static void
test_fields(void)
{
	static const char json[] = HEAD ",\"a\":\"b c\\\"%\\n\xc3\xa9~!\","
	    "\"n\":-12,\"b\":false}";
	static const char *const want[] = { "1.0", "1", "/s", "t",
	    "b%20c%22%25%0A%C3%A9~!", "-12", "false" };
	struct cloudevents ce;
	struct buf out;
	size_t i;

	CHECK(cloudevents_read_json(&ce, span_str(json)) == 1 && ce.n == 7);
	for (i = 0; i < ce.n; i++) {
		buf_init(&out, SIZE_MAX);
		CHECK(cloudevents_field(&out, &ce, &ce.v[i]) == 0);
		CHECK(span_eq(buf_span(&out), span_str(want[i])));
		buf_done(&out);
		buf_init(&out, strlen(want[i]) - 1);
		CHECK(cloudevents_field(&out, &ce, &ce.v[i]) != 0);
		buf_done(&out);
	}
	cloudevents_done(&ce);
}

int
main(void)
{
	test_own();
	test_read();
	test_fields();
	return CHECK_DONE;
}
