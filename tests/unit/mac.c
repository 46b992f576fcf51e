/* mac.c - RFC 4231's second case, others as openssl(1) computes them. */
#include "check.h"
#include "mac.h"

static const struct {
	enum mac_hash hash;
	const char *key, *message, *hex;
} cases[] = {
	{ MAC_SHA1, "Jefe", "what do ya want for nothing?",
	    "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79" },
	{ MAC_SHA256, "Jefe", "what do ya want for nothing?",
	    "5bdcc146bf60754e6a042426089575c7"
	    "5a003f089d2739839dec58b964ec3843" },
	{ MAC_SHA384, "Jefe", "what do ya want for nothing?",
	    "af45d2e376484031617f78d2b58a6b1b9c7ef464f5a01b47"
	    "e42ec3736322445e8e2240ca5e69e2c78b3239ecfab21649" },
	{ MAC_SHA512, "Jefe", "what do ya want for nothing?",
	    "164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea250554"
	    "9758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737"
	},
	{ MAC_SHA256, "k", "", "8bb990c40a7d61cb97597a942125025b"
	    "e50ac8beb74436e3735b98893a7f6620" },
};

static void
to_hex(char *out, const unsigned char *p, size_t n)
{
	size_t i;

	out[0] = '\0';
	for (i = 0; i < n; i++)
		sprintf(out + 2 * i, "%02x", p[i]);
}

/* Again and again with one key, in one piece and byte by byte. */
static void
published(void)
{
	unsigned char out[MAC_MAX];
	char hex[2 * MAC_MAX + 1];
	size_t i, k, times;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct span message = span_str(cases[i].message);
		struct mac *m = mac_new(cases[i].hash,
		    span_str(cases[i].key));

		for (times = 0; times < 3; times++) {
			mac_begin(m);
			for (k = 0; k < message.n; k++)
				mac_add(m, span_of(message.p + k, 1));
			to_hex(hex, out, mac_end(m, out));
			CHECK_STR(hex, cases[i].hex);
		}
		mac_free(m);
		to_hex(hex, out, (size_t)mac_once(cases[i].hash,
		    span_str(cases[i].key), message, out));
		CHECK_STR(hex, cases[i].hex);
	}
}

static void
prefixed(void)
{
	struct mac *m = mac_new_prefix(MAC_SHA256, SPAN("key"));
	unsigned char out[MAC_MAX];
	char hex[2 * MAC_MAX + 1];
	int times;

	for (times = 0; times < 2; times++) {
		mac_begin(m);
		mac_add(m, SPAN("message"));
		to_hex(hex, out, mac_end(m, out));
		CHECK_STR(hex, "8ebbc3081b0700d1c226cafda9032a6a"
		    "11224ed7367c5d59425e548ac4e70c0e");
	}
	mac_free(m);
}

static void
comparing(void)
{
	char s[] = "secret";

	CHECK(mac_equal("abc", "abd", 2) && !mac_equal("abc", "abd", 3));
	CHECK(mac_equal_text(SPAN("token"), SPAN("token")));
	CHECK(!mac_equal_text(SPAN("token"), SPAN("tokens")));
	CHECK(!mac_equal_text(SPAN("token"), SPAN("tokeN")));
	CHECK(mac_equal_text(SPAN(""), SPAN("")));
	CHECK(!mac_equal_text(SPAN(""), SPAN("x")));
	mac_wipe(s, 6);
	CHECK(memcmp(s, "\0\0\0\0\0\0", 6) == 0);
	mac_free(NULL);
}

int
main(void)
{
	published();
	prefixed();
	comparing();
	return CHECK_DONE;
}
