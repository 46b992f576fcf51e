/* head.c - where a head ends, and its first line. */
#include "own.h"

#define MAX_HEAD_LONG (1L << 30)	/* a length is told as a long */

/* unreserved and sub-delims of RFC 3986 section 2, a bit for each byte. */
static int
is_name_char(char c)
{
	static const uint32_t map[8] = { 0, 0x2bff7fd2, 0x87fffffe,
	    0x47fffffe, 0, 0, 0, 0 };
	unsigned char u = (unsigned char)c;

	return map[u >> 5] >> (u & 31) & 1;
}

/* [IPv6]: how long; 0 if it isn't one. */
static size_t
bracketed(struct span s)
{
	size_t i;

	for (i = 1; i < s.n && (percent_hex(s.p[i]) >= 0 ||
	    s.p[i] == ':' || s.p[i] == '.'); i++)
		;
	return i > 1 && i < s.n && s.p[i] == ']' ? i + 1 : 0;
}

/* reg-name or IPv4: how long. */
static size_t
reg_name(struct span s)
{
	size_t i;

	for (i = 0; i < s.n; i++) {
		char c = s.p[i];

		if (c == '%' && i + 2 < s.n &&
		    percent_hex(s.p[i + 1]) >= 0 &&
		    percent_hex(s.p[i + 2]) >= 0)
			i += 2;
		else if (!is_name_char(c))
			break;
	}
	return i;
}

int
http1_is_host(struct span s)
{
	size_t n = 0;

	if (s.n > 0)
		n = s.p[0] == '[' ? bracketed(s) : reg_name(s);
	if (n == 0)
		return 0;
	if (n == s.n)
		return 1;
	if (s.p[n++] != ':')
		return 0;
	while (n < s.n && http1_digit(s.p[n]))
		n++;
	return n == s.n;
}

/* host:port, both there: what CONNECT asks for. */
static int
is_authority(struct span s)
{
	return http1_is_host(s) && http1_digit(s.p[s.n - 1]) &&
	    memchr(s.p, ':', s.n) != NULL && s.p[s.n - 1] != ']';
}

/* What follows http:// or https://, or nothing. */
static struct span
after_scheme(struct span target)
{
	if (target.n > 7 && strncasecmp(target.p, "http://", 7) == 0)
		return span_from(target, 7);
	if (target.n > 8 && strncasecmp(target.p, "https://", 8) == 0)
		return span_from(target, 8);
	return span_of(NULL, 0);
}

/* Of what follows the scheme. */
static size_t
authority_len(struct span s)
{
	size_t n;

	for (n = 0; n < s.n && s.p[n] != '/' && s.p[n] != '?'; n++)
		;
	return n;
}

/* The four forms of RFC 9112 section 3.2.  None has a fragment: who forwards
 * one drops what another takes for the path. */
static int
is_target(struct span method, struct span target)
{
	struct span rest;
	size_t i;

	if (target.n == 0)
		return 0;
	for (i = 0; i < target.n; i++)
		if (target.p[i] < 0x21 || target.p[i] > 0x7e ||
		    target.p[i] == '#')
			return 0;
	if (span_eq(method, SPAN("CONNECT")))
		return is_authority(target);
	if (target.p[0] == '/')
		return 1;
	if (span_eq(target, SPAN("*")))
		return span_eq(method, SPAN("OPTIONS"));
	rest = after_scheme(target);
	rest.n = authority_len(rest);
	return http1_is_host(rest);
}

static int
version(struct span s, int *minor, struct http1_error *error)
{
	if (s.n != 8 || memcmp(s.p, "HTTP/", 5) != 0 ||
	    !http1_digit(s.p[5]) || s.p[6] != '.' || !http1_digit(s.p[7]))
		return http1_bad(error, 400, "malformed HTTP version");
	if (s.p[5] != '1' || s.p[7] > '1')
		return http1_bad(error, 505, "HTTP/1.1 is spoken here");
	*minor = s.p[7] - '0';
	return 0;
}

/* Up to the next space; *s goes behind that. */
static struct span
word(struct span *s)
{
	const char *sp = s->n > 0 ? memchr(s->p, ' ', s->n) : NULL;
	struct span w = *s;

	if (sp != NULL)
		w.n = (size_t)(sp - s->p);
	*s = span_from(*s, sp == NULL ? w.n : w.n + 1);
	return w;
}

static int
request_line(struct span line, struct http1_head *head,
    struct http1_error *error)
{
	head->method = word(&line);
	head->target = word(&line);
	if (!http1_is_token(head->method))
		return http1_bad(error, 400, "malformed method");
	if (version(line, &head->minor, error) < 0)
		return HTTP1_BAD;
	if (!is_target(head->method, head->target))
		return http1_bad(error, 400, "malformed request target");
	return 0;
}

static int
status_line(struct span line, struct http1_head *head,
    struct http1_error *error)
{
	struct span code;
	size_t i;

	if (version(word(&line), &head->minor, error) < 0)
		return HTTP1_BAD;
	code = word(&line);
	if (code.n != 3 || !http1_digit(code.p[0]) ||
	    !http1_digit(code.p[1]) || !http1_digit(code.p[2]) ||
	    code.p[0] == '0')
		return http1_bad(error, 400, "malformed status");
	head->status = (code.p[0] - '0') * 100 + (code.p[1] - '0') * 10 +
	    (code.p[2] - '0');
	head->reason = line;
	for (i = 0; i < line.n; i++)
		if (!http1_text(line.p[i]))
			return http1_bad(error, 400, "malformed reason");
	return 0;
}

