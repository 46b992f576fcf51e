/* json/run.h - runs of bytes of one sort, for this module's files alone.
 *
 * Strings are most of a text, so within them many bytes are looked at at a
 * time.
 */
#ifndef HOOKLINE_JSON_RUN_H
#define HOOKLINE_JSON_RUN_H

#include "bytes.h"

/* Is the byte a quote, a backslash, a control or, where ascii is set, not
 * ASCII? */
static inline int
json_is_special(char c, int ascii)
{
	return c == '"' || c == '\\' || (unsigned char)c < 0x20 ||
	    (ascii && (unsigned char)c >= 0x80);
}

/* 0xff for each byte that is such a one, else 0.  What isn't ASCII is
 * negative. */
static inline bytes16
json_specials(bytes16 v, int ascii)
{
	return (bytes16)((v == '"') | (v == '\\') |
	    (ascii ? (bytes16_signed)v < 0x20 : v < 0x20));
}

/* Are the next 64 bytes plain? */
static inline int
json_plain_64(const char *p, int ascii)
{
	return bytes_none(json_specials(bytes_load(p), ascii) |
	    json_specials(bytes_load(p + 16), ascii) |
	    json_specials(bytes_load(p + 32), ascii) |
	    json_specials(bytes_load(p + 48), ascii));
}

/* The run at the start of less than sixteen bytes.  Most are plain to their
 * end: they are looked at at once, those in the middle twice. */
static inline size_t
json_short_run(const char *p, size_t n, int ascii)
{
	size_t i;

	if (n >= 8 && bytes_none(json_specials(bytes_load_short(p, n), ascii)))
		return n;
	for (i = 0; i < n && !json_is_special(p[i], ascii); i++)
		;
	return i;
}

/* How many bytes go before the first special one. */
static inline size_t
json_plain_run(const char *p, const char *end, int ascii)
{
	size_t n = (size_t)(end - p), i;
	bytes16 v;

	if (n < sizeof(v))
		return json_short_run(p, n, ascii);
	for (i = 0; n - i >= sizeof(v); i += sizeof(v)) {
		v = json_specials(bytes_load(p + i), ascii);
		if (!bytes_none(v))
			return i + bytes_first(v);
		/* One that is not short may be long. */
		while (n - i >= 64 + sizeof(v) &&
		    json_plain_64(p + i + sizeof(v), ascii))
			i += 64;
	}
	/* The last sixteen, of which some are known. */
	v = json_specials(bytes_load(end - sizeof(v)), ascii);
	return bytes_none(v) ? n :
	    n - sizeof(v) + bytes_first(v);
}

static inline int
json_is_space(char c)
{
	/* Most bytes are told by one comparison. */
	return (unsigned char)c <= ' ' &&
	    (c == ' ' || c == '\t' || c == '\n' || c == '\r');
}

static inline int
json_is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static inline const char *
json_skip_space(const char *p, const char *end)
{
	while (p < end && json_is_space(*p))
		p++;
	return p;
}

static inline const char *
json_skip_digits(const char *p, const char *end)
{
	while (p < end && json_is_digit(*p))
		p++;
	return p;
}

/* -1 if it is no hexadecimal digit. */
static inline int
json_hex_value(char c)
{
	if (json_is_digit(c))
		return c - '0';
	c = (char)(c | 0x20);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

#endif
