/* subscribe.c - each provider's handshake and its reply, to the byte; and
 * requests that only look like one. */
#include "buf.h"
#include "check.h"
#include "fields_rig.h"
#include "subscribe.h"
#include "subscribe_cases.h"

/* METHOD TARGET, and fields. */
static void
parse(struct http1_head *head, const char *lines)
{
	size_t n = strcspn(lines, " ");

	head->method = span_of(lines, n);
	lines += n + 1;
	n = strcspn(lines, "\n");
	head->target = span_of(lines, n);
	fields_parse(head, lines + n + 1);
}

static char *token = (char[]){ "meta-token" }, *x = (char[]){ "x" };
static const char *origins_v[] = { "e.example.com" };
static const char *topics_v[] = { "http://a/" };
static const struct opt_list origins = { origins_v, 1 };
static const struct opt_list topics = { topics_v, 1 }, none = { NULL, 0 };

static struct subscribe *
new(const char *names, struct why *why)
{
	const char *v[1] = { names };
	const struct opt_list list = { v, 1 };
	const struct subscribe_config config = { &list, &origins, &topics,
		60 };

	return subscribe_new(&config, why);
}

static int
read_one(struct subscribe *s, const char *request, struct span body,
    const char *scheme, struct subscribe_reply *r)
{
	struct secret v[] = { { token, SPAN("meaty hamhock"), NULL },
		{ x, SPAN("consumer secret"), NULL },
		{ token, SPAN("second"), NULL } };
	const struct secrets secrets = { v, 3 };
	struct http1_head head;
	struct subscribe_request q = { &head, body, scheme,
		SPAN("zoom secret"), &secrets };

	parse(&head, request);
	return subscribe_read(s, &q, r);
}

/* As a case has it. */
static void
print(struct buf *out, int rc, const struct subscribe_reply *r)
{
	size_t i;

	buf_clear(out);
	if (rc == 1)
		buf_addf(out, "%d\n", r->status);
	for (i = 0; rc == 1 && i < r->nfields; i++)
		buf_addf(out, "%s: %.*s\n", r->fields[i].name,
		    (int)r->fields[i].value.n, r->fields[i].value.p);
	if (rc == 1) {
		buf_addc(out, '\n');
		buf_add(out, r->body);
	} else if (r->refusal != NULL) {
		buf_addf(out, "!%s", r->refusal);
	}
	buf_addc(out, '\0');
}

static void
all_cases(struct buf *out)
{
	struct subscribe_reply r;
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const char *want = cases[i].reply;
		struct subscribe *s = new(cases[i].names, NULL);
		int rc = read_one(s, cases[i].request,
		    span_str(cases[i].body), cases[i].scheme, &r);

		CHECK(rc == (want != NULL && *want != '!'));
		print(out, rc, &r);
		if (strcmp(out->p, want == NULL ? "" : want) != 0)
			fprintf(stderr, "case %zu: %s%s\n", i,
			    cases[i].request, cases[i].body);
		CHECK_STR(out->p, want == NULL ? "" : want);
		if (want != NULL)
			CHECK(strncmp(cases[i].names, r.provider,
			    strlen(r.provider)) == 0);
		subscribe_free(s);
	}
}

/* What the caller has to do first. */
static void
errands(void)
{
	struct subscribe *s = new("asana,sns,websub", NULL);
	struct subscribe_reply r;

	CHECK(read_one(s, "POST /\nX-Hook-Secret: " SECRET "\n", SPAN(""),
	    NULL, &r) == 1);
	CHECK(span_eq(r.secret, SPAN(SECRET)) && r.url.p == NULL);
	CHECK(read_one(s, "POST /\nx-amz-sns-message-type: "
	    "SubscriptionConfirmation\n", SPAN(SNS SNS_URL "\"}"), "sns",
	    &r) == 1);
	CHECK(span_eq(r.url, SPAN(SNS_URL)) && r.secret.p == NULL);
	CHECK(span_eq(r.topic, SPAN(ARN)));
	CHECK(read_one(s, "GET /?hub.mode=subscribe&hub.topic=http://a/&"
	    "hub.challenge=x\n", SPAN(""), NULL, &r) == 1);
	CHECK(span_eq(r.topic, SPAN("http://a/")));
	subscribe_free(s);
}

/* 4096 bytes are a challenge, one more is none. */
static void
lengths(void)
{
	static char target[5000], body[5000];
	struct subscribe *s = new("dropbox,monday", NULL);
	struct subscribe_reply r;
	size_t n;

	for (n = 4096; n <= 4097; n++) {
		memcpy(target, "GET /?challenge=", 16);
		memset(target + 16, 'a', n);
		memcpy(target + 16 + n, "\n", 2);
		CHECK(read_one(s, target, SPAN(""), NULL, &r) == (n == 4096));
		memcpy(body, "{\"challenge\":\"", 14);
		memset(body + 14, 'a', n);
		memcpy(body + 14 + n, "\"}", 3);
		CHECK(read_one(s, "POST /\n", span_str(body), NULL, &r) ==
		    (n == 4096));
	}
	subscribe_free(s);
}

/* No list: anyone, any topic; a secret is not asked for. */
static void
without(void)
{
	const char *names[] = { "meta,websub", "cloudevents,x", "meta" };
	const char *any[] = { "*" };
	const struct opt_list list = { names, 3 }, stars = { any, 1 };
	const struct subscribe_config config = { &list, &stars, &none, 0 };
	struct subscribe *s = subscribe_new(&config, NULL);
	struct http1_head head;
	struct subscribe_request q = { .head = &head, .body = SPAN("") };
	struct subscribe_reply r;
	const char *scheme;

	parse(&head, "OPTIONS /\nWebHook-Request-Origin: b.example\n");
	CHECK(subscribe_read(s, &q, &r) == 1 && r.nfields == 3);
	CHECK(span_eq(r.fields[1].value, SPAN("b.example")));
	CHECK(span_eq(r.fields[2].value, SPAN("*")));
	parse(&head, "GET /?hub.mode=subscribe&hub.challenge=1\n");
	CHECK(subscribe_read(s, &q, &r) == 1);
	parse(&head, "GET /?hub.mode=unsubscribe&hub.topic=b&"
	    "hub.challenge=1\n");
	CHECK(subscribe_read(s, &q, &r) == 1);
	parse(&head, "GET /?crc_token=1\n");
	CHECK(subscribe_read(s, &q, &r) == 0);
	CHECK_STR(r.refusal, "there is no secret named x");
	CHECK(subscribe_has(s, "x") && !subscribe_has(s, "slack"));
	CHECK_STR(subscribe_name(s, 1, &scheme), "websub");
	CHECK(scheme == NULL && subscribe_name(s, 4, &scheme) == NULL);
	subscribe_free(s);
	s = new("slack", NULL);
	CHECK_STR(subscribe_name(s, 0, &scheme), "slack");
	CHECK_STR(scheme, "slack");
	subscribe_free(s);
	subscribe_free(NULL);
}

int
main(void)
{
	static const char *const bad[] = { "", "slack,", ",slack", "Slack",
		"slack meta", "github" };
	struct why why;
	struct buf out;
	size_t i;

	buf_init(&out, 100000);
	all_cases(&out);
	buf_done(&out);
	errands();
	lengths();
	without();
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		CHECK(new(bad[i], &why) == NULL &&
		    why.status == STATUS_USAGE);
	return CHECK_DONE;
}
