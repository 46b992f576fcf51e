/* sign_vectors.c - every published example of tests/data/signatures: is the
 * verdict the source's, and do we sign as the source did? */
#include "file.h"
#include "sign/base.h"
#include "sign_rig.h"

#define DATA "tests/data/signatures/"
#define FIELDS 16

struct row {
	struct buf text;		/* what the members below are in */
	struct span id, scheme, secret, signing_key, url, method, body;
	struct http1_field fields[FIELDS];
	size_t nfields;
	int64_t timestamp, now, tolerance;	/* -1: null */
	int valid;
};

/* A string member, decoded; p NULL for null. */
static struct span
text_of(struct row *r, struct span value)
{
	size_t before = r->text.n;

	if (json_type(value) != JSON_STRING)
		return span_of(NULL, 0);
	CHECK(json_unquote(&r->text, value) == 0);
	return span_of(r->text.p + before, r->text.n - before);
}

static struct span
member(struct row *r, struct span object, const char *name)
{
	struct span value;

	if (!json_member(object, name, &value))
		return span_of(NULL, 0);
	return text_of(r, value);
}

static int64_t
number(struct span object, const char *name)
{
	struct span value;
	int64_t n;

	return json_member(object, name, &value) &&
	    json_int(value, &n) == 0 ? n : -1;
}

/* Values here are numbers, too: "webhook-timestamp" of some rows. */
static void
read_row(struct row *r, struct span line)
{
	struct span value;
	struct json_iter it;

	buf_clear(&r->text);
	CHECK(json_check(line, NULL, NULL) == 0);
	/* All at once, so that it does not move under the spans. */
	CHECK(buf_room(&r->text, line.n) != NULL);
	r->id = member(r, line, "id");
	r->scheme = member(r, line, "scheme");
	r->secret = member(r, line, "secret");
	r->signing_key = member(r, line, "signing_key");
	r->url = member(r, line, "url");
	r->method = member(r, line, "method");
	r->body = member(r, line, "body");
	r->timestamp = number(line, "timestamp");
	r->now = number(line, "now");
	r->tolerance = number(line, "tolerance");
	r->valid = json_member(line, "valid", &value) && *value.p == 't';
	r->nfields = 0;
	if (!json_member(line, "headers", &value))
		return;
	for (it = json_iter(value); json_next(&it); r->nfields++) {
		CHECK(r->nfields < FIELDS);
		r->fields[r->nfields].name = text_of(r, it.key);
		r->fields[r->nfields].value = text_of(r, it.value);
	}
}

static struct sign_message
message_of(const struct row *r)
{
	return (struct sign_message){ .method = r->method, .url = r->url,
		.fields = r->fields, .nfields = r->nfields, .body = r->body,
		.now_s = r->now, .tolerance_s = r->tolerance >= 0 ?
		r->tolerance : 300, .want_id = 1 };
}

/* What --verify is given: schemes.json. */
static void
scheme_of(struct span schemes, const struct row *r, char *out, size_t size)
{
	char name[128];
	struct span value, text;

	snprintf(name, sizeof(name), "%.*s", (int)r->id.n, r->id.p);
	if (!json_member(schemes, name, &value)) {
		snprintf(name, sizeof(name), "%.*s", (int)r->scheme.n,
		    r->scheme.p);
		if (!json_member(schemes, name, &value)) {
			snprintf(out, size, "%s", name);
			return;
		}
	}
	CHECK(json_plain(value, &text));
	snprintf(out, size, "%.*s", (int)text.n, text.p);
}

static void
complain(const struct row *r, const char *what, const char *reason)
{
	fprintf(stderr, "%.*s: %s: %s\n", (int)r->id.n, r->id.p, what,
	    reason);
}

static void
check_digest(const struct row *r)
{
	struct sign_message m = message_of(r);
	struct sign_verdict v;
	struct buf b;

	buf_init(&b, 1000);
	CHECK((base_digest(&m, &b, &v) == SIGN_GOOD) == r->valid);
	buf_done(&b);
}

