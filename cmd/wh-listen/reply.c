/* reply.c - what a request is answered with. */
#include "file.h"
#include "json.h"
#include "reply.h"
#include "utf8.h"

/* A larger body isn't copied: who reads it slowly costs no memory of ours. */
#define LARGE ((size_t)16 * 1024)
#define MAX_FILE ((size_t)16 << 20)

#define TYPE "Content-Type"
#define TYPE_JSON "application/json"
#define TYPE_TEXT "text/plain; charset=utf-8"
#define TYPE_BYTES "application/octet-stream"

/* Up to the next space that isn't behind a semicolon, as in
 * `text/plain; charset=utf-8`; *s goes behind it. */
static struct span
word(struct span *s)
{
	struct span w = *s;
	size_t i;

	for (i = 0; i < s->n; i++)
		if (s->p[i] == ' ' && i > 0 && s->p[i - 1] != ';')
			break;
	w.n = i;
	*s = span_from(*s, i < s->n ? i + 1 : i);
	return w;
}

/* 200 to 599, or -1: 1xx would not be the answer. */
static int
to_status(struct span s)
{
	int status = 0;
	size_t i;

	for (i = 0; i < s.n && i < 4; i++) {
		if (s.p[i] < '0' || s.p[i] > '9')
			return -1;
		status = status * 10 + (s.p[i] - '0');
	}
	return status >= 200 && status <= 599 ? status : -1;
}

/* RFC 9110 section 8.6. */
static int
is_bare(int status)
{
	return status == 204 || status == 304;
}

static int
share(struct reply *r, struct why *why)
{
	if (r->body.n <= LARGE)
		return 0;
	r->shared = block_new(r->body.n);
	if (r->shared == NULL)
		return why_set(why, STATUS_USAGE, "--reply: out of memory");
	block_add(r->shared, r->body);
	buf_done(&r->text);
	r->body = span_of(r->shared->data, r->shared->n);
	return 0;
}

int
reply_init(struct reply *r, const char *text, struct why *why)
{
	struct span rest = span_str(text), type;

	*r = (struct reply){ 0 };
	buf_init(&r->text, MAX_FILE);
	r->status = to_status(word(&rest));
	if (r->status == -1)
		return why_set(why, STATUS_USAGE,
		    "--reply: %s: begins with no status from 200 to 599",
		    text);
	if (rest.n == 0)
		return 0;
	type = word(&rest);
	r->fields[r->nfields++] = (struct front_field){ TYPE, type };
	if (memchr(type.p, '/', type.n) == NULL || !http1_is_value(type))
		return why_set(why, STATUS_USAGE,
		    "--reply: %s: no content type after the status", text);
	if (is_bare(r->status))
		return why_set(why, STATUS_USAGE,
		    "--reply: %d is a status without a body", r->status);
	r->body = rest;
	if (rest.n == 0 || rest.p[0] != '@')
		return 0;
	if (file_read(&r->text, rest.p + 1, why) != 0)
		return -1;
	r->body = buf_span(&r->text);
	return share(r, why);
}

/* ---- as JSON ---- */

/* Of the message's frame, or said by ours alone. */
static int
is_ours(struct span name)
{
	static const char *const names[] = { "Connection", "Content-Length",
	    "Date", "Keep-Alive", "Proxy-Connection", "TE", "Trailer",
	    "Transfer-Encoding", "Upgrade" };
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (span_case_eq(name, span_str(names[i])))
			return 1;
	return 0;
}

/* A string's text, or a number's digits, behind text and with a NUL. */
static int
add_text(struct reply *r, struct span literal, struct span *text,
    struct why *why)
{
	size_t start = r->text.n;
	int rc;

	if (json_type(literal) == JSON_NUMBER)
		rc = buf_add(&r->text, literal);
	else if (json_type(literal) == JSON_STRING)
		rc = json_unquote(&r->text, literal);
	else
		return why_set(why, STATUS_BAD_LINE,
		    "headers: a name or value is not a string");
	*text = span_from(buf_span(&r->text), start);
	if (rc == -1 || buf_addc(&r->text, '\0') != 0)
		return why_set(why, STATUS_SOME, "out of memory");
	return 0;
}

