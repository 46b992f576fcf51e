/* sign_rfc9421.c - signature bases, as RFC 9421 writes them, and what is not
 * taken. */
#include "base64.h"
#include "mac.h"
#include "sign/sfv.h"
#include "sign_rig.h"

#define NOW 1618884475
#define BODY "{\"hello\": \"world\"}"
#define DIGEST "sha-256=:X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=:"

static struct http1_field fields[] = {
	{ { "Date", 4 }, { "Tue, 20 Apr 2021 02:07:56 GMT", 29 } },
	{ { "Content-Type", 12 }, { "application/json", 16 } },
	{ { "Content-Digest", 14 }, { DIGEST, sizeof(DIGEST) - 1 } },
	{ { "X-Twice", 7 }, { " one ", 5 } },
	{ { "x-twice", 7 }, { "two", 3 } },
	{ { "X-Empty", 7 }, { "", 0 } },
	{ { "Signature-Input", 15 }, { NULL, 0 } },
	{ { "Signature", 9 }, { NULL, 0 } },
};
#define FIELDS (sizeof(fields) / sizeof(fields[0]))

/* Signed over that base, with the secret "secret": "" or the reason. */
static const char *
verdict(struct sign *s, const char *input, const char *base)
{
	struct sign_message m = { .method = SPAN("POST"),
		.url = SPAN("https://Example.COM:443/a%2Fb/?Pet=dog&p=%31+%c3"),
		.fields = fields, .nfields = FIELDS, .body = SPAN(BODY),
		.now_s = NOW, .tolerance_s = 60 };
	unsigned char mac[MAC_MAX];
	char label[2048];
	struct buf b;
	const char *reason;

	mac_once(MAC_SHA256, SPAN("secret"), span_str(base), mac);
	buf_init(&b, 1000);
	CHECK(buf_adds(&b, "l=:") == 0 && base64_encode(&b, span_of(mac,
	    32)) == 0 && buf_addc(&b, ':') == 0);
	snprintf(label, sizeof(label), "l=%s", input);
	fields[FIELDS - 2].value = span_str(label);
	fields[FIELDS - 1].value = buf_span(&b);
	reason = rig_check(s, &m);
	buf_done(&b);
	return reason;
}

#define PARAMS ";created=1618884473"

/* The components, and their lines of the base. */
static const struct {
	const char *components, *lines;
} bases[] = {
	{ "\"date\"", "\"date\": Tue, 20 Apr 2021 02:07:56 GMT\n" },
	{ "\"@method\" \"@authority\" \"@scheme\"",
	    "\"@method\": POST\n\"@authority\": example.com\n"
	    "\"@scheme\": https\n" },
	{ "\"@target-uri\"", "\"@target-uri\": "
	    "https://Example.COM:443/a%2Fb/?Pet=dog&p=%31+%c3\n" },
	{ "\"@path\" \"@query\"",
	    "\"@path\": /a%2Fb/\n\"@query\": ?Pet=dog&p=%31+%c3\n" },
	{ "\"@request-target\"",
	    "\"@request-target\": /a%2Fb/?Pet=dog&p=%31+%c3\n" },
	{ "\"@query-param\";name=\"Pet\" \"@query-param\";name=\"p\"",
	    "\"@query-param\";name=\"Pet\": dog\n"
	    "\"@query-param\";name=\"p\": 1%20%C3\n" },
	{ "\"x-twice\"", "\"x-twice\": one, two\n" },
	{ "\"x-twice\";bs", "\"x-twice\";bs: :b25l:, :dHdv:\n" },
	{ "\"x-empty\"", "\"x-empty\": \n" },
	{ "", "" },
};

static void
bases_made(void)
{
	struct sign *s = sign_of("rfc9421:key=raw,require=", "secret",
	    SIGN_CHECK);
	char input[512], base[1024];
	size_t i;

	for (i = 0; i < sizeof(bases) / sizeof(bases[0]); i++) {
		snprintf(input, sizeof(input), "(%s)" PARAMS,
		    bases[i].components);
		snprintf(base, sizeof(base),
		    "%s\"@signature-params\": (%s)" PARAMS, bases[i].lines,
		    bases[i].components);
		CHECK_STR(verdict(s, input, base), "");
	}
	/* White space is no part of it, and other parameters are. */
	CHECK_STR(verdict(s, "(  \"date\"   \"@method\" ); created=1618884473"
	    ";tag=\"x\\\\\";nonce=:AA==:;b", "\"date\": Tue, 20 Apr 2021 "
	    "02:07:56 GMT\n\"@method\": POST\n\"@signature-params\": (\"date\""
	    " \"@method\")" PARAMS ";tag=\"x\\\\\";nonce=:AA==:;b"), "");
	sign_free(s);
}