/* One byte more of the body, and it doesn't fit. */
static void
check_changed(struct sign *s, const struct row *r)
{
	struct sign_message m = message_of(r);
	char *body = malloc(r->body.n + 1);

	if (r->body.n > 0)
		memcpy(body, r->body.p, r->body.n);
	body[r->body.n] = ' ';
	m.body = span_of(body, r->body.n + 1);
	/* Those two are over some fields, and not over Content-Digest. */
	if (!span_eq(r->scheme, SPAN("rfc9421")))
		CHECK(rig_check(s, &m)[0] != '\0');
	free(body);
}

/* Signed at the same time, with the same id, it is what was published: where
 * the field is one code, and made with a secret. */
static int
check_made(const char *scheme, const struct row *r)
{
	static const char *const ids[] = { "webhook-id" };
	struct sign_message m = message_of(r);
	const struct http1_field *made;
	struct sign *s;
	struct rig rig;
	struct why why;
	size_t n, i, k, same = 0;

	for (i = 0; i < r->nfields; i++)
		if (span_case_eq(r->fields[i].name, span_str(ids[0])))
			m.id = r->fields[i].value;
	m.now_s = r->timestamp >= 0 ? r->timestamp : r->now;
	rig_init(&rig, scheme, "s", r->signing_key.p != NULL ?
	    r->signing_key : r->secret);
	s = sign_new(SIGN_MAKE, &rig.schemes, &rig.secrets,
	    &why);
	if (s == NULL)
		return 0;
	CHECK(sign_make(s, &m, &made, &n, &why) == 0);
	for (i = 0; i < n; i++)
		for (k = 0; k < r->nfields; k++)
			same += span_case_eq(made[i].name,
			    r->fields[k].name) && span_eq(made[i].value,
			    r->fields[k].value);
	sign_free(s);
	return same == n;
}

static void
check_row(const struct row *r, struct span schemes, int *made)
{
	struct sign_message m = message_of(r);
	char scheme[512];
	const char *reason;
	struct rig rig;
	struct sign *s;

	scheme_of(schemes, r, scheme, sizeof(scheme));
	if (scheme[0] == '\0') {
		check_digest(r);
		return;
	}
	rig_init(&rig, scheme, "s", r->secret);
	s = rig_sign(&rig, SIGN_CHECK);
	if (s == NULL)
		return;
	reason = rig_check(s, &m);
	if ((reason[0] == '\0') != r->valid)
		complain(r, r->valid ? "should fit" : "fits", reason);
	CHECK((reason[0] == '\0') == r->valid);
	if (r->valid) {
		check_changed(s, r);
		*made += check_made(scheme, r);
	}
	sign_free(s);
}

int
main(void)
{
	struct row r = { .nfields = 0 };
	struct buf schemes, lines;
	struct span rest, line;
	struct json names;
	struct why why;
	int rows = 0, made = 0;

	buf_init(&r.text, 1 << 20);
	buf_init(&schemes, 1 << 20);
	buf_init(&lines, 1 << 24);
	CHECK(file_read(&schemes, DATA "schemes.json", &why) == 0);
	CHECK(json_check(buf_span(&schemes), &names, NULL) == 0);
	CHECK(file_read(&lines, DATA "signatures.ndjson", &why) == 0);
	for (rest = buf_span(&lines); rest.n > 0; rows++) {
		const char *end = memchr(rest.p, '\n', rest.n);

		line = span_of(rest.p, (size_t)(end - rest.p));
		read_row(&r, line);
		check_row(&r, names.value, &made);
		rest = span_from(rest, line.n + 1);
	}
	CHECK(rows == 121);
	/* Not those with several signatures or fields that we don't make,
	 * whose private key isn't told, or of the URL with another port. */
	CHECK(made == 55);
	buf_done(&r.text);
	buf_done(&schemes);
	buf_done(&lines);
	return CHECK_DONE;
}
