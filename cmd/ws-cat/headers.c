/* headers.c - the header fields a user wants in the handshake. */
#include <ctype.h>
#include <string.h>

#include "base64.h"
#include "headers.h"

static int
hex(char c)
{
	const char *digits = "0123456789abcdef";
	const char *at = c == '\0' ? NULL :
	    strchr(digits, tolower((unsigned char)c));

	return at == NULL ? -1 : (int)(at - digits);
}

/* Appends, with %XX decoded. */
static int
decode(struct buf *out, const char *p)
{
	for (; *p != '\0'; p++) {
		char c = *p;

		if (c == '%' && hex(p[1]) >= 0 && hex(p[2]) >= 0) {
			c = (char)(hex(p[1]) << 4 | hex(p[2]));
			p += 2;
		}
		if (buf_addc(out, c) == -1)
			return -1;
	}
	return 0;
}

static int
add_user(struct fields *f, const char *user, struct why *why)
{
	struct buf plain, value;
	int bad;

	buf_init(&plain, SIZE_MAX);
	buf_init(&value, SIZE_MAX);
	bad = decode(&plain, user) == -1 ||
	    (strchr(user, ':') == NULL && buf_addc(&plain, ':') == -1) ||
	    buf_adds(&value, "Basic ") == -1 ||
	    base64_encode(&value, buf_span(&plain)) == -1;
	if (bad)
		why_set(why, STATUS_USAGE, "out of memory");
	else
		bad = fields_add(f, "Authorization", buf_span(&value), why);
	buf_done(&plain);
	buf_done(&value);
	return bad ? -1 : 0;
}

int
headers_init(struct fields *f, const struct opt_list *list,
    const char *user, struct why *why)
{
	if (fields_init(f, list, why) == -1)
		return -1;
	if (user == NULL || fields_have(f->v, f->n, SPAN("Authorization")) ||
	    add_user(f, user, why) == 0)
		return 0;
	fields_done(f);
	return -1;
}
