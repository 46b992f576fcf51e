/* http1_bytes.c - each byte in each place of a field's value, and of a host. */
#include "check.h"
#include "http1.h"

#define BEGIN "GET / HTTP/1.1\r\nHost: "

/* How much of it is a head: n bytes behind what begins it. */
static long
parse(const char *begin, const char *value, size_t n)
{
	char text[128];
	size_t seen = 0, i = strlen(begin);
	struct http1_head head;
	struct http1_error error;

	memcpy(text, begin, i);
	memcpy(text + i, value, n);
	i += n;
	memcpy(text + i, "\r\n\r\n", 4);
	return http1_request(span_of(text, i + 4), &seen, 1000, &head,
	    &error);
}

/* Many bytes of a value are looked at at a time: a bad one is seen wherever
 * it stands, and it alone. */
static void
values(void)
{
	char value[40];
	size_t n, at;
	int c, good;

	for (n = 3; n < sizeof(value); n++)
		for (at = 1; at + 1 < n; at++)
			for (c = 0; c < 256; c++) {
				memset(value, 'v', n);
				value[at] = (char)c;
				good = c == '\t' || (c >= 0x20 && c < 0x7f);
				CHECK((parse(BEGIN "a\r\nX: ", value, n) > 0)
				    == good);
			}
}

/* RFC 3986 section 3.2.2: reg-name, but for its escapes. */
static void
hosts(void)
{
	static const char all[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "abcdefghijklmnopqrstuvwxyz0123456789-._~!$&'()*+,;=";
	char host[3] = "a.a";
	int c;

	for (c = 1; c < 256; c++) {
		host[1] = (char)c;
		CHECK((parse(BEGIN, host, 3) > 0) ==
		    (strchr(all, c) != NULL));
	}
	CHECK(parse(BEGIN, "a:1", 3) > 0);
}

int
main(void)
{
	values();
	hosts();
	return CHECK_DONE;
}
