/* fields.c - field lines, and those that say where the body ends. */
#include "bytes.h"
#include "own.h"
#include "utf8.h"

#define MAX_DIGITS 18		/* so that a Content-Length always fits */

/* What was met on the way; judged when all fields are known, because one
 * may come before the other. */
struct framing {
	size_t hosts, lengths, codings, expects;
	struct span coding;
	int close, keep;
};

static int
is_space(char c)
{
	return c == ' ' || c == '\t';
}

/* The next element of a comma-separated list; 0 at its end. */
static int
next_element(struct span *list, struct span *element)
{
	if (!span_item(list, ',', element))
		return 0;
	*element = span_trim(*element);
	return 1;
}

static int
has_element(struct span list, struct span wanted)
{
	struct span element;

	while (next_element(&list, &element))
		if (span_case_eq(element, wanted))
			return 1;
	return 0;
}

static int
on_connection(struct span list, struct framing *f, struct http1_error *error)
{
	struct span token;

	while (next_element(&list, &token)) {
		if (token.n > 0 && !http1_is_token(token))
			return http1_bad(error, 400, "malformed Connection");
		f->close |= span_case_eq(token, SPAN("close"));
		f->keep |= span_case_eq(token, SPAN("keep-alive"));
	}
	return 0;
}

/* -1 where it isn't a number. */
static int64_t
to_length(struct span s)
{
	int64_t length = 0;
	size_t i;

	if (s.n == 0 || s.n > MAX_DIGITS)
		return -1;
	for (i = 0; i < s.n; i++) {
		if (!http1_digit(s.p[i]))
			return -1;
		length = length * 10 + (s.p[i] - '0');
	}
	return length;
}

static int
on_length(struct span value, struct http1_head *head, struct framing *f,
    struct http1_error *error)
{
	int64_t length = to_length(value);

	if (length < 0)
		return http1_bad(error, 400, "malformed Content-Length");
	/* Only a response may repeat itself, see response_framing. */
	if (f->lengths++ > 0 && length != head->length)
		return http1_bad(error, 400, "two Content-Lengths");
	head->length = length;
	return 0;
}

/* The few names that matter differ in length. */
static int
on_field(const struct http1_field *field, struct http1_head *head,
    struct framing *f, struct http1_error *error)
{
	struct span name = field->name, value = field->value;

	switch (name.n) {
	case 4:
		f->hosts += (size_t)span_case_eq(name, SPAN("Host"));
		break;
	case 6:
		if (span_case_eq(name, SPAN("Expect")) && head->minor > 0)
			head->expect_continue = f->expects++ == 0 &&
			    span_case_eq(value, SPAN("100-continue"));
		break;
	case 10:
		if (span_case_eq(name, SPAN("Connection")))
			return on_connection(value, f, error);
		break;
	case 14:
		if (span_case_eq(name, SPAN("Content-Length")))
			return on_length(value, head, f, error);
		break;
	case 17:
		if (span_case_eq(name, SPAN("Transfer-Encoding"))) {
			f->codings++;
			f->coding = value;
		}
		break;
	}
	return 0;
}

/* 0xff for each byte that may not stand in a value: what http1_text says. */
static bytes16
not_text(bytes16 v)
{
	return (bytes16)(((v < 0x20) & (v != '\t')) | (v == 0x7f));
}

/* Is it all text?  *high: is some of it not ASCII? */
static int
is_text(struct span s, int *high)
{
	bytes16 v, all = { 0 }, bad = { 0 };
	int good = 1;
	size_t i;

	if (s.n < 8) {
		for (i = 0; i < s.n; i++) {
			good &= http1_text(s.p[i]);
			*high |= s.p[i] & 0x80;
		}
		return good;
	}
	for (i = 0; s.n - i >= sizeof(v); i += sizeof(v)) {
		v = bytes_load(s.p + i);
		all |= v;
		bad |= not_text(v);
	}
	v = s.n < sizeof(v) ? bytes_load_short(s.p, s.n) :
	    bytes_load(s.p + s.n - sizeof(v));
	*high = !bytes_none((all | v) & 0x80);
	return bytes_none(bad | not_text(v));
}

/* Bytes as RFC 9110 section 5.5 has them.  Above ASCII it leaves them open:
 * a line of ours is UTF-8. */
static int
is_value(struct span value, int strict)
{
	int high = 0;

	return is_text(value, &high) &&
	    (!high || !strict || utf8_valid(value));
}

/* One line, without its CRLF. */
static int
field_line(struct span line, int strict, struct http1_field *field,
    struct http1_error *error)
{
	size_t n = 0;

