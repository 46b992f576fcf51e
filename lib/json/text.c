/* json/text.c - string literals and their text; splicing. */
#include <assert.h>
#include <stdint.h>

#include "json.h"
#include "json/run.h"

#define REPLACEMENT 0xfffdu

static size_t
put_utf8(char *q, unsigned c)
{
	if (c < 0x80) {
		q[0] = (char)c;
		return 1;
	}
	if (c < 0x800) {
		q[0] = (char)(0xc0 | c >> 6);
		q[1] = (char)(0x80 | (c & 0x3f));
		return 2;
	}
	if (c < 0x10000) {
		q[0] = (char)(0xe0 | c >> 12);
		q[1] = (char)(0x80 | (c >> 6 & 0x3f));
		q[2] = (char)(0x80 | (c & 0x3f));
		return 3;
	}
	q[0] = (char)(0xf0 | c >> 18);
	q[1] = (char)(0x80 | (c >> 12 & 0x3f));
	q[2] = (char)(0x80 | (c >> 6 & 0x3f));
	q[3] = (char)(0x80 | (c & 0x3f));
	return 4;
}

/* The four digits at p. */
static unsigned
unit(const char *p)
{
	unsigned n = 0;
	int i;

	for (i = 0; i < 4; i++)
		n = n << 4 | (unsigned)json_hex_value(p[i]);
	return n;
}

/* \uXXXX, or two of them that are a surrogate pair: *p is at the first `u`
 * and goes behind the last digit. */
static unsigned
unescape_unit(const char **p, const char *end, int *lone)
{
	unsigned second, c = unit(*p + 1);

	*p += 5;
	if (c < 0xd800 || c > 0xdfff)
		return c;
	if (c < 0xdc00 && end - *p >= 6 && (*p)[0] == '\\' &&
	    (*p)[1] == 'u') {
		second = unit(*p + 2);
		if (second >= 0xdc00 && second <= 0xdfff) {
			*p += 6;
			return 0x10000 + ((c - 0xd800) << 10) +
			    (second - 0xdc00);
		}
	}
	*lone = 1;
	return REPLACEMENT;
}

/* The character that an escape stands for, as UTF-8: its size.  *p is behind
 * the backslash, and goes behind the escape. */
static size_t
unescape(const char **p, const char *end, char out[4], int *lone)
{
	static const char from[] = "bfnrt", to[] = "\b\f\n\r\t";
	const char *at;

	if (**p == 'u')
		return put_utf8(out, unescape_unit(p, end, lone));
	at = strchr(from, **p);
	out[0] = at == NULL ? **p : to[at - from];
	++*p;
	return 1;
}

static struct span
inside(struct span literal)
{
	assert(literal.n >= 2);
	return span_of(literal.p + 1, literal.n - 2);
}

/* The text of what stands between the quotes: its size, and the text itself
 * if q isn't NULL. */
static size_t
write_text(char *q, struct span in, int *lone)
{
	const char *p = in.p, *end = p + in.n;
	size_t n = 0;

	while (p < end) {
		const char *esc = memchr(p, '\\', (size_t)(end - p));
		size_t run = (size_t)((esc == NULL ? end : esc) - p);
		char c[4];
		size_t size;

		if (q != NULL)
			memcpy(q + n, p, run);
		n += run;
		p += run;
		if (esc == NULL)
			break;
		p++;
		size = unescape(&p, end, c, lone);
		if (q != NULL)
			memcpy(q + n, c, size);
		n += size;
	}
	return n;
}

/* The letter behind the backslash; 'u' where there is no short form. */
static char
escape_letter(char c)
{
	switch (c) {
	case '"': case '\\':
		return c;
	case '\n':
		return 'n';
	case '\r':
		return 'r';
	case '\t':
		return 't';
	case '\b':
		return 'b';
	case '\f':
		return 'f';
	default:
		return 'u';
	}
}

static int
add_escape(struct buf *out, char c)
{
	char e[6] = { '\\', escape_letter(c), '0', '0',
	    "01"[c >> 4 & 1], "0123456789abcdef"[c & 15] };

	return buf_add(out, span_of(e, e[1] == 'u' ? 6 : 2));
}

int
json_key_is(struct span key, const char *name)
{
	struct span text = inside(key);
	const char *p = text.p, *end = p + text.n;
	int lone = 0;

	if (memchr(p, '\\', text.n) == NULL)
		return span_eq(text, span_str(name));
	while (p < end) {
		char c[4] = { *p };
		size_t n = 1;

		if (*p++ == '\\')
			n = unescape(&p, end, c, &lone);
		/* A NUL in c never equals: name ends there. */
		if (c[0] == '\0' || strncmp(c, name, n) != 0)
			return 0;
		name += n;
	}
	return *name == '\0' && !lone;
}

int
json_unquote(struct buf *out, struct span literal)
{
	struct span in = inside(literal);
	int lone = 0;
	/* Text is never longer than its literal; near the limit, count. */
	char *q = buf_room(out, in.n);

	if (q == NULL)
		q = buf_room(out, write_text(NULL, in, &lone));
	if (q == NULL)
		return -1;
	buf_took(out, write_text(q, in, &lone));
	return lone;
}

int
json_plain(struct span literal, struct span *text)
{
	struct span in = inside(literal);

	if (memchr(in.p, '\\', in.n) != NULL)
		return 0;
	*text = in;
	return 1;
}

/* The rest of a literal whose text is not all plain, with its quote. */
static int
quote_rest(struct buf *out, const char *p, const char *end)
{
	while (p < end) {
		size_t run = json_plain_run(p, end, 0);

		if (buf_add(out, span_of(p, run)) != 0)
			return -1;
		p += run;
		if (p < end && add_escape(out, *p++) != 0)
			return -1;
	}
	return buf_addc(out, '"');
}

int
json_quote(struct buf *out, struct span text)
{
	const char *p = text.p == NULL ? "" : text.p;
	size_t start = out->n, run = json_plain_run(p, p + text.n, 0);
	char *q = text.n > SIZE_MAX - 2 ? NULL : buf_room(out, text.n + 2);

	if (q == NULL)
		return -1;
	q[0] = '"';
	memcpy(q + 1, p, run);
	q[run + 1] = '"';		/* most are all plain */
	if (run == text.n) {
		buf_took(out, run + 2);
		return 0;
	}
	buf_took(out, run + 1);
	if (quote_rest(out, p + run, p + text.n) == 0)
		return 0;
	buf_trim(out, start);
	return -1;
}

int
json_splice(struct buf *out, struct span value)
{
	char *p = buf_room(out, value.n), *end;

	if (p == NULL)
		return -1;
	if (value.n == 0)
		return 0;
	memcpy(p, value.p, value.n);
	end = p + value.n;
	/* None can stand inside a string. */
	while ((p = memchr(p, '\n', (size_t)(end - p))) != NULL)
		*p++ = ' ';
	buf_took(out, value.n);
	return 0;
}
