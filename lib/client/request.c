/* client/request.c - a request as libcurl wants it, and nothing besides. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../fields.h"
#include "request.h"

static int
append(struct curl_slist **list, const char *line)
{
	struct curl_slist *l = curl_slist_append(*list, line);

	if (l == NULL)
		return -1;
	*list = l;
	return 0;
}

/* libcurl's spelling of a field without a value is "Name;". */
static int
add_header(struct curl_slist **list, const struct http1_field *f,
    struct why *why)
{
	char fixed[512], *line = fixed;
	size_t n = f->name.n + f->value.n + 3;
	int ret;

	if (n > sizeof(fixed) && (line = malloc(n)) == NULL)
		return why_errno(why, STATUS_SOME, "client");
	if (span_trim(f->value).n == 0)
		snprintf(line, n, "%.*s;", (int)f->name.n, f->name.p);
	else
		snprintf(line, n, "%.*s: %.*s", (int)f->name.n, f->name.p,
		    (int)f->value.n, f->value.p);
	ret = append(list, line);
	if (line != fixed)
		free(line);
	return ret == 0 ? 0 : why_set(why, STATUS_SOME, "out of memory");
}

/* What libcurl would add by itself is taken out, unless it was given. */
static int
add_headers(struct curl_slist **list, const struct http_request *r,
    struct why *why)
{
	static const char *const own[] = { "Accept", "Content-Type", "Expect" };
	char line[32];
	size_t i;

	for (i = 0; i < r->nheaders; i++)
		if (add_header(list, &r->headers[i], why) == -1)
			return -1;
	for (i = 0; i < sizeof(own) / sizeof(own[0]); i++) {
		if (fields_have(r->headers, r->nheaders, span_str(own[i])))
			continue;
		snprintf(line, sizeof(line), "%s:", own[i]);
		if (append(list, line) == -1)
			return why_set(why, STATUS_SOME, "out of memory");
	}
	return 0;
}

static int
check_header(const struct http1_field *f, struct why *why)
{
	size_t i;

	if (!http1_is_token(f->name))
		return why_set(why, STATUS_USAGE, "not a header name: %.*s",
		    (int)f->name.n, f->name.p);
	for (i = 0; i < f->value.n; i++)
		if (strchr("\r\n", f->value.p[i]) != NULL)	/* NUL too */
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
    struct curl_slist **list, struct why *why)
{
	int head = strcmp(r->method, "HEAD") == 0;

	if (add_headers(list, r, why) == -1)
		return -1;
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
	curl_easy_setopt(easy, CURLOPT_URL, r->url);
	curl_easy_setopt(easy, CURLOPT_HTTPHEADER, *list);
	return 0;
}
