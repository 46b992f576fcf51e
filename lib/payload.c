/* payload.c - payload lines: a message as one JSON value, and back. */
#include <string.h>

#include "base64.h"
#include "json.h"
#include "payload.h"

/* What a binary message begins with, spelt so, and nothing else. */
#define PREFIX "data:;base64,"

static int
begins(struct span s, struct span with)
{
	return s.n >= with.n && memcmp(s.p, with.p, with.n) == 0;
}

/* Can the text be JSON other than a string?  A look at its first byte spares
 * plain text the check. */
static int
maybe_value(struct span text)
{
	size_t i = 0;

	while (i < text.n && strchr(" \t\r\n", text.p[i]) != NULL &&
	    text.p[i] != '\0')
		i++;
	return i < text.n && text.p[i] != '\0' &&
	    strchr("{[-0123456789tfn", text.p[i]) != NULL;
}

static int
print_binary(struct buf *out, struct span body)
{
	size_t start = out->n;

	if (buf_adds(out, "\"" PREFIX) == 0 &&
	    base64_encode(out, body) == 0 && buf_addc(out, '"') == 0)
		return 0;
	buf_trim(out, start);
	return -1;
}

/* Text that looks like a binary message: its d goes as \u0064. */
static int
print_lookalike(struct buf *out, struct span text)
{
	static const char d[] = "\\u0064";
	size_t start = out->n;

	/* The rest brings its opening quote, which changes places with d. */
	if (buf_adds(out, d) != 0 || json_quote(out, span_from(text, 1)) != 0) {
		buf_trim(out, start);
		return -1;
	}
	out->p[start] = '"';
	memcpy(out->p + start + 1, d, sizeof(d) - 1);
	return 0;
}

int
payload_print(struct buf *out, struct msg m)
{
	struct json j;

	if (m.kind == MSG_BINARY)
		return print_binary(out, m.body);
	if (begins(m.body, SPAN(PREFIX)))
		return print_lookalike(out, m.body);
	if (maybe_value(m.body) && json_check(m.body, &j, NULL) == 0)
		return json_splice(out, m.body);
	return json_quote(out, m.body);
}

static int
read_binary(struct span text, struct buf *scratch, struct msg *out,
    struct why *why)
{
	if (base64_decode(scratch, text) != 0)
		return why_set(why, STATUS_BAD_LINE,
		    "what follows \"" PREFIX " is not base64");
	*out = (struct msg){ MSG_BINARY, buf_span(scratch) };
	return 0;
}

static int
read_string(struct span literal, struct buf *scratch, struct msg *out,
    struct why *why)
{
	struct span text;
	int rc;

	if (begins(literal, SPAN("\"" PREFIX)))
		return read_binary(span_of(literal.p + sizeof(PREFIX),
		    literal.n - sizeof(PREFIX) - 1), scratch, out, why);
	if (!json_plain(literal, &text)) {
		rc = json_unquote(scratch, literal);
		if (rc != 0)
			return why_set(why, STATUS_BAD_LINE, rc == 1 ?
			    "a lone surrogate, which no text can hold" :
			    "too long");
		text = buf_span(scratch);
	}
	*out = (struct msg){ MSG_TEXT, text };
	return 0;
}

int
payload_read(struct span line, struct buf *scratch, struct msg *out,
    struct why *why)
{
	struct json j;

	buf_clear(scratch);
	if (json_check(line, &j, why) != 0)
		return -1;
	if (j.type == JSON_STRING)
		return read_string(j.value, scratch, out, why);
	*out = (struct msg){ MSG_TEXT, line };
	return 0;
}
