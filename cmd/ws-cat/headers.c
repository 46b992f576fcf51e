/* headers.c - the header fields a user wants in the handshake. */
#include <string.h>

#include "base64.h"
#include "file.h"
#include "headers.h"
#include "mac.h"
#include "percent.h"

#define MAX_SECRET ((size_t)64 << 10)

/* Appends, with %XX decoded. */
static int
decode(struct buf *out, struct span text)
{
	char *room = buf_room(out, text.n);

	if (room == NULL)
		return -1;
	buf_took(out, percent_decode(room, text));
	return 0;
}

/* Appends what is in a file, but for white space around it. */
static int
add_file(struct buf *out, const char *option, const char *path,
    struct why *why)
{
	struct buf b;
	struct span s;
	struct why cause;
	int rc = -1;

	buf_init(&b, MAX_SECRET);
	if (file_read(&b, path, &cause) == -1) {
		why_set(why, STATUS_USAGE, "%s: %s", option, cause.text);
		goto out;
	}
	s = span_strip(buf_span(&b));
	if (s.n == 0)
		why_set(why, STATUS_USAGE, "%s: %s: empty", option, path);
	else if (memchr(s.p, '\n', s.n) != NULL)
		why_set(why, STATUS_USAGE, "%s: %s: more than one line",
		    option, path);
	else if (buf_add(out, s) == -1)
		why_set(why, STATUS_USAGE, "out of memory");
	else
		rc = 0;
out:
	mac_wipe_buf(&b);
	return rc;
}

int
headers_password(struct buf *out, const char *option, const char *text,
    struct why *why)
{
	const char *colon = strchr(text, ':');

	if (colon == NULL || colon[1] != '@' || colon[2] == '\0')
		return why_set(why, STATUS_USAGE, "%s: not NAME:@FILE; a "
		    "password in an argument is seen by every user", option);
	if (buf_add(out, span_of(text, (size_t)(colon - text) + 1)) == -1)
		return why_set(why, STATUS_USAGE, "out of memory");
	return add_file(out, option, colon + 2, why);
}

/* Authorization: Basic, of "name:password". */
static int
add_basic(struct fields *f, struct span plain, struct why *why)
{
	struct buf value;
	int bad;

	buf_init(&value, SIZE_MAX);
	bad = buf_adds(&value, "Basic ") == -1 ||
	    base64_encode(&value, plain) == -1;
	if (bad)
		why_set(why, STATUS_USAGE, "out of memory");
	else
		bad = fields_add(f, "Authorization", buf_span(&value), why);
	mac_wipe_buf(&value);
	return bad ? -1 : 0;
}

/* -u, --bearer-file, or what the URL has. */
static int
add_authorization(struct fields *f, const struct config *c, const char *user,
    struct why *why)
{
	struct buf b;
	int rc = 0;

	buf_init(&b, SIZE_MAX);
	if (c->bearer_file != NULL) {
		rc = buf_adds(&b, "Bearer ");
		if (rc == 0)
			rc = add_file(&b, "--bearer-file", c->bearer_file,
			    why);
		if (rc == 0)
			rc = fields_add(f, "Authorization", buf_span(&b),
			    why);
	} else if (c->user != NULL) {
		rc = headers_password(&b, "--user", c->user, why);
		if (rc == 0)
			rc = add_basic(f, buf_span(&b), why);
	} else if (user != NULL) {
		rc = decode(&b, span_str(user));
		if (rc == 0 && strchr(user, ':') == NULL)
			rc = buf_addc(&b, ':');
		if (rc == 0)
			rc = add_basic(f, buf_span(&b), why);
		else
			why_set(why, STATUS_USAGE, "out of memory");
	}
	mac_wipe_buf(&b);
	return rc;
}

/* Several make one field (RFC 6265 section 4.2.1). */
static int
add_cookies(struct fields *f, const struct opt_list *list, struct why *why)
{
	struct buf b;
	size_t i;
	int rc = 0;

	buf_init(&b, SIZE_MAX);
	for (i = 0; i < list->n && rc == 0; i++) {
		const char *v = list->v[i];

		if (i > 0)
			rc = buf_adds(&b, "; ");
		if (rc == 0 && v[0] == '@')
			rc = add_file(&b, "--cookie", v + 1, why);
		else if (rc == 0 && strchr(v, '=') != NULL)
			rc = buf_adds(&b, v);
		else if (rc == 0)
			rc = why_set(why, STATUS_USAGE,
			    "--cookie: %s: neither NAME=VALUE nor @FILE", v);
	}
	if (rc == 0)
		rc = fields_add(f, "Cookie", buf_span(&b), why);
	mac_wipe_buf(&b);
	return rc;
}

int
headers_init(struct fields *f, const struct config *c, const char *user,
    struct why *why)
{
	if (fields_init(f, &c->headers, why) == -1)
		return -1;
	if ((fields_have(f->v, f->n, SPAN("Authorization")) ||
	    add_authorization(f, c, user, why) == 0) &&
	    (c->cookies.n == 0 || fields_have(f->v, f->n, SPAN("Cookie")) ||
	    add_cookies(f, &c->cookies, why) == 0))
		return 0;
	fields_done(f);
	return -1;
}

void
headers_forget(struct fields *f)
{
	size_t i, n = 0;

	for (i = 0; i < f->n; i++)
		if (!span_case_eq(f->v[i].name, SPAN("Authorization")) &&
		    !span_case_eq(f->v[i].name, SPAN("Cookie")))
			f->v[n++] = f->v[i];
	f->n = n;
}
