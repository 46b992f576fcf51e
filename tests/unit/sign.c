/* sign.c - the rules of checking: time, rotation, doubts, and who may not
 * rescue whom. */
#include <ctype.h>

#include "sign_rig.h"

#define NOW 1700000000

/* Signed with one secret of a scheme, now, by "id-1". */
struct signed_one {
	struct sign_message m;
	struct http1_field fields[SIGN_RIG_FIELDS];
	struct sign *maker;
};

static void
sign_it(struct signed_one *o, const char *scheme, const char *secret,
    const char *body)
{
	*o = (struct signed_one){ .fields = { { SPAN("Content-Type"),
		SPAN("application/json") } }, .m = { .method = SPAN("POST"),
		.url = SPAN("https://example.com/hook?x=1"),
		.body = span_str(body), .now_s = NOW, .tolerance_s = 300,
		.id = SPAN("id-1"), .want_id = 1 } };
	o->m.fields = o->fields;
	o->m.nfields = 1;
	o->maker = sign_of(scheme, secret, SIGN_MAKE);
	CHECK(o->maker != NULL && rig_make(o->maker, &o->m, o->fields) == 0);
}

static void
done(struct signed_one *o)
{
	sign_free(o->maker);
}

/* ---- each scheme, there and back ---- */

static const struct {
	const char *scheme, *id;
} schemes[] = {
	{ "standard-webhooks", "id-1" }, { "github", NULL },
	{ "github-sha1", NULL }, { "meta", NULL }, { "websub", NULL },
	{ "websub-sha1", NULL }, { "bitbucket", NULL }, { "atlassian", NULL },
	{ "gitea", NULL }, { "gogs", NULL }, { "forgejo", NULL },
	{ "gitlab", NULL }, { "telegram", NULL }, { "stripe", "evt_1" },
	{ "paddle", "ev-2" }, { "slack", "ev-2" }, { "zoom", NULL },
	{ "shopify", NULL }, { "square", "ev-2" }, { "line", NULL },
	{ "pagerduty", "3" }, { "hubspot", NULL }, { "hubspot-v1", NULL },
	{ "hubspot-v2", NULL }, { "hubspot-v3", NULL }, { "box", "evt_1" },
	{ "zendesk", NULL }, { "twitch", "id-1" }, { "x", NULL },
	{ "dropbox", NULL }, { "asana", NULL }, { "adyen", NULL },
	{ "linear", NULL }, { "rfc9421", NULL },
	{ "hmac:header=A,hash=sha512,encoding=base64url,list=semicolon,"
	    "prefix=v=,timestamp=t=,unit=ms,id=B,"
	    "template=\\,{method}\\n{id}{timestamp}{header:Content-Type}{body}",
	    "id-1" },
};
#define SCHEMES (sizeof(schemes) / sizeof(schemes[0]))
#define BODY "{\"id\":\"evt_1\",\"event_id\":\"ev-2\",\"event\":{\"id\":3}," \
	"\"webhookTimestamp\":1700000000999}"
/* Is base64 and hexadecimal, too. */
#define SECRET "000102030405060708090a0b0c0d0e0f"

static void
changed(struct sign *checker, struct signed_one *o)
{
	struct sign_message m = o->m;
	struct http1_field fields[SIGN_RIG_FIELDS];
	char value[512];
	size_t i;

	/* Whichever of what was made is changed or repeated. */
	for (i = 1; i < o->m.nfields; i++) {
		memcpy(fields, o->m.fields, sizeof(fields));
		m.fields = fields;
		m.nfields = o->m.nfields;
		snprintf(value, sizeof(value), "%.*s",
		    (int)fields[i].value.n, fields[i].value.p);
		value[fields[i].value.n / 2] ^= 1;
		fields[i].value = span_str(value);
		CHECK(rig_check(checker, &m)[0] != '\0');
		fields[i] = o->m.fields[i];
		fields[m.nfields] = fields[i];
		m.nfields++;
		CHECK(rig_check(checker, &m)[0] != '\0');
	}
}

static void
there_and_back(void)
{
	struct signed_one o;
	struct sign_verdict v;
	struct sign *checker;
	size_t i;

	for (i = 0; i < SCHEMES; i++) {
		sign_it(&o, schemes[i].scheme, SECRET, BODY);
		checker = sign_of(schemes[i].scheme, SECRET, SIGN_CHECK);
		sign_check(checker, &o.m, &v);
		if (v.result != SIGN_OK)
			fprintf(stderr, "%s: %s\n", schemes[i].scheme,
			    v.reason);
		CHECK(v.result == SIGN_OK && strcmp(v.key, "s") == 0);
		CHECK(strncmp(v.scheme, schemes[i].scheme,
		    strlen(v.scheme)) == 0);
		CHECK_STR(schemes[i].id == NULL ? "" : schemes[i].id,
		    v.id.p == NULL ? "" : strndupa(v.id.p, v.id.n));
		CHECK((schemes[i].id == NULL) == (v.id.p == NULL));
		if (strcmp(schemes[i].scheme, "github-sha1") != 0)
			changed(checker, &o);	/* else: weaker() */
		sign_free(checker);
		checker = sign_of(schemes[i].scheme, "ffff" SECRET,
		    SIGN_CHECK);
		CHECK(rig_check(checker, &o.m)[0] != '\0');
		sign_free(checker);
		done(&o);
	}
}

