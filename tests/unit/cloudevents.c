/* cloudevents.c - attributes from fields and from bodies, and what is none. */
#include "check.h"
#include "cloudevents.h"
#include "fields_rig.h"

#define FIELDS "ce-specversion: 1.0\n" "ce-id: 1\n" "ce-source: /s\n" \
	"ce-type: t\n"
#define STRUCTURED "Content-Type: application/cloudevents+json\n"
#define BODY "\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"/s\"," \
	"\"type\":\"t\""
#define EVENT "{\"id\":\"1\",\"type\":\"t\",\"specversion\":\"1.0\"," \
	"\"source\":\"/s\""

static const struct {
	const char *fields, *body, *event;	/* NULL: none */
} cases[] = {
	/* binary */
	{ FIELDS, "", EVENT "}" },
	{ "CE-Type: t\nCe-Source: /s\nce-ID: 1\nce-SpecVersion: 1.0\n", "",
	    "{\"id\":\"1\",\"type\":\"t\",\"source\":\"/s\","
	    "\"specversion\":\"1.0\"}" },
	{ FIELDS "Content-Type: text/xml; charset=utf-8\nce-subject: a b\n"
	    "ce-time: 2018-04-05T03:56:24Z\nce-MyExt1: x\nX-Other: y\n", "",
	    EVENT ",\"datacontenttype\":\"text/xml; charset=utf-8\","
	    "\"subject\":\"a b\",\"time\":\"2018-04-05T03:56:24Z\","
	    "\"myext1\":\"x\"}" },
	/* its specification's own example */
	{ FIELDS "ce-subject: Euro%20%E2%82%AC%20%F0%9F%98%80\n", "",
	    EVENT ",\"subject\":\"Euro \xe2\x82\xac \xf0\x9f\x98\x80\"}" },
	{ FIELDS "ce-a: %e2%82%ac%61%25%32%30\n", "",
	    EVENT ",\"a\":\"\xe2\x82\xac""a%20\"}" },
	{ FIELDS "ce-a: \"x \\\"y\\\\%41\" z\n", "",
	    EVENT ",\"a\":\"x \\\"y\\\\A z\"}" },
	{ FIELDS "ce-a: a\"b\n", "", EVENT ",\"a\":\"a\\\"b\"}" },
	{ FIELDS "ce-a: \"b\\\"\n", "", EVENT ",\"a\":\"\\\"b\\\\\\\"\"}" },
	{ FIELDS "ce-a: %zz%\n", "", EVENT ",\"a\":\"%zz%\"}" },
	{ FIELDS "ce-a:\n", "", EVENT ",\"a\":\"\"}" },
	{ FIELDS "ce-a-b: 1\nce-data: 2\nce-: 3\nce: 4\nce-d_b: 5\n", "",
	    EVENT "}" },
	{ FIELDS "ce-a: %C0%A0\n", "", NULL },	/* no UTF-8 */
	{ FIELDS "ce-id: 2\n", "", NULL },
	{ FIELDS "ce-a: 1\nCE-A: 1\n", "", NULL },
	{ FIELDS "Content-Type: a/b\nContent-Type: a/b\n", "", NULL },
	{ "ce-specversion: 1.0\nce-id: 1\nce-source: /s\n", "", NULL },
	{ "ce-specversion: 1.0\nce-id:\nce-source: /s\nce-type: t\n", "",
	    NULL },
	{ "ce-specversion: 0.3\nce-id: 1\nce-source: /s\nce-type: t\n", "",
	    NULL },
	{ "ce-id: 1\nce-source: /s\nce-type: t\n", "", NULL },
	{ "X: y\n", "{" BODY "}", NULL },
	/* structured */
	{ STRUCTURED, "{" BODY "}", EVENT "}" },
	{ "content-type: Application/CloudEvents+JSON ; charset=UTF-8\n",
	    " {" BODY "}\n", EVENT "}" },
	{ STRUCTURED, "{" BODY ",\"n\":-12,\"data\":{\"id\":2},\"b\":true,"
	    "\"data_base64\":\"AA==\",\"x\":null,\"A\":1,\"u\":\"\\u0041\"}",
	    EVENT ",\"n\":-12,\"b\":true,\"u\":\"\\u0041\"}" },
	{ STRUCTURED "ce-id: other\n", "{" BODY "}", EVENT "}" },
	{ STRUCTURED, "{" BODY ",\"id\":\"2\"}", NULL },
	{ STRUCTURED, "{" BODY ",\"\\u0069d\":\"2\"}", NULL },
	{ STRUCTURED, "{" BODY ",\"a\":{}}", NULL },
	{ STRUCTURED, "{" BODY ",\"a\":[1]}", NULL },
	{ STRUCTURED, "{\"specversion\":\"1.0\",\"id\":1,\"source\":\"/s\","
	    "\"type\":\"t\"}", NULL },
	{ STRUCTURED, "{\"specversion\":1.0,\"id\":\"1\",\"source\":\"/s\","
	    "\"type\":\"t\"}", NULL },
	{ STRUCTURED, "{\"specversion\":\"1.0\",\"id\":\"\",\"source\":\"/s\""
	    ",\"type\":\"t\"}", NULL },
	{ STRUCTURED, "[{" BODY "}]", NULL }, { STRUCTURED, "", NULL },
	{ STRUCTURED, "{" BODY, NULL },
	{ FIELDS STRUCTURED, "x", NULL },	/* the body decides */
	/* others */
	{ FIELDS "Content-Type: application/cloudevents-batch+json\n",
	    "[{" BODY "}]", NULL },
	{ FIELDS "Content-Type: application/cloudevents+avro\n", "", NULL },
};

/* 128 fields' worth, and one more. */
static void
many(struct buf *out)
{
	static char body[8192];
	struct http1_head head;
	int n, i, at;

	fields_parse(&head, STRUCTURED);
	for (n = 124; n <= 125; n++) {
		at = snprintf(body, sizeof(body), "{" BODY);
		for (i = 0; i < n; i++)
			at += snprintf(body + at, sizeof(body) - (size_t)at,
			    ",\"a%d\":1", i);
		snprintf(body + at, sizeof(body) - (size_t)at, "}");
		buf_clear(out);
		CHECK(cloudevents_json(out, &head, span_str(body)) ==
		    (n == 124));
	}
}

int
main(void)
{
	struct http1_head head;
	struct buf out;
	size_t i;

	buf_init(&out, 100000);
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		int rc;

		fields_parse(&head, cases[i].fields);
		buf_clear(&out);
		CHECK(buf_addc(&out, '>') == 0);
		rc = cloudevents_json(&out, &head, span_str(cases[i].body));
		if (rc != (cases[i].event != NULL))
			fprintf(stderr, "case %zu: %d\n", i, rc);
		CHECK(rc == (cases[i].event != NULL));
		CHECK(buf_addc(&out, '\0') == 0);
		CHECK_STR(out.p + 1, cases[i].event == NULL ? "" :
		    cases[i].event);
	}
	many(&out);
	buf_done(&out);
	fields_parse(&head, FIELDS);
	for (i = 0; i < strlen(EVENT "}"); i++) {
		buf_init(&out, i);
		CHECK(cloudevents_json(&out, &head, SPAN("")) == -1);
		CHECK(out.n == 0);
		buf_done(&out);
	}
	return CHECK_DONE;
}