/* The texts may move until the last of them is there: only counted. */
static int
add_field(void *arg, struct span name, struct span value, struct why *why)
{
	struct reply *r = arg;
	struct span text;

	if (r->nfields == REPLY_FIELDS - 1)
		return why_set(why, STATUS_BAD_LINE, "headers: more than %d",
		    REPLY_FIELDS - 1);
	r->nfields++;
	if (add_text(r, name, &text, why) == -1)
		return -1;
	if (!http1_is_token(text))
		return why_set(why, STATUS_BAD_LINE,
		    "headers: %.*s: no name of a header", (int)text.n,
		    text.p);
	if (is_ours(text))
		return why_set(why, STATUS_BAD_LINE,
		    "headers: %.*s: is told by the body, or by the connection",
		    (int)text.n, text.p);
	if (add_text(r, value, &text, why) == -1)
		return -1;
	return http1_is_value(text) ? 0 : why_set(why, STATUS_BAD_LINE,
	    "headers: a value has a control character");
}

/* Names and values by turns, each with a NUL behind. */
static void
find_fields(struct reply *r)
{
	const char *p = r->text.p;
	size_t i;

	for (i = 0; i < r->nfields; i++) {
		struct front_field *f = &r->fields[i];

		f->name = p;
		p += strlen(p) + 1;
		f->value = span_str(p);
		p += f->value.n + 1;
	}
}

static int
has_type(const struct reply *r)
{
	size_t i;

	for (i = 0; i < r->nfields; i++)
		if (strcasecmp(r->fields[i].name, TYPE) == 0)
			return 1;
	return 0;
}

static void
set_type(struct reply *r, const char *type)
{
	if (!has_type(r))
		r->fields[r->nfields++] = (struct front_field){ TYPE,
			span_str(type) };
}

/* The body, behind the fields' texts. */
static int
read_body(struct reply *r, const struct event *e, struct why *why)
{
	size_t start = r->text.n;
	struct buf scratch;
	struct msg m;
	int rc;

	buf_init(&scratch, SIZE_MAX);
	rc = event_read_body(e, &scratch, &m, why);
	if (rc == 0 && buf_add(&r->text, m.body) != 0)
		rc = why_set(why, STATUS_SOME, "out of memory");
	buf_done(&scratch);
	find_fields(r);
	if (rc != 0)
		return rc == 1 ? 0 : -1;
	r->body = span_from(buf_span(&r->text), start);
	set_type(r, m.kind == MSG_BINARY ? TYPE_BYTES :
	    e->json.p != NULL ? TYPE_JSON : TYPE_TEXT);
	return 0;
}

int
reply_read(struct reply *r, const struct event *e, struct why *why)
{
	int64_t status = 200;

	*r = (struct reply){ 0 };
	buf_init(&r->text, SIZE_MAX);
	if (e->status.p != NULL && (json_int(e->status, &status) != 0 ||
	    status < 200 || status > 599))
		return why_set(why, STATUS_BAD_LINE,
		    "status: %.*s: none from 200 to 599",
		    (int)(e->status.n < 40 ? e->status.n : 40), e->status.p);
	r->status = (int)status;
	if (e->headers.p != NULL &&
	    event_each_field(e->headers, add_field, r, why) != 0)
		return -1;
	if (read_body(r, e, why) != 0)
		return -1;
	if (is_bare(r->status) && r->body.n > 0)
		return why_set(why, STATUS_BAD_LINE,
		    "%d is a status without a body", r->status);
	return 0;
}

/* ---- others ---- */

void
reply_output(struct reply *r, struct span body)
{
	*r = (struct reply){ .status = 200, .body = body };
	buf_init(&r->text, 0);
	if (body.n > 0)
		set_type(r, json_check(body, NULL, NULL) == 0 ? TYPE_JSON :
		    utf8_valid(body) ? TYPE_TEXT : TYPE_BYTES);
}

void
reply_plain(struct reply *r, int status, const char *reason)
{
	*r = (struct reply){ .status = status, .body = span_str(reason) };
	buf_init(&r->text, 0);
	set_type(r, TYPE_TEXT);
}

void
reply_done(struct reply *r)
{
	buf_done(&r->text);
	block_unref(r->shared);
}

void
reply_send(const struct reply *r, struct exchange *x)
{
	if (r->shared != NULL)
		front_reply_shared(x, r->status, r->fields, r->nfields,
		    r->shared);
	else
		front_reply(x, r->status, r->fields, r->nfields, r->body);
}
