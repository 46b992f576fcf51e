/* percent.c - %XX. */
#include "percent.h"

static size_t
decode(char *out, struct span s, char space)
{
	char *q = out;
	size_t i;

	for (i = 0; i < s.n; i++) {
		int high = -1, low = -1;

		if (s.p[i] == '%' && i + 2 < s.n) {
			high = percent_hex(s.p[i + 1]);
			low = percent_hex(s.p[i + 2]);
		}
		if (high >= 0 && low >= 0) {
			*q++ = (char)(high << 4 | low);
			i += 2;
		} else {
			*q++ = s.p[i] == space ? ' ' : s.p[i];
		}
	}
	return (size_t)(q - out);
}

size_t
percent_decode(char *out, struct span text)
{
	return decode(out, text, ' ');
}

size_t
percent_decode_form(char *out, struct span text)
{
	return decode(out, text, '+');
}
