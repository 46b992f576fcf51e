/* pwhash.c - hashes that others made: OpenSSL's and crypt_blowfish's own, and
 * what is no hash.
 */
#include "check.h"
#include "pwhash.h"

static const struct {
	const char *password, *hash;
} pairs[] = {
	/* openssl passwd -5, -6 */
	{ "Hello world!", "$5$saltstring$"
	    "5B8vYYiY.CVt1RlTTf8KbXBH3hsxY/GNooZaBBGWEc5" },
	{ "Hello world!", "$6$saltstring$"
	    "svn8UoSVapNtMuq1ukKS4tPQd8iKwSMHWjl/O817G3uBnIFNjnQJuesI68u4OTLi"
	    "BFdcbYEdFCoEOfaS35inz1" },
	/* The tests of crypt_blowfish. */
	{ "U*U", "$2a$05$CCCCCCCCCCCCCCCCCCCCC."
	    "E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW" },
	{ "U*U*", "$2y$05$CCCCCCCCCCCCCCCCCCCCC."
	    "VGOzA784oUp/Z0DY336zx7pLYAy0lwK" },
};

static const char *const unknown[] = { "$", "$2y$", "$2y$05$short",
    "$apr1$r31.....$HqJZimcKQFAMYayBlzkrA/", "$nosuch$aaaaaaaaaaaaaaaaaaaaa",
    "{SHA}5en6G6MezRroT3XKqkdPOmY/BfQ=" };

static void
hashes(void)
{
	size_t i;

	for (i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		CHECK(pwhash_looks(pairs[i].hash));
		CHECK(pwhash_known(pairs[i].hash));
		CHECK(pwhash_fits(pairs[i].hash, pairs[i].password));
		CHECK(!pwhash_fits(pairs[i].hash, "U*u"));
		CHECK(!pwhash_fits(pairs[i].hash, ""));
	}
	for (i = 0; i < sizeof(unknown) / sizeof(unknown[0]); i++) {
		CHECK(pwhash_looks(unknown[i]));
		CHECK(!pwhash_known(unknown[i]));
		CHECK(!pwhash_fits(unknown[i], "x"));
	}
	CHECK(!pwhash_looks("plain") && !pwhash_looks("{braces}"));
}

/* libxcrypt takes no more than 512 bytes. */
static void
long_ones(void)
{
	char password[1001];

	memset(password, 'x', 1000);
	password[1000] = '\0';
	CHECK(!pwhash_fits(pairs[0].hash, password));
}

int
main(void)
{
	hashes();
	long_ones();
	return CHECK_DONE;
}