static const struct {
	const char *input, *reason;
} refused[] = {
	{ "(\"date\")", "the signature does not say when it was created" },
	{ "(\"date\" \"date\")" PARAMS, "a component is there twice" },
	{ "(\"x-none\")" PARAMS, "x-none is signed, and isn't there, or not "
	    "once, or not known" },
	{ "(\"@status\")" PARAMS, "@status is signed, and isn't there, or not "
	    "once, or not known" },
	{ "(\"@query-param\";name=\"q\")" PARAMS, "@query-param is signed, "
	    "and isn't there, or not once, or not known" },
	{ "(\"@query-param\")" PARAMS, "@query-param is signed, and isn't "
	    "there, or not once, or not known" },
	{ "(\"date\";sf)" PARAMS, "the signature can't be read" },
	{ "(\"date\";req)" PARAMS, "the signature can't be read" },
	{ "(date)" PARAMS, "the signature can't be read" },
	{ "\"date\"" PARAMS, "the signature can't be read" },
	{ "(\"date\")" PARAMS ";created=x", "the signature can't be read" },
	{ "(\"date\"", "Signature-Input can't be read" },
	{ "(\"date\")" PARAMS ", l=(\"date\")" PARAMS,
	    "the signature doesn't fit" },
	{ "(\"date\")" PARAMS ", m=(\"date\")" PARAMS,
	    "Signature-Input and Signature don't go together" },
	{ "(\"date\")" PARAMS ",", "Signature-Input can't be read" },
	{ "(\"date\")" PARAMS ";alg=\"ed25519\"", "the signature doesn't fit" },
};

static void
others_refused(void)
{
	struct sign *s = sign_of("rfc9421:key=raw,require=", "secret",
	    SIGN_CHECK);
	size_t i;

	for (i = 0; i < sizeof(refused) / sizeof(refused[0]); i++)
		CHECK_STR(verdict(s, refused[i].input, "?"),
		    refused[i].reason);
	sign_free(s);
}

#define DATE_BASE(params) "\"date\": Tue, 20 Apr 2021 02:07:56 GMT\n" \
	"\"@signature-params\": (\"date\")" params

static void
in_time(void)
{
	struct sign *s = sign_of("rfc9421:key=raw,require=", "secret",
	    SIGN_CHECK);

	CHECK_STR(verdict(s, "(\"date\");created=1618884415",
	    DATE_BASE(";created=1618884415")), "");
	CHECK_STR(verdict(s, "(\"date\");created=1618884414",
	    DATE_BASE(";created=1618884414")),
	    "its signature fits, but is 61 s old, more than 60");
	CHECK_STR(verdict(s, "(\"date\")" PARAMS ";expires=1618884475",
	    DATE_BASE(PARAMS ";expires=1618884475")), "");
	CHECK_STR(verdict(s, "(\"date\")" PARAMS ";expires=1618884474",
	    DATE_BASE(PARAMS ";expires=1618884474")),
	    "its signature fits, but has expired");
	sign_free(s);
}

/* A signature is only worth what it covers. */
static void
coverage(void)
{
	struct sign *s = sign_of("rfc9421:key=raw", "secret", SIGN_CHECK);
	struct sign *more = sign_of("rfc9421:key=raw,require=@method date",
	    "secret", SIGN_CHECK);
	const char *input = "(\"content-digest\")" PARAMS;
	const char *base = "\"content-digest\": " DIGEST "\n"
	    "\"@signature-params\": (\"content-digest\")" PARAMS;

	CHECK_STR(verdict(s, "(\"date\")" PARAMS, DATE_BASE(PARAMS)),
	    "the signature does not cover content-digest");
	CHECK_STR(verdict(more, "(\"date\")" PARAMS, DATE_BASE(PARAMS)),
	    "the signature does not cover @method");
	CHECK_STR(verdict(s, input, base), "");
	fields[2].value = SPAN("sha-256=:AAAA:");
	CHECK_STR(verdict(s, input, "\"content-digest\": sha-256=:AAAA:\n"
	    "\"@signature-params\": (\"content-digest\")" PARAMS),
	    "Content-Digest is of another body");
	fields[2].value = SPAN("md5=:AAAA:");
	CHECK_STR(verdict(s, input, "\"content-digest\": md5=:AAAA:\n"
	    "\"@signature-params\": (\"content-digest\")" PARAMS),
	    "Content-Digest: neither sha-256 nor sha-512");
	/* One that is wrong is not made good by one that is right. */
	fields[2].value = SPAN(DIGEST ", sha-512=:AAAA:");
	CHECK_STR(verdict(s, input, "\"content-digest\": " DIGEST
	    ", sha-512=:AAAA:\n\"@signature-params\": (\"content-digest\")"
	    PARAMS), "Content-Digest is of another body");
	fields[2].value = SPAN(DIGEST);
	sign_free(s);
	sign_free(more);
}

static void
dictionaries(void)
{
	static const struct { const char *text; int n; } cases[] = {
		{ "", 0 }, { "a=1", 1 }, { "a=1, a=2", 2 }, { "a=1 ,\ta=2", 2 },
		{ "b=\"a=1, \\\" \", a=:AA:", 1 }, { "a=(1 \"x\";p=?1);q", 1 },
		{ "a=()", 1 }, { "a=1;p;q=tok/x", 1 },
		{ "a=1,", -1 }, { "a=1 b=2", -1 }, { "a", -1 }, { "A=1", -1 },
		{ "a=", -1 }, { "a=(", -1 }, { "a=(1", -1 }, { "a=(1\"x\")",
		    -1 }, { "a=\"x", -1 }, { "a=\"\\x\"", -1 },
		{ "a=:AA", -1 }, { "a=1;", -1 }, { "a=1;P", -1 },
		{ "a=\"\x7f\"", -1 }, { ", a=1", -1 },
	};
	struct span value;
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		int n = sfv_find(span_str(cases[i].text), SPAN("a"), &value);

		if (n != cases[i].n)
			fprintf(stderr, "%s: %d\n", cases[i].text, n);
		CHECK(n == cases[i].n);
	}
}

int
main(void)
{
	bases_made();
	others_refused();
	in_time();
	coverage();
	dictionaries();
	return CHECK_DONE;
}