/* ---- time ---- */

static void
to_the_second(void)
{
	static const char *const timed[] = { "standard-webhooks", "stripe",
	    "paddle", "slack", "zoom", "hubspot", "box", "zendesk", "twitch",
	    "linear", "rfc9421" };
	struct signed_one o;
	struct sign *checker;
	size_t i;

	for (i = 0; i < sizeof(timed) / sizeof(timed[0]); i++) {
		sign_it(&o, timed[i], SECRET, BODY);
		checker = sign_of(timed[i], SECRET, SIGN_CHECK);
		o.m.now_s = NOW + 300;
		CHECK_STR(rig_check(checker, &o.m), "");
		o.m.now_s = NOW + 301;
		CHECK_STR(rig_check(checker, &o.m), "its signature fits, but "
		    "is 301 s old, more than 300");
		o.m.now_s = NOW - 300;
		CHECK_STR(rig_check(checker, &o.m), "");
		o.m.now_s = NOW - 301;
		CHECK_STR(rig_check(checker, &o.m), "its signature fits, but "
		    "is of a time 301 s ahead, more than 300");
		o.m.tolerance_s = 301;
		CHECK_STR(rig_check(checker, &o.m), "");
		sign_free(checker);
		done(&o);
	}
}

/* ---- several secrets ---- */

static void
rotation(void)
{
	struct signed_one o;
	struct sign_verdict v;
	struct sign *checker;
	struct rig r;
	size_t i;

	for (i = 0; i < SCHEMES; i++) {
		sign_it(&o, schemes[i].scheme, SECRET, BODY);
		rig_init(&r, schemes[i].scheme, "new", span_str("abcdabcd"));
		rig_secret(&r, "old", SECRET);
		checker = rig_sign(&r, SIGN_CHECK);
		sign_check(checker, &o.m, &v);
		CHECK(v.result == SIGN_OK && strcmp(v.key, "old") == 0);
		sign_free(checker);
		done(&o);
	}
}

/* Signed with both: who knows one of them is content. */
static void
both(void)
{
	static const char *const listed[] = { "standard-webhooks", "stripe",
	    "paddle", "pagerduty", "box", "rfc9421" };
	struct http1_field fields[SIGN_RIG_FIELDS];
	struct sign *maker, *checker;
	struct sign_message m;
	struct rig r;
	size_t i;

	for (i = 0; i < sizeof(listed) / sizeof(listed[0]); i++) {
		m = (struct sign_message){ .method = SPAN("POST"),
			.url = SPAN("https://example.com/"),
			.body = SPAN(BODY), .now_s = NOW, .id = SPAN("i") };
		rig_init(&r, listed[i], "new", span_str("abcdabcd"));
		rig_secret(&r, "old", SECRET);
		maker = rig_sign(&r, SIGN_MAKE);
		CHECK(rig_make(maker, &m, fields) == 0);
		checker = sign_of(listed[i], SECRET, SIGN_CHECK);
		CHECK_STR(rig_check(checker, &m), "");
		sign_free(checker);
		checker = sign_of(listed[i], "abcdabcd", SIGN_CHECK);
		CHECK_STR(rig_check(checker, &m), "");
		sign_free(checker);
		sign_free(maker);
	}
}

/* Loaded again: what is not a key leaves all as it was. */
static void
rekeying(void)
{
	struct signed_one o;
	struct sign *checker;
	struct rig r;
	struct why why;

	sign_it(&o, "standard-webhooks", SECRET, "{}");
	checker = sign_of("standard-webhooks", "abcdabcd", SIGN_CHECK);
	CHECK(rig_check(checker, &o.m)[0] != '\0');
	rig_init(&r, "", "s", SPAN("!"));
	CHECK(sign_rekey(checker, &r.secrets, &why) == -1);
	CHECK_STR(why.text, "standard-webhooks: secret s: is not base64");
	CHECK(rig_check(checker, &o.m)[0] != '\0');
	rig_init(&r, "", "s", SPAN(SECRET));
	CHECK(sign_rekey(checker, &r.secrets, &why) == 0);
	CHECK_STR(rig_check(checker, &o.m), "");
	sign_free(checker);
	done(&o);
}

/* ---- who may not rescue whom ---- */

static void
set(struct http1_field *f, const char *name, const char *value)
{
	*f = (struct http1_field){ span_str(name), span_str(value) };
}

