/* sign/url.c - the parts of a URL that are signed, as some change them. */
#include "percent.h"
#include "sign/own.h"

#define HTTP SPAN("http://")
#define HTTPS SPAN("https://")

int
sign_uri(struct span url, struct buf *out)
{
	size_t i;

	for (i = 0; i < url.n; i++) {
		char c = url.p[i], byte[3];

		if (c == '%' && i + 2 < url.n &&
		    percent_decode(byte, span_of(url.p + i, 3)) == 1 &&
		    memchr(":/?@!$'()*,;", byte[0], 12) != NULL) {
			c = byte[0];
			i += 2;
		}
		if (buf_addc(out, c) != 0)
			return -1;
	}
	return 0;
}

int
sign_url_split(struct span url, struct sign_url *u)
{
	struct span rest;
	size_t i, begin;

	u->secure = url.n >= 8 && span_case_eq(span_of(url.p, 8), HTTPS);
	if (!u->secure && (url.n < 7 ||
	    !span_case_eq(span_of(url.p, 7), HTTP)))
		return -1;
	rest = span_from(url, u->secure ? 8 : 7);
	for (i = 0; i < rest.n; i++)
		if (memchr("/?#", rest.p[i], 3) != NULL)
			break;
	u->rest = span_from(rest, i);
	u->before = span_of(url.p, (size_t)(u->rest.p - url.p));
	u->port = span_of(NULL, 0);
	for (begin = 0, u->host = span_of(rest.p, i); i-- > begin; ) {
		if (rest.p[i] == '@') {
			begin = i + 1;
		} else if (rest.p[i] == ']') {
			while (i > 0 && rest.p[i] != '[')
				i--;
		} else if (rest.p[i] == ':' && u->port.p == NULL) {
			u->port = span_of(rest.p + i + 1,
			    u->host.n - i - 1);
		}
	}
	u->host = span_from(u->host, begin);
	if (u->port.p != NULL)
		u->host.n -= u->port.n + 1;
	return 0;
}

int
sign_other_port(struct span url, struct buf *out)
{
	struct sign_url u;
	size_t cut;

	if (sign_url_split(url, &u) != 0)
		return buf_add(out, url);
	cut = u.port.p != NULL ? u.port.n + 1 : 0;
	if (buf_add(out, span_of(u.before.p, u.before.n - cut)) != 0 ||
	    (cut == 0 && buf_adds(out, u.secure ? ":443" : ":80") != 0))
		return -1;
	return buf_add(out, u.rest);
}
