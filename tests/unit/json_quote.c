/* json_quote.c - string literals: whatever stands in them, and wherever. */
#include <stdlib.h>

#include "check.h"
#include "json.h"

#define ALPHABET "abcdefghijklmnopqrstuvwxyz"
#define FILLER ALPHABET ALPHABET ALPHABET ALPHABET

/* Many bytes are looked at at a time: one that matters is seen wherever
 * it stands, and it alone. */
static void
places(void)
{
	static const struct { const char *c, *quoted; int valid; } some[] = {
		{ "\"", "\\\"", 0 }, { "\\", "\\\\", 0 },
		{ "\x1f", "\\u001f", 0 }, { "\n", "\\n", 0 },
		{ " ", " ", 1 }, { "!", "!", 1 }, { "#", "#", 1 },
		{ "[", "[", 1 }, { "]", "]", 1 }, { "\x7f", "\x7f", 1 },
		{ "\xc2\x80", "\xc2\x80", 1 }, { "\xff", "\xff", 0 },
	};
	char text[256], wanted[256];
	struct buf b;
	size_t i, at, n;

	buf_init(&b, 300);
	for (i = 0; i < sizeof(some) / sizeof(some[0]); i++)
		for (at = 0; at < 104; at++)
			for (n = 0; n < 104; n++) {
				snprintf(text, sizeof(text), "%.*s%s%.*s",
				    (int)at, FILLER, some[i].c, (int)n, FILLER);
				snprintf(wanted, sizeof(wanted),
				    "\"%.*s%s%.*s\"", (int)at, FILLER,
				    some[i].quoted, (int)n, FILLER);
				buf_clear(&b);
				CHECK(json_quote(&b, span_str(text)) == 0);
				CHECK(span_eq(buf_span(&b),
				    span_str(wanted)));
				snprintf(wanted, sizeof(wanted), "\"%s\"",
				    text);
				CHECK((json_check(span_str(wanted), NULL,
				    NULL) == 0) == some[i].valid);
			}
	buf_done(&b);
}

/* The same, a byte after the other. */
static size_t
quoted(char *q, const char *p, size_t n)
{
	static const char from[] = "\"\\\b\t\n\f\r", to[] = "\"\\btnfr";
	char *start = q;
	const char *at;
	size_t i;

	*q++ = '"';
	for (i = 0; i < n; i++) {
		at = p[i] == '\0' ? NULL : strchr(from, p[i]);
		if (at != NULL) {
			*q++ = '\\';
			*q++ = to[at - from];
		} else if ((unsigned char)p[i] < 0x20) {
			q += sprintf(q, "\\u%04x", (unsigned)p[i]);
		} else {
			*q++ = p[i];
		}
	}
	*q++ = '"';
	return (size_t)(q - start);
}

/* Plain runs of all lengths between escapes; and to the byte within the
 * buffer's limit. */
static void
many(void)
{
	static const char specials[] = "\"\\\n\t\x01\x1f";
	char text[400], wanted[6 * sizeof(text) + 2];
	size_t i, j, n, plain, size;
	struct buf b;

	srand(1);
	for (i = 0; i < 4000; i++) {
		n = (size_t)rand() % sizeof(text);
		plain = 1 + (size_t)rand() % 120;
		for (j = 0; j < n; j++)
			text[j] = (size_t)rand() % plain == 0 ?
			    specials[(size_t)rand() % 6] : FILLER[j % 104];
		size = quoted(wanted, text, n);
		buf_init(&b, size);
		CHECK(json_quote(&b, span_of(text, n)) == 0);
		CHECK(span_eq(buf_span(&b), span_of(wanted, size)));
		buf_done(&b);
		buf_init(&b, size - 1);
		CHECK(json_quote(&b, span_of(text, n)) == -1 && b.n == 0);
		buf_done(&b);
	}
}

int
main(void)
{
	places();
	many();
	return CHECK_DONE;
}
