/* percent.c - %XX. */
#include <string.h>

#include "percent.h"

#define UNRESERVED "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz" \
	"0123456789-._~"

int
percent_encode(struct buf *out, struct span s)
{
	size_t i;
	int ret = 0;

	for (i = 0; i < s.n && ret == 0; i++)
		ret = s.p[i] != '\0' && strchr(UNRESERVED, s.p[i]) != NULL ?
		    buf_addc(out, s.p[i]) :
		    buf_addf(out, "%%%02X", (unsigned char)s.p[i]);
	return ret;
}

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
