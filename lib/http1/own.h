/* own.h - what the files of this module share. */
#ifndef HOOKLINE_HTTP1_OWN_H
#define HOOKLINE_HTTP1_OWN_H

#include "http1.h"
#include "percent.h"

/* tchar of RFC 9110 section 5.6.2, a bit for each byte. */
static inline int
http1_tchar(char c)
{
	static const uint32_t map[8] = { 0, 0x03ff6cfa, 0xc7fffffe,
	    0x57ffffff, 0, 0, 0, 0 };
	unsigned char u = (unsigned char)c;

	return map[u >> 5] >> (u & 31) & 1;
}

static inline int
http1_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* May the byte stand in a field value, or in what is read like one? */
static inline int
http1_text(char c)
{
	unsigned char u = (unsigned char)c;

	return (u >= 0x20 && u != 0x7f) || u == '\t';
}

static inline int
http1_bad(struct http1_error *error, int status, const char *reason)
{
	error->status = status;
	error->reason = reason;
	return HTTP1_BAD;
}

/* Is it host, or host:port, as far as syntax says (RFC 3986 section 3.2)? */
int http1_is_host(struct span);

/* Everything behind the start line up to the empty line, that one excluded;
 * every line in it ends in CRLF. */
int http1_request_fields(struct span, struct http1_head *,
    struct http1_error *);
int http1_response_fields(struct span, struct http1_head *,
    struct http1_error *);

#endif
