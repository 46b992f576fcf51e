/* subscribe.c - fuzz target: whatever request comes, a handshake's reply is
 * fields of one line each and a body that is text or JSON; and a CloudEvent's
 * attributes are one JSON object on one line.
 *
 * clang -g -O1 -fsanitize=fuzzer,address,undefined -Ilib \
 *     tests/fuzz/subscribe.c lib/{subscribe,http1,json}/[a-z]*.c \
 *     lib/{cloudevents,base64,buf,mac,percent,query,snsurl,utf8,why}.c \
 *     -lcrypto
 */
#include <stdint.h>
#include <stdlib.h>

#include "cloudevents.h"
#include "json.h"
#include "subscribe.h"
#include "utf8.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static void
must(int so)
{
	if (!so)
		abort();
}

static int
one_line(struct span s)
{
	size_t i;

	for (i = 0; i < s.n; i++)
		if (s.p[i] == '\n' || s.p[i] == '\r' || s.p[i] == '\0')
			return 0;
	return utf8_valid(s);
}

static void
judge(const struct subscribe_reply *r)
{
	int is_json = 0;
	size_t i;

	must(r->status == 200 || (r->status == 204 && r->body.n == 0));
	must(r->nfields <= SUBSCRIBE_MAX_FIELDS && r->refusal == NULL);
	for (i = 0; i < r->nfields; i++) {
		must(one_line(r->fields[i].value));
		is_json |= span_eq(r->fields[i].value,
		    SPAN("application/json"));
	}
	must(one_line(r->body));
	must(!is_json || r->body.n == 0 ||
	    json_check(r->body, NULL, NULL) == 0);
	must(r->url.p == NULL || (r->url.n > 12 &&
	    memcmp(r->url.p, "https://sns.", 12) == 0));
}

static void
ask(struct subscribe *s, struct subscribe_request *q)
{
	static const char *const schemes[] = { "slack", "zoom", "discord",
		"twitch", "sns" };
	struct subscribe_reply r;
	size_t i;
	int rc = subscribe_read(s, q, &r);

	must(rc == 0 || rc == 1);
	if (rc == 1)
		judge(&r);
	for (i = 0; rc == 0 && i < sizeof(schemes) / sizeof(schemes[0]);
	    i++) {
		q->scheme = schemes[i];
		rc = subscribe_read(s, q, &r);
		if (rc == 1)
			judge(&r);
	}
}

static void
cloudevent(const struct http1_head *head, struct span body)
{
	struct json j;
	struct buf out;
	int rc;

	buf_init(&out, SIZE_MAX);
	rc = cloudevents_json(&out, head, body);
	must(rc == 0 ? out.n == 0 : rc == 1);
	if (rc == 1) {
		must(json_check(buf_span(&out), &j, NULL) == 0);
		must(j.type == JSON_OBJECT && !j.has_break);
		must(memcmp(out.p, "{\"id\":", 6) == 0);
	}
	buf_done(&out);
}

static void
both(const struct http1_head *head, struct span body)
{
	const char *all[] = { "slack,meta,websub,cloudevents,eventgrid,graph,"
	    "zoom,discord,twitch,dropbox,x,okta,asana,monday,sns" };
	const char *any[] = { "*" };
	const struct opt_list names = { all, 1 }, star = { any, 1 },
		none = { NULL, 0 };
	const struct subscribe_config config = { &names, &star, &none, 60 };
	char name[] = "x";
	struct secret secret = { name, SPAN("secret"), NULL };
	const struct secrets secrets = { &secret, 1 };
	struct subscribe_request q = { .head = head, .body = body,
		.key = SPAN("key"), .secrets = &secrets };
	struct subscribe *s = subscribe_new(&config, NULL);

	must(s != NULL);
	ask(s, &q);
	subscribe_free(s);
	cloudevent(head, body);
}

/* A request as it comes, its body unframed behind the head. */
int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct http1_head head;
	struct span in = span_of(data, size);
	struct http1_error error;
	size_t seen = 0;
	long n = http1_request(in, &seen, 1 << 20, &head, &error);

	if (n > 0)
		both(&head, span_from(in, (size_t)n));
	return 0;
}
