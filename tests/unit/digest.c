/* digest.c - FIPS 180's vectors. */
#include "check.h"
#include "digest.h"

int
main(void)
{
	unsigned char one[DIGEST_SHA1_SIZE], two[DIGEST_SHA256_SIZE];
	unsigned char a[32] = { 0 }, b[32] = { 0 };

	digest_sha1(one, SPAN("abc"));
	CHECK(memcmp(one, "\xa9\x99\x3e\x36\x47\x06\x81\x6a\xba\x3e\x25\x71"
	    "\x78\x50\xc2\x6c\x9c\xd0\xd8\x9d", sizeof(one)) == 0);
	digest_sha256(two, SPAN("abc"));
	CHECK(memcmp(two, "\xba\x78\x16\xbf\x8f\x01\xcf\xea\x41\x41\x40\xde"
	    "\x5d\xae\x22\x23\xb0\x03\x61\xa3\x96\x17\x7a\x9c\xb4\x10\xff\x61"
	    "\xf2\x00\x15\xad", sizeof(two)) == 0);
	digest_sha256(two, span_of(NULL, 0));
	CHECK(memcmp(two, "\xe3\xb0\xc4\x42", 4) == 0);
	digest_random(a, sizeof(a));
	digest_random(b, sizeof(b));
	CHECK(memcmp(a, b, sizeof(a)) != 0);
	return CHECK_DONE;
}
