/* reply.c - --reply. */
#include "file.h"
#include "reply.h"

/* A larger body isn't copied: who reads it slowly costs no memory of ours. */
#define LARGE ((size_t)16 * 1024)
#define MAX_FILE ((size_t)16 << 20)

static int
is_text(struct span s)
{
	size_t i;

	for (i = 0; i < s.n; i++)
		if (s.p[i] < 0x20 || s.p[i] == 0x7f)
			return 0;
	return 1;
}

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

static int
share(struct reply *r, struct why *why)
{
	if (r->body.n <= LARGE)
		return 0;
	r->shared = block_new(r->body.n);
	if (r->shared == NULL)
		return why_set(why, STATUS_USAGE, "--reply: out of memory");
	block_add(r->shared, r->body);
	buf_done(&r->file);
	r->body = span_of(r->shared->data, r->shared->n);
	return 0;
}

int
reply_init(struct reply *r, const char *text, struct why *why)
{
	struct span rest = span_str(text);

	*r = (struct reply){ .type.name = "Content-Type" };
	buf_init(&r->file, MAX_FILE);
	r->status = to_status(word(&rest));
	if (r->status == -1)
		return why_set(why, STATUS_USAGE,
		    "--reply: %s: begins with no status from 200 to 599",
		    text);
	if (rest.n == 0)
		return 0;
	r->nfields = 1;
	r->type.value = word(&rest);
	if (memchr(r->type.value.p, '/', r->type.value.n) == NULL ||
	    !is_text(r->type.value))
		return why_set(why, STATUS_USAGE,
		    "--reply: %s: no content type after the status", text);
	if (r->status == 204 || r->status == 304)
		return why_set(why, STATUS_USAGE,
		    "--reply: %d is a status without a body", r->status);
	r->body = rest;
	if (rest.n == 0 || rest.p[0] != '@')
		return 0;
	if (file_read(&r->file, rest.p + 1, why) != 0)
		return -1;
	r->body = buf_span(&r->file);
	return share(r, why);
}

void
reply_send(const struct reply *r, struct exchange *x)
{
	if (r->shared != NULL)
		front_reply_shared(x, r->status, &r->type, r->nfields,
		    r->shared);
	else
		front_reply(x, r->status, &r->type, r->nfields, r->body);
}

void
reply_done(struct reply *r)
{
	buf_done(&r->file);
	block_unref(r->shared);
}
