/* headers.c - header fields: given, forwarded, and our own. */
#include <stdlib.h>
#include <string.h>

#include "event.h"
#include "headers.h"
#include "json.h"

int
headers_check(const struct fields *given, struct why *why)
{
	static const char *const framing[] = { "Content-Length",
	    "Transfer-Encoding" };
	size_t i;

	for (i = 0; i < sizeof(framing) / sizeof(framing[0]); i++)
		if (fields_have(given->v, given->n, span_str(framing[i])))
			return why_set(why, STATUS_USAGE,
			    "--header: %s: is told by the body alone",
			    framing[i]);
	return 0;
}

/* ---- those of the line ---- */

/* A string literal's text, the job's. */
static int
keep_text(struct job *j, struct span literal, struct buf *scratch,
    struct span *out, struct why *why)
{
	struct span text;

	if (literal.n == 0 || *literal.p != '"')
		return why_set(why, STATUS_BAD_LINE,
		    "headers: a name or value is not a string");
	if (!json_plain(literal, &text)) {
		buf_clear(scratch);
		if (json_unquote(scratch, literal) == -1)
			return why_set(why, STATUS_SOME, "out of memory");
		text = buf_span(scratch);
	}
	out->n = text.n;
	out->p = job_keep(j, text);
	return out->p != NULL ? 0 :
	    why_set(why, STATUS_SOME, "out of memory");
}

/* Takes each pair of literals into v, or counts them where v is NULL. */
struct walk {
	struct job *job;
	struct buf *scratch;
	struct http1_field *v;
	size_t n;
};

static int
take(void *arg, struct span name, struct span value, struct why *why)
{
	struct walk *w = arg;
	struct http1_field *f = w->v != NULL ? &w->v[w->n] : NULL;

	w->n++;
	if (f == NULL)
		return 0;
	return keep_text(w->job, name, w->scratch, &f->name, why) == -1 ||
	    keep_text(w->job, value, w->scratch, &f->value, why) == -1 ?
	    -1 : 0;
}

/* Is it a token of the list? */
static int
lists(struct span list, struct span name)
{
	struct span token;

	while (span_item(&list, ',', &token))
		if (span_case_eq(span_trim(token), name))
			return 1;
	return 0;
}

/* RFC 9110 section 7.6.1; Host, Content-Length and Expect are said anew. */
static int
is_for_one_hop(const struct http1_field *v, size_t n, struct span name)
{
	static const char *const names[] = { "Connection", "Keep-Alive", "TE",
	    "Trailer", "Transfer-Encoding", "Upgrade", "HTTP2-Settings",
	    "Host", "Content-Length", "Expect" };
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (span_case_eq(name, span_str(names[i])))
			return 1;
	if (name.n > 6 && span_case_eq(span_of(name.p, 6), SPAN("Proxy-")))
		return 1;
	for (i = 0; i < n; i++)
		if (span_case_eq(v[i].name, SPAN("Connection")) &&
		    lists(v[i].value, name))
			return 1;
	return 0;
}

/* ---- all of them ---- */

/* The line's fields, all of them: counted, then taken. */
static int
take_line(struct walk *w, struct span member, struct why *why)
{
	size_t n;

	if (member.p != NULL && event_each_field(member, take, w, why) == -1)
		return -1;
	n = w->n;
	w->n = 0;
	w->v = job_room(w->job, (n + 1) * sizeof(*w->v));
	if (w->v == NULL)
		return why_set(why, STATUS_SOME, "out of memory");
	return member.p != NULL ? event_each_field(member, take, w, why) : 0;
}

static size_t
add_unless(struct http1_field *v, size_t n, const struct fields *g,
    const char *name, const char *value)
{
	if (value == NULL || fields_have(v, n, span_str(name)) ||
	    fields_have(g->v, g->n, span_str(name)))
		return n;
	v[n] = (struct http1_field){ span_str(name), span_str(value) };
	return n + 1;
}

int
headers_make(struct job *j, const struct fields *g, struct span member,
    const struct headers_own *own, struct buf *scratch, struct why *why)
{
	struct walk w = { .job = j, .scratch = scratch };
	struct http1_field *all;
	size_t i, n = 0;

	if (take_line(&w, member, why) == -1)
		return -1;
	all = job_room(j, (w.n + g->n + 2) * sizeof(*all));
	if (all == NULL)
		return why_set(why, STATUS_SOME, "out of memory");
	for (i = 0; i < w.n; i++)
		if (!is_for_one_hop(w.v, w.n, w.v[i].name) &&
		    !fields_have(g->v, g->n, w.v[i].name))
			all[n++] = w.v[i];
	for (i = 0; i < g->n; i++)
		if (g->v[i].value.p != NULL)
			all[n++] = g->v[i];
	n = add_unless(all, n, g, "User-Agent", own->agent);
	n = add_unless(all, n, g, "Content-Type", own->type);
	j->headers = all;
	j->nheaders = n;
	return 0;
}