/* Octokit's example, and SHA-1 of the same as openssl computes it. */
#define GOOD256 \
    "sha256=4864d2759938a15468b5df9ade20bf161da9b4f737ea61794142f3484236bda3"
#define GOOD1 "sha1=d03207e4b030cf234e3447bac4d93add4c6643d8"
#define BAD1 "sha1=d03207e4b030cf234e3447bac4d93add4c6643d9"

static void
weaker(void)
{
	struct http1_field f[2];
	struct sign_message m = { .fields = f, .nfields = 2,
		.body = SPAN("{\"foo\":\"bar\"}") };
	struct sign *s = sign_of("github", "mysecret", SIGN_CHECK);
	struct sign *sha1 = sign_of("github-sha1", "mysecret", SIGN_CHECK);

	set(&f[0], "X-Hub-Signature", GOOD1);
	set(&f[1], "X-Hub-Signature-256", GOOD256);
	CHECK_STR(rig_check(s, &m), "");
	CHECK_STR(rig_check(sha1, &m), "");
	set(&f[1], "X-Hub-Signature-256", "sha256=00");
	CHECK_STR(rig_check(sha1, &m),
	    "X-Hub-Signature-256: the signature doesn't fit");
	m.nfields = 1;
	CHECK_STR(rig_check(sha1, &m), "");
	CHECK_STR(rig_check(s, &m),
	    "X-Hub-Signature-256 isn't there, or of another kind");
	set(&f[0], "X-Hub-Signature", BAD1);
	CHECK(rig_check(sha1, &m)[0] != '\0');
	sign_free(s);
	sign_free(sha1);
}

#define PUBLIC "whpk_1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOir4="
#define SHARED "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
#define V1 "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
#define V1A "v1a,hnO3f9T8Ytu9HwrXslvumlUpqtNVqkhqw/enGzPCXe5BdqzCInXqYXFymV" \
	"JaA7AZdpXwVLPo3mNl8EM+m7TBAg=="
#define BAD_V1A "v1a,hnO3f9T8Ytu9HwrXslvumlUpqtNVqkhqw/enGzPCXe5BdqzCInXqYX" \
	"FymVJaA7AZdpXwVLPo3mNl8EM+m7TBBg=="

static void
pairs_and_shared(void)
{
	struct http1_field f[3];
	struct sign_message m = { .fields = f, .nfields = 3,
		.now_s = 1614265330, .body = SPAN("{\"test\": 2432232314}") };
	struct sign_verdict v;
	struct sign *s;
	struct rig r;

	rig_init(&r, "standard-webhooks", "pair", SPAN(PUBLIC));
	rig_secret(&r, "shared", SHARED);
	s = rig_sign(&r, SIGN_CHECK);
	set(&f[0], "svix-id", "msg_p5jXN8AQM9LWM0D4loKWxJek");
	set(&f[1], "svix-timestamp", "1614265330");
	set(&f[2], "svix-signature", V1 " " V1A);
	sign_check(s, &m, &v);
	CHECK(v.result == SIGN_OK && strcmp(v.key, "pair") == 0);
	set(&f[2], "svix-signature", V1);
	sign_check(s, &m, &v);
	CHECK(v.result == SIGN_OK && strcmp(v.key, "shared") == 0);
	set(&f[2], "svix-signature", V1 " " BAD_V1A);
	CHECK_STR(rig_check(s, &m), "svix-signature: the signature doesn't "
	    "fit");
	set(&f[2], "svix-signature", BAD_V1A " " V1A);
	CHECK_STR(rig_check(s, &m), "");
	sign_free(s);
}

/* ---- any of several schemes ---- */

static void
any_of(void)
{
	struct signed_one o;
	struct sign_verdict v;
	struct sign *s;
	struct rig r;

	rig_init(&r, "stripe", "stripe", SPAN("one"));
	rig_scheme(&r, "github-sha1");
	rig_secret(&r, "github", "two");
	s = rig_sign(&r, SIGN_CHECK);
	sign_it(&o, "github", "two", "{}");
	sign_check(s, &o.m, &v);
	CHECK(v.result == SIGN_OK);
	CHECK_STR(v.scheme, "github-sha1");
	CHECK_STR(v.key, "github");
	done(&o);
	/* A secret that is named like a scheme is that scheme's alone. */
	sign_it(&o, "github", "one", "{}");
	CHECK(rig_check(s, &o.m)[0] != '\0');
	done(&o);
	sign_it(&o, "slack", "two", "{}");
	CHECK_STR(rig_check(s, &o.m),
	    "no signature of a kind that is asked for");
	done(&o);
	sign_free(s);
}

int
main(void)
{
	there_and_back();
	to_the_second();
	rotation();
	both();
	rekeying();
	weaker();
	pairs_and_shared();
	any_of();
	return CHECK_DONE;
}
