/* utf8.c - RFC 3629's table, at every place within eight bytes. */
#include "check.h"
#include "utf8.h"

static const struct {
	const char *text;
	int valid;
} cases[] = {
	{ "", 1 }, { "a", 1 }, { "\x7f", 1 },
	{ "\xc2\x80", 1 }, { "\xdf\xbf", 1 },
	{ "\xe0\xa0\x80", 1 }, { "\xed\x9f\xbf", 1 }, { "\xee\x80\x80", 1 },
	{ "\xef\xbf\xbf", 1 }, { "\xef\xbb\xbf", 1 },
	{ "\xf0\x90\x80\x80", 1 }, { "\xf4\x8f\xbf\xbf", 1 },
	{ "\xf0\x9f\x99\x82", 1 },
	/* a tail alone, cut off ones */
	{ "\x80", 0 }, { "\xbf", 0 }, { "\xc2", 0 }, { "\xe2\x82", 0 },
	{ "\xf0\x9f\x99", 0 }, { "\xc2""a", 0 }, { "\xe2\x82""a", 0 },
	{ "\xf0\x9f\x99""a", 0 },
	/* overlong, surrogates, too far */
	{ "\xc0\x80", 0 }, { "\xc1\xbf", 0 }, { "\xe0\x9f\xbf", 0 },
	{ "\xe0\x80\x80", 0 }, { "\xf0\x8f\xbf\xbf", 0 },
	{ "\xed\xa0\x80", 0 }, { "\xed\xbf\xbf", 0 },
	{ "\xf4\x90\x80\x80", 0 }, { "\xf5\x80\x80\x80", 0 },
	{ "\xf8\x88\x80\x80\x80", 0 }, { "\xfe", 0 }, { "\xff", 0 },
};

int
main(void)
{
	char text[64];
	size_t i, before, after;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct span s = span_str(cases[i].text);

		if (utf8_valid(s) != cases[i].valid)
			fprintf(stderr, "case %zu\n", i);
		CHECK(utf8_valid(s) == cases[i].valid);
		CHECK(utf8_len(s) == (cases[i].valid ? s.n : 0));
		for (before = 0; before < 34; before++)
			for (after = 0; after < 18; after++) {
				memset(text, 'x', sizeof(text));
				memcpy(text + before, s.p, s.n);
				CHECK(utf8_valid(span_of(text, before + s.n +
				    after)) == cases[i].valid);
			}
	}
	CHECK(utf8_valid(span_of("\0\0", 2)));
	CHECK(utf8_len(SPAN("\xc3\xa9tude")) == 2);
	return CHECK_DONE;
}