/* Whether what is there of the first line may still become one.  A CR is
 * only right before the LF. */
static int
may_begin(struct span in, size_t from, struct http1_error *error)
{
	size_t i;

	if (in.n > 0 && !http1_tchar(in.p[0]))
		return http1_bad(error, 400, "this is not HTTP");
	for (i = from; i < in.n; i++)
		if (!http1_text(in.p[i]) && !(in.p[i] == '\r' &&
		    (i + 1 == in.n || in.p[i + 1] == '\n')))
			return http1_bad(error, 400,
			    "control byte in the first line");
	return 0;
}

/* The end of the line, behind its LF; 0 if it isn't there. */
static long
line_end(struct span in, size_t from, struct http1_error *error)
{
	const char *lf = NULL;

	if (from < in.n)
		lf = memchr(in.p + from, '\n', in.n - from);
	if (lf == NULL)
		return HTTP1_MORE;
	if (lf == in.p || lf[-1] != '\r')
		return http1_bad(error, 400, "bare LF");
	return lf + 1 - in.p;
}

/* The end of the head, behind its empty line.  at is the start of a line, or
 * where an earlier search stopped. */
static long
head_end(struct span in, size_t at, struct http1_error *error)
{
	long end;

	while ((end = line_end(in, at, error)) > 0) {
		at = (size_t)end;
		if (at >= 4 && in.p[at - 3] == '\n')
			return end;
	}
	return end;
}

typedef int (*line_fn)(struct span, struct http1_head *, struct http1_error *);

static void
start(struct http1_head *head)
{
	head->method = head->target = head->reason = span_of(NULL, 0);
	head->status = head->minor = 0;
	head->nfields = 0;
	head->keep_alive = head->expect_continue = head->chunked = 0;
	head->length = -1;
}

/* A head from the start of in, no empty line before it. */
static long
message(struct span in, size_t seen, size_t max_head, line_fn line,
    line_fn fields, struct http1_head *head, struct http1_error *error)
{
	int whole = in.n < max_head;
	long first, end;

	/* So that it makes no difference how the bytes were cut. */
	if (!whole)
		in.n = max_head;
	first = line_end(in, 0, error);
	if (may_begin(first > 0 ? span_of(in.p, (size_t)first - 1) : in,
	    seen > 0 ? seen - 1 : 0, error) < 0 || first < 0)
		return HTTP1_BAD;
	if (first == 0)
		return whole ? HTTP1_MORE :
		    http1_bad(error, 414, "request line too long");
	start(head);
	if (seen <= (size_t)first &&
	    line(span_of(in.p, (size_t)first - 2), head, error) < 0)
		return HTTP1_BAD;
	end = head_end(in, seen < (size_t)first ? (size_t)first : seen,
	    error);
	if (end == 0 && !whole)
		return http1_bad(error, 431, "head too long");
	if (end <= 0)
		return end;
	if (seen > (size_t)first &&
	    line(span_of(in.p, (size_t)first - 2), head, error) < 0)
		return HTTP1_BAD;
	in = span_of(in.p + first, (size_t)(end - first) - 2);
	return fields(in, head, error) < 0 ? HTTP1_BAD : end;
}

/* RFC 9112 section 2.2: one empty line before a request is forgiven, which
 * some clients send behind a body. */
static long
skip_empty(struct span in, struct http1_error *error)
{
	if (in.n == 0 || in.p[0] != '\r' || in.n == 1)
		return 0;
	return in.p[1] == '\n' ? 2 : http1_bad(error, 400, "bare CR");
}

static long
parse(struct span in, size_t *seen, size_t max_head, line_fn line,
    line_fn fields, struct http1_head *head, struct http1_error *error)
{
	long skip = skip_empty(in, error), n;

	if (skip < 0 || in.n == 0 || (in.n == 1 && in.p[0] == '\r'))
		return skip;
	if (max_head > MAX_HEAD_LONG)
		max_head = MAX_HEAD_LONG;
	n = message(span_from(in, (size_t)skip),
	    *seen > (size_t)skip ? *seen - (size_t)skip : 0, max_head, line,
	    fields, head, error);
	if (n == HTTP1_MORE)
		*seen = in.n;
	return n > 0 ? n + skip : n;
}

long
http1_request(struct span in, size_t *seen, size_t max_head,
    struct http1_head *head, struct http1_error *error)
{
	return parse(in, seen, max_head, request_line, http1_request_fields,
	    head, error);
}

long
http1_response(struct span in, size_t *seen, size_t max_head,
    struct http1_head *head, struct http1_error *error)
{
	return parse(in, seen, max_head, status_line, http1_response_fields,
	    head, error);
}

void
http1_target(struct span target, struct span *path, struct span *query)
{
	struct span rest = after_scheme(target);
	const char *mark;

	if (rest.n > 0)
		target = span_from(rest, authority_len(rest));
	mark = target.n > 0 ? memchr(target.p, '?', target.n) : NULL;
	*query = span_of(NULL, 0);
	*path = target;
	if (mark != NULL) {
		path->n = (size_t)(mark - target.p);
		*query = span_from(target, path->n + 1);
	}
	if (path->n == 0)
		*path = SPAN("/");
}
