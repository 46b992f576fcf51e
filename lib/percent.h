/* percent.h - %XX, as URLs, forms and CloudEvents write bytes.
 *
 * Pure.  A `%` without two hexadecimal digits behind it stays as it is.
 *
 * Source:  RFC 3986 section 2.1.
 */
#ifndef HOOKLINE_PERCENT_H
#define HOOKLINE_PERCENT_H

#include "buf.h"

/* A hexadecimal digit's value, or -1. */
static inline int
percent_hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = (char)(c | 0x20);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Appends the text, all but the unreserved characters (section 2.3) encoded.
 * -1: out of memory. */
int percent_encode(struct buf *out, struct span text);

/* Decodes into out, which has room for text.n bytes and may be where the text
 * stands; answers how many there are. */
size_t percent_decode(char *out, struct span text);

/* The same for a form's text, where `+` is a space. */
size_t percent_decode_form(char *out, struct span text);

#endif