	while (n < line.n && http1_tchar(line.p[n]))
		n++;
	if (n == 0 && line.n > 0 && is_space(line.p[0]))
		return http1_bad(error, 400, "folded field line");
	if (n == 0 || n == line.n || line.p[n] != ':')
		return http1_bad(error, 400, "malformed field name");
	field->name = span_of(line.p, n);
	field->value = span_trim(span_from(line, n + 1));
	if (!is_value(field->value, strict))
		return http1_bad(error, 400, "bad byte in a field");
	return 0;
}

static int
fields(struct span in, struct http1_head *head, struct framing *f, int strict,
    struct http1_error *error)
{
	struct http1_field *field;
	const char *lf;
	size_t n;

	for (; in.n > 0; in = span_from(in, n + 1)) {
		lf = memchr(in.p, '\n', in.n);
		n = (size_t)(lf - in.p);
		if (head->nfields == HTTP1_MAX_FIELDS)
			return http1_bad(error, 431, "too many fields");
		field = &head->fields[head->nfields];
		if (field_line(span_of(in.p, n - 1), strict, field, error) < 0
		    || on_field(field, head, f, error) < 0)
			return HTTP1_BAD;
		head->nfields++;
	}
	head->keep_alive = !f->close && (head->minor > 0 || f->keep);
	return 0;
}

/* What isn't just `chunked`: other codings, or nonsense. */
static int
other_coding(struct span list, struct http1_error *error)
{
	struct span coding;
	int chunks = 0;

	do {
		if (!next_element(&list, &coding) || chunks ||
		    !http1_is_token(coding))
			return http1_bad(error, 400,
			    "malformed Transfer-Encoding");
		chunks = span_case_eq(coding, SPAN("chunked"));
	} while (list.n > 0);
	return http1_bad(error, 501, "unknown transfer coding");
}

/* RFC 9112 section 6: only what can be read in one way is. */
static int
request_framing(struct http1_head *head, const struct framing *f,
    struct http1_error *error)
{
	if (f->lengths > 1)
		return http1_bad(error, 400, "two Content-Lengths");
	if (f->codings == 0)
		return 0;
	if (f->lengths > 0)
		return http1_bad(error, 400,
		    "Content-Length beside Transfer-Encoding");
	if (f->codings > 1)
		return http1_bad(error, 400, "two Transfer-Encodings");
	if (head->minor == 0)
		return http1_bad(error, 400, "Transfer-Encoding in HTTP/1.0");
	head->chunked = span_case_eq(f->coding, SPAN("chunked"));
	return head->chunked ? 0 : other_coding(f->coding, error);
}

int
http1_request_fields(struct span in, struct http1_head *head,
    struct http1_error *error)
{
	struct framing f = { 0 };
	struct span host;

	if (fields(in, head, &f, 1, error) < 0 ||
	    request_framing(head, &f, error) < 0)
		return HTTP1_BAD;
	if (f.hosts > 1)
		return http1_bad(error, 400, "two Hosts");
	if (f.hosts == 0)
		return head->minor == 0 ? 0 :
		    http1_bad(error, 400, "no Host");
	http1_field(head, "Host", &host);
	if (host.n > 0 && !http1_is_host(host))
		return http1_bad(error, 400, "malformed Host");
	return 0;
}

/* A peer that we called: what it repeats without contradiction is taken. */
int
http1_response_fields(struct span in, struct http1_head *head,
    struct http1_error *error)
{
	struct framing f = { 0 };

	if (fields(in, head, &f, 0, error) < 0)
		return HTTP1_BAD;
	if (f.codings > 0) {
		head->chunked = has_element(f.coding, SPAN("chunked"));
		head->length = -1;
	}
	return 0;
}

size_t
http1_field(const struct http1_head *head, const char *name,
    struct span *value)
{
	struct span wanted = span_str(name);
	size_t i, n = 0;

	for (i = 0; i < head->nfields; i++) {
		if (!span_case_eq(head->fields[i].name, wanted))
			continue;
		if (n++ == 0)
			*value = head->fields[i].value;
	}
	return n;
}

int
http1_has_token(const struct http1_head *head, const char *name,
    const char *token)
{
	struct span wanted = span_str(name), element = span_str(token);
	size_t i;

	for (i = 0; i < head->nfields; i++)
		if (span_case_eq(head->fields[i].name, wanted) &&
		    has_element(head->fields[i].value, element))
			return 1;
	return 0;
}

int
http1_is_token(struct span s)
{
	size_t i;

	for (i = 0; i < s.n; i++)
		if (!http1_tchar(s.p[i]))
			return 0;
	return s.n > 0;
}

int
http1_is_value(struct span s)
{
	size_t i;

	for (i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];

		if ((c < 0x20 && c != '\t') || c == 0x7f)
			return 0;
	}
	return 1;
}
