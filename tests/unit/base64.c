/* base64.c - RFC 4648 section 10's vectors, and what is not canonical. */
#include "base64.h"
#include "check.h"

static const struct {
	const char *bytes, *text;
} pairs[] = {
	{ "", "" }, { "f", "Zg==" }, { "fo", "Zm8=" }, { "foo", "Zm9v" },
	{ "foob", "Zm9vYg==" }, { "fooba", "Zm9vYmE=" },
	{ "foobar", "Zm9vYmFy" }, { "\xfb\xef\xbe", "++++" },
	{ "\xff\xff\xff", "////" },
};

static const char *const bad[] = { "Z", "Zg", "Zg=", "Zm8", "=", "====",
    "Z===", "Zh==", "Zm9=", "Zg==Zg==", "Zm8=Zm8=", " Zg==", "Zg== ",
    "Zm\n8=", "Zm-_", "Z=g=", "Zm9v\xff\xff\xff\xff", "Zg=A" };

static void
both_ways(void)
{
	struct buf b;
	size_t i;

	buf_init(&b, 1000);
	for (i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		buf_clear(&b);
		CHECK(base64_encode(&b, span_str(pairs[i].bytes)) == 0);
		CHECK(span_eq(buf_span(&b), span_str(pairs[i].text)));
		buf_clear(&b);
		CHECK(base64_decode(&b, span_str(pairs[i].text)) == 0);
		CHECK(span_eq(buf_span(&b), span_str(pairs[i].bytes)));
	}
	buf_clear(&b);
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		if (base64_decode(&b, span_str(bad[i])) != -1)
			fprintf(stderr, "taken: %s\n", bad[i]);
		CHECK(b.n == 0);
	}
	buf_done(&b);
}

static void
every_byte(void)
{
	unsigned char all[256];
	struct buf text, back;
	size_t i, n;

	for (i = 0; i < sizeof(all); i++)
		all[i] = (unsigned char)i;
	buf_init(&text, 1000);
	buf_init(&back, 1000);
	for (n = 0; n <= sizeof(all); n++) {
		buf_clear(&text);
		buf_clear(&back);
		CHECK(base64_encode(&text, span_of(all, n)) == 0);
		CHECK(base64_decode(&back, buf_span(&text)) == 0);
		CHECK(span_eq(buf_span(&back), span_of(all, n)));
	}
	buf_done(&text);
	buf_done(&back);
}

static void
limits(void)
{
	struct buf b;

	buf_init(&b, 3);
	CHECK(base64_encode(&b, SPAN("f")) == -1 && b.n == 0);
	CHECK(base64_decode(&b, SPAN("Zm9v")) == 0);
	CHECK(base64_decode(&b, SPAN("Zg==")) == -1 && b.n == 3);
	buf_done(&b);
}

int
main(void)
{
	both_ways();
	every_byte();
	limits();
	return CHECK_DONE;
}
