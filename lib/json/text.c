/* json/text.c - string literals and their text; splicing. */
#include <assert.h>
#include <stdint.h>

#include "json.h"
#include "json/run.h"

#define REPLACEMENT 0xfffdu
#define ESCAPE_MAX 6		/* bytes: \u001f */
#define SPARE (16 * ESCAPE_MAX + 8)	/* of room: see quote_16 */

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

/* Puts what stands for c: how long it is. */
static size_t
put_escape(char *q, char c)
{
	q[0] = '\\';
	q[1] = c;
	if (c == '"')			/* most are */
		return 2;
	q[1] = escape_letter(c);
	if (q[1] != 'u')
		return 2;
	q[2] = q[3] = '0';
	q[4] = "01"[c >> 4 & 1];
	q[5] = "0123456789abcdef"[c & 15];
	return ESCAPE_MAX;
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

/* Quotes sixteen bytes: the end of what they became.  Eight are copied at a
 * time, those behind an escape again; so up to eight more are read and
 * written, of no meaning. */
static char *
quote_16(char *q, const char *p, bytes16 specials)
{
	uint64_t half[2];
	size_t i, n;

	specials &= 0x80;
	memcpy(half, &specials, sizeof(specials));
	for (i = 0; i < 2; i++, p += 8, q += 8) {
		memcpy(q, p, 8);
		for (; half[i] != 0; half[i] = bytes_rest_of_8(half[i])) {
			n = bytes_first_of_8(half[i]);
			q += put_escape(q + n, p[n]) - 1;
			memcpy(q + n + 1, p + n + 1, 8);
		}
	}
	return q;
}

/* Quotes what is there, without the literal's own quotes, to q: where that
 * ends.  It stops where less than SPARE bytes of room may be left. */
static char *
quote_some(char *q, const char *room, const char **p, const char *end)
{
	while (end - *p >= 24 && room - q >= SPARE) {
		bytes16 v = json_specials(bytes_load(*p), 0);

		q = quote_16(q, *p, v);
		*p += sizeof(v);
		while (bytes_none(v) && end - *p >= 64 &&
		    room - q >= 64 && json_plain_64(*p, 0)) {
			memcpy(q, *p, 64);
			q += 64;
			*p += 64;
		}
	}
	for (; *p < end && end - *p < 24 && room - q > ESCAPE_MAX; ++*p)
		if (json_is_special(**p, 0))
			q += put_escape(q, **p);
		else
			*q++ = **p;
	return q;
}

/* The same near the buffer's limit: to the byte. */
static int
quote_slowly(struct buf *out, const char *p, const char *end)
{
	char e[ESCAPE_MAX];
	size_t n;

	for (; p < end; p++) {
		e[0] = *p;
		n = json_is_special(*p, 0) ? put_escape(e, *p) : 1;
		if (buf_add(out, span_of(e, n)) != 0)
			return -1;
	}
	return 0;
}

/* The rest of a literal whose text is not all plain, with its quote. */
static int
quote_rest(struct buf *out, const char *p, const char *end)
{
	while (p < end) {
		size_t left = (size_t)(end - p), room = left + left / 4 + SPARE;
		char *q = buf_room(out, room);

		if (q == NULL && quote_slowly(out, p, end) != 0)
			return -1;
		if (q == NULL)
			break;
		buf_took(out, (size_t)(quote_some(q, q + room, &p, end) - q));
	}
	return buf_addc(out, '"');
}

/* The text is plain for the first `run` bytes. */
static int
quote(struct buf *out, const char *p, size_t n, size_t run)
{
	size_t start = out->n;
	char *q = n > SIZE_MAX / 2 ? NULL : buf_room(out, n + 2);

	if (q == NULL)
		return -1;
	q[0] = '"';
	memcpy(q + 1, p, run);
	q[run + 1] = '"';		/* most are all plain */
	if (run == n) {
		buf_took(out, run + 2);
		return 0;
	}
	buf_took(out, run + 1);
	if (quote_rest(out, p + run, p + n) == 0)
		return 0;
	buf_trim(out, start);
	return -1;
}

int
json_quote(struct buf *out, struct span text)
{
	const char *p = text.p == NULL ? "" : text.p;

	return quote(out, p, text.n, json_plain_run(p, p + text.n, 0));
}

int
json_quote_plain(struct buf *out, struct span text)
{
	const char *p = text.p == NULL ? "" : text.p;

	if (json_plain_run(p, p + text.n, 1) < text.n)
		return 1;
	return quote(out, p, text.n, text.n);
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
