/* CRC-32C: RFC 3720 appendix B.4's vectors, and the usual check value. */
#include "check.h"
#include "crc32c.h"

int
main(void)
{
	char v[32];
	int i;

	CHECK(crc32c(SPAN("")) == 0);
	CHECK(crc32c(SPAN("123456789")) == 0xe3069283);
	memset(v, 0, sizeof(v));
	CHECK(crc32c(span_of(v, sizeof(v))) == 0x8a9136aa);
	memset(v, 0xff, sizeof(v));
	CHECK(crc32c(span_of(v, sizeof(v))) == 0x62a8ab43);
	for (i = 0; i < 32; i++)
		v[i] = (char)i;
	CHECK(crc32c(span_of(v, sizeof(v))) == 0x46dd794e);
	for (i = 0; i < 32; i++)
		v[i] = (char)(31 - i);
	CHECK(crc32c(span_of(v, sizeof(v))) == 0x113fdb5c);
	return CHECK_DONE;
}
