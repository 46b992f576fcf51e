/* resume.c - `$last`. */
#include <ctype.h>

#include "json.h"
#include "percent.h"
#include "resume.h"

static const struct span name = { "$last", 5 };

/* Does s begin with the name, and nothing that would make it longer? */
static int
is_here(struct span s)
{
	return s.n >= name.n && memcmp(s.p, name.p, name.n) == 0 &&
	    (s.n == name.n || (s.p[name.n] != '_' &&
	    !isalnum((unsigned char)s.p[name.n])));
}

/* Appends the text that the value stands for. */
static int
add_text(struct buf *out, struct span last)
{
	if (last.n == 0)
		return 0;
	if (json_type(last) == JSON_STRING)
		return json_unquote(out, last) == -1 ? -1 : 0;
	return buf_add(out, last);
}

/* A string within a string loses its quotes; else what is no string has
 * nothing that would have to be escaped, but for strings in it. */
static int
add_in_string(struct buf *out, struct span last)
{
	size_t start = out->n;
	int ret;

	if (last.n == 0)
		return 0;
	if (json_type(last) == JSON_STRING)
		return buf_add(out, span_of(last.p + 1, last.n - 2));
	ret = json_quote(out, last);
	if (ret == 0) {		/* without the quotes around it */
		memmove(out->p + start, out->p + start + 1,
		    out->n - start - 2);
		buf_trim(out, out->n - 2);
	}
	return ret;
}

static int
add_percent(struct buf *out, struct span last)
{
	struct buf text;
	int ret;

	buf_init(&text, SIZE_MAX);
	ret = add_text(&text, last);
	if (ret == 0)
		ret = percent_encode(out, buf_span(&text));
	buf_done(&text);
	return ret;
}

static int
add(struct buf *out, enum resume_place place, int in_string, struct span last)
{
	if (place == RESUME_URL)
		return add_percent(out, last);
	if (place == RESUME_TEXT)
		return add_text(out, last);
	if (in_string)
		return add_in_string(out, last);
	return buf_add(out, last.n > 0 ? last : SPAN("null"));
}

int
resume_fill(struct buf *out, struct span s, enum resume_place place,
    struct span last)
{
	int in_string = 0, ret = 0;

	while (s.n > 0 && ret == 0) {
		size_t n = 1;

		if (is_here(s)) {
			n = name.n;
			ret = add(out, place, in_string, last);
		} else {
			if (*s.p == '\\' && in_string && s.n > 1)
				n = 2;
			else if (*s.p == '"')
				in_string = !in_string;
			ret = buf_add(out, span_of(s.p, n));
		}
		s = span_from(s, n);
	}
	return ret;
}
