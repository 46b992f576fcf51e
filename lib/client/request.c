/* client/request.c - a request as libcurl wants it, and nothing besides. */
#include <stdlib.h>
#include <string.h>

#include "../fields.h"
#include "request.h"

/* ---- header fields, as libcurl's list ---- */

#define LARGE ((size_t)64 << 10)

/* What libcurl would add by itself is taken out, unless it was given. */
static const struct {
	struct span name;
	char *line;
	int is_for_large;	/* bodies; and libcurl means larger ones */
} own[] = {
	{ { "Accept", 6 }, (char []){ "Accept:" }, 0 },
	{ { "Content-Type", 12 }, (char []){ "Content-Type:" }, 0 },
	{ { "Expect", 6 }, (char []){ "Expect:" }, 1 },
};
#define NOWN (sizeof(own) / sizeof(own[0]))

/* One allocation for all, which lasts for the requests to come: a list of
 * curl_slist_append's is as many as there are lines, each time, twice. */
static int
make_room(struct request_lines *l, const struct http_request *r)
{
	size_t n = (r->nheaders + NOWN) * sizeof(*l->nodes), i;

	for (i = 0; i < r->nheaders; i++)
		n += r->headers[i].name.n + r->headers[i].value.n + 3;
	if (n <= l->cap)
		return 0;
	free(l->nodes);
	l->cap = 0;
	l->nodes = malloc(n);
	if (l->nodes == NULL)
		return -1;
	l->cap = n;
	return 0;
}

static char *
put(char *p, struct span s)
{
	if (s.n > 0)
		memcpy(p, s.p, s.n);
	return p + s.n;
}

/* libcurl's spelling of a field without a value is "Name;". */
static char *
put_field(char *p, const struct http1_field *f)
{
	p = put(p, f->name);
	if (span_trim(f->value).n == 0)
		p = put(p, SPAN(";"));
	else
		p = put(put(p, SPAN(": ")), f->value);
	*p++ = '\0';
	return p;
}

static int
make_lines(struct request_lines *l, const struct http_request *r)
{
	size_t i, n = 0;
	char *p;

	if (make_room(l, r) == -1)
		return -1;
	p = (char *)(l->nodes + r->nheaders + NOWN);
	for (i = 0; i < r->nheaders; i++) {
		l->nodes[n++].data = p;
		p = put_field(p, &r->headers[i]);
	}
	for (i = 0; i < NOWN; i++)
		if ((!own[i].is_for_large || r->body.n >= LARGE) &&
		    !fields_have(r->headers, r->nheaders, own[i].name))
			l->nodes[n++].data = own[i].line;
	/* There is at least one: a request has an Accept, or it has none. */
	for (i = 0; i < n; i++)
		l->nodes[i].next = i + 1 < n ? &l->nodes[i + 1] : NULL;
	return 0;
}

/* ---- public ---- */

static int
check_header(const struct http1_field *f, struct why *why)
{
	const struct span v = f->value;

	if (!http1_is_token(f->name))
		return why_set(why, STATUS_USAGE, "not a header name: %.*s",
		    (int)f->name.n, f->name.p);
	if (v.n > 0 && (memchr(v.p, '\r', v.n) || memchr(v.p, '\n', v.n) ||
	    memchr(v.p, '\0', v.n)))
		return why_set(why, STATUS_USAGE,
		    "header %.*s: a line break or NUL in its value",
		    (int)f->name.n, f->name.p);
	if (span_case_eq(f->name, SPAN("Content-Length")) ||
	    span_case_eq(f->name, SPAN("Transfer-Encoding")))
		return why_set(why, STATUS_USAGE,
		    "header %.*s: is told by the body alone", (int)f->name.n,
		    f->name.p);
	return 0;
}

int
request_check(const struct http_request *r, struct why *why)
{
	size_t i;

	if (!http1_is_token(span_str(r->method)))
		return why_set(why, STATUS_USAGE, "not a method: %s",
		    r->method);
	if (strcmp(r->method, "CONNECT") == 0)
		return why_set(why, STATUS_USAGE, "CONNECT is for proxies");
	if (strcmp(r->method, "HEAD") == 0 && r->body.n > 0)
		return why_set(why, STATUS_USAGE, "HEAD can't have a body");
	for (i = 0; i < r->nheaders; i++)
		if (check_header(&r->headers[i], why) == -1)
			return -1;
	return 0;
}

int
request_set(CURL *easy, const struct http_request *r,
    struct request_lines *lines, struct why *why)
{
	int head = strcmp(r->method, "HEAD") == 0;

	if (make_lines(lines, r) == -1)
		return why_set(why, STATUS_SOME, "client: out of memory");
	if (r->body.p != NULL && !head) {
		curl_easy_setopt(easy, CURLOPT_POST, 1L);
		curl_easy_setopt(easy, CURLOPT_POSTFIELDSIZE_LARGE,
		    (curl_off_t)r->body.n);
		curl_easy_setopt(easy, CURLOPT_POSTFIELDS, r->body.p);
	} else {
		curl_easy_setopt(easy, CURLOPT_HTTPGET, 1L);
	}
	if (head)
		curl_easy_setopt(easy, CURLOPT_NOBODY, 1L);
	curl_easy_setopt(easy, CURLOPT_CUSTOMREQUEST, r->method);
	curl_easy_setopt(easy, CURLOPT_HTTPHEADER, lines->nodes);
	return 0;
}

void
request_lines_done(struct request_lines *l)
{
	free(l->nodes);
	*l = (struct request_lines){ NULL, 0 };
}
