/* client/response.c - collects a reply. */
#include <stdlib.h>

#include "http.h"
#include "response.h"

void
response_init(struct response *r, size_t max_body)
{
	*r = (struct response){ 0 };
	buf_init(&r->head, RESPONSE_MAX_HEAD);
	buf_init(&r->body, max_body);
}

void
response_done(struct response *r)
{
	buf_done(&r->head);
	buf_done(&r->body);
	free(r->fields);
	free(r->out);
}

void
response_clear(struct response *r)
{
	buf_clear(&r->head);
	buf_clear(&r->body);
	r->nfields = 0;
	r->status = r->whole = r->truncated = 0;
	r->seen = 0;
}

/* A line without its end. */
static struct span
chomp(struct span s)
{
	while (s.n > 0 && (s.p[s.n - 1] == '\n' || s.p[s.n - 1] == '\r'))
		s.n--;
	return s;
}

/* "HTTP/1.1 200 OK", "HTTP/2 200" */
static int
status_of(struct span line)
{
	const char *p = memchr(line.p, ' ', line.n);
	int status = 0, digits;

	if (p == NULL)
		return 0;
	for (p++, digits = 0; p < line.p + line.n && digits < 3; p++, digits++)
		if (*p >= '0' && *p <= '9')
			status = status * 10 + (*p - '0');
		else
			return 0;
	return status;
}

static struct response_field *
new_field(struct response *r)
{
	size_t cap = r->cap == 0 ? 16 : r->cap * 2;
	struct response_field *v;
	struct http1_field *out;

	if (r->nfields == r->cap) {
		v = realloc(r->fields, cap * sizeof(*v));
		if (v == NULL)
			return NULL;
		r->fields = v;
		out = realloc(r->out, cap * sizeof(*out));
		if (out == NULL)
			return NULL;
		r->out = out;
		r->cap = cap;
	}
	return &r->fields[r->nfields++];
}

static int
add_field(struct response *r, struct span line)
{
	const char *colon = memchr(line.p, ':', line.n);
	struct span name, value;
	struct response_field *f;

	if (colon == NULL)
		return 0;
	name = span_of(line.p, (size_t)(colon - line.p));
	value = span_trim(span_from(line, name.n + 1));
	name = span_trim(name);
	f = new_field(r);
	if (f == NULL)
		return -1;
	f->name = r->head.n;
	f->name_n = name.n;
	f->value = r->head.n + name.n;
	f->value_n = value.n;
	return buf_add(&r->head, name) == -1 ||
	    buf_add(&r->head, value) == -1 ? -1 : 0;
}

/* An obsolete folded line: one space stands for the fold (RFC 9112 5.2). */
static int
add_folded(struct response *r, struct span line)
{
	struct response_field *f;
	struct span value = span_trim(line);

	if (r->nfields == 0)
		return 0;
	f = &r->fields[r->nfields - 1];
	f->value_n += 1 + value.n;
	return buf_addc(&r->head, ' ') == -1 ||
	    buf_add(&r->head, value) == -1 ? -1 : 0;
}

int
response_head_line(struct response *r, struct span line)
{
	if (r->whole)
		return 0;			/* a trailer */
	line = chomp(line);
	if (line.n >= 5 && memcmp(line.p, "HTTP/", 5) == 0) {
		buf_clear(&r->head);
		r->nfields = 0;
		r->status = status_of(line);
		return 0;
	}
	if (span_trim(line).n == 0) {
		r->whole = r->status >= 200;
		return 0;
	}
	if (*line.p == ' ' || *line.p == '\t')
		return add_folded(r, line);
	return add_field(r, line);
}

int
response_body(struct response *r, struct span bytes)
{
	size_t room = r->body.max - r->body.n;

	r->seen += bytes.n;
	if (bytes.n > room) {
		r->truncated = 1;
		bytes.n = room;
	}
	if (r->seen > HTTP_MAX_REPLY)
		return 1;
	return bytes.n == 0 ? 0 : buf_add(&r->body, bytes);
}

const struct http1_field *
response_headers(struct response *r)
{
	size_t i;

	for (i = 0; i < r->nfields; i++) {
		const struct response_field *f = &r->fields[i];

		r->out[i].name = span_of(r->head.p + f->name, f->name_n);
		r->out[i].value = span_of(r->head.p + f->value, f->value_n);
	}
	return r->out;
}
