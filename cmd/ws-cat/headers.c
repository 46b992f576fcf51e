/* headers.c - the header fields a user wants in the handshake. */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base64.h"
#include "headers.h"

static int
add(struct headers *h, struct span line, struct why *why)
{
	char **v = realloc(h->v, (h->n + 1) * sizeof(*v));
	char *copy = strndup(line.p, line.n);

	if (v != NULL)
		h->v = v;
	if (v == NULL || copy == NULL) {
		free(copy);
		return why_errno(why, STATUS_USAGE, "--header");
	}
	h->v[h->n++] = copy;
	return 0;
}

static int
add_file(struct headers *h, const char *path, struct why *why)
{
	FILE *f = fopen(path, "re");
	char *line = NULL;
	size_t cap = 0;
	ssize_t n;
	int bad = 0;

	if (f == NULL)
		return why_errno(why, STATUS_USAGE, path);
	while (!bad && (n = getline(&line, &cap, f)) > 0) {
		while (n > 0 && isspace((unsigned char)line[n - 1]))
			n--;
		if (n > 0)
			bad = add(h, span_of(line, (size_t)n), why);
	}
	if (!bad && ferror(f))
		bad = why_errno(why, STATUS_USAGE, path);
	free(line);
	fclose(f);
	return bad;
}

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
add_user(struct headers *h, const char *user, struct why *why)
{
	struct buf plain, line;
	int bad;

	buf_init(&plain, SIZE_MAX);
	buf_init(&line, SIZE_MAX);
	bad = decode(&plain, user) == -1 ||
	    (strchr(user, ':') == NULL && buf_addc(&plain, ':') == -1) ||
	    buf_adds(&line, "Authorization: Basic ") == -1 ||
	    base64_encode(&line, buf_span(&plain)) == -1;
	if (bad)
		why_set(why, STATUS_USAGE, "out of memory");
	else
		bad = add(h, buf_span(&line), why) == -1;
	buf_done(&plain);
	buf_done(&line);
	return bad ? -1 : 0;
}

static int
has_authorization(const struct headers *h)
{
	size_t i;

	for (i = 0; i < h->n; i++)
		if (strncasecmp(h->v[i], "authorization:", 14) == 0)
			return 1;
	return 0;
}

int
headers_init(struct headers *h, const struct opt_list *list,
    const char *user, struct why *why)
{
	size_t i;
	int bad = 0;

	*h = (struct headers){ 0 };
	for (i = 0; i < list->n && !bad; i++)
		bad = list->v[i][0] == '@' ?
		    add_file(h, list->v[i] + 1, why) :
		    add(h, span_str(list->v[i]), why);
	if (!bad && user != NULL && !has_authorization(h))
		bad = add_user(h, user, why);
	return bad;
}

void
headers_done(struct headers *h)
{
	size_t i;

	for (i = 0; i < h->n; i++)
		free(h->v[i]);
	free(h->v);
	*h = (struct headers){ 0 };
}
