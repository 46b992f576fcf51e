/* value.c - JSON text as libjq's values, and when two of them are the same.
 *
 * json_check looks at the text first: libjq would also take `nan`, broken
 * UTF-8, and two values for one.
 */
#include <float.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include <jv.h>

#include "filter.h"
#include "filter/value.h"
#include "json.h"

/* ---- JSON text to jv ---- */

static int
hex4(const char *p, const char *end, unsigned *out)
{
	char digits[5] = "";
	char *stop;

	if (end - p < 4)
		return -1;
	memcpy(digits, p, 4);
	*out = (unsigned)strtoul(digits, &stop, 16);
	return stop == digits + 4 ? 0 : -1;
}

/* Is there a \u escape of a surrogate at p, its first half or its second? */
static int
is_surrogate(const char *p, const char *end, unsigned first)
{
	unsigned u;

	return end - p >= 6 && p[0] == '\\' && p[1] == 'u' &&
	    hex4(p + 2, end, &u) == 0 && u >= first && u < first + 0x400;
}

/* Writes \ufffd over the escapes of surrogates that have no other half. */
static void
mend_surrogates(char *p, const char *end)
{
	while ((p = memchr(p, '\\', (size_t)(end - p))) != NULL) {
		if (is_surrogate(p, end, 0xd800) &&
		    is_surrogate(p + 6, end, 0xdc00)) {
			p += 12;
		} else if (is_surrogate(p, end, 0xd800) ||
		    is_surrogate(p, end, 0xdc00)) {
			memcpy(p + 2, "fffd", 4);
			p += 6;
		} else {
			p += 2;	/* valid JSON: a backslash has a follower */
		}
	}
}

static jv
parse(struct span text)
{
	struct jv_parser *parser = jv_parser_new(0);
	jv v;

	jv_parser_set_buf(parser, text.p, (int)text.n, 0);
	v = jv_parser_next(parser);
	jv_parser_free(parser);
	return v;
}

/* libjq 1.6 takes half a surrogate pair for a syntax error where it is the
 * first half, and for U+FFFD where it is the second; 1.7 has U+FFFD for both.
 * The slow way, with a copy, is for text that did not parse. */
static jv
parse_mended(struct span text)
{
	char *copy = malloc(text.n);
	jv v;

	if (copy == NULL)
		return jv_invalid();
	memcpy(copy, text.p, text.n);
	mend_surrogates(copy, copy + text.n);
	v = parse(span_of(copy, text.n));
	free(copy);
	return v;
}

/* ---- the same value? ---- */

static int same(jv a, jv b);	/* frees both */

/* Infinity is what libjq reads for 1e400, DBL_MAX what it prints for it. */
static double
number(jv v)
{
	double d = jv_number_value(v);

	return d > DBL_MAX ? DBL_MAX : d < -DBL_MAX ? -DBL_MAX : d;
}

static int
same_string(jv a, jv b)
{
	return span_eq(span_of(jv_string_value(a),
	    (size_t)jv_string_length_bytes(jv_copy(a))),
	    span_of(jv_string_value(b),
	    (size_t)jv_string_length_bytes(jv_copy(b))));
}

static int
same_array(jv a, jv b)
{
	int i, n = jv_array_length(jv_copy(a));

	if (n != jv_array_length(jv_copy(b)))
		return 0;
	for (i = 0; i < n; i++)
		if (!same(jv_array_get(jv_copy(a), i),
		    jv_array_get(jv_copy(b), i)))
			return 0;
	return 1;
}

/* As many keys, and each of a's in b. */
static int
same_object(jv a, jv b)
{
	int it;

	if (jv_object_length(jv_copy(a)) != jv_object_length(jv_copy(b)))
		return 0;
	for (it = jv_object_iter(a); jv_object_iter_valid(a, it);
	    it = jv_object_iter_next(a, it))
		if (!same(jv_object_iter_value(a, it),
		    jv_object_get(jv_copy(b), jv_object_iter_key(a, it))))
			return 0;
	return 1;
}

static int
same(jv a, jv b)
{
	jv_kind kind = jv_get_kind(a);
	int yes = kind == jv_get_kind(b) && kind != JV_KIND_INVALID;

	if (yes && kind == JV_KIND_NUMBER)
		yes = !(number(a) < number(b)) && !(number(a) > number(b));
	else if (yes && kind == JV_KIND_STRING)
		yes = same_string(a, b);
	else if (yes && kind == JV_KIND_ARRAY)
		yes = same_array(a, b);
	else if (yes && kind == JV_KIND_OBJECT)
		yes = same_object(a, b);
	jv_free(a);
	jv_free(b);
	return yes;
}

/* ---- public ---- */

jv
filter_value(struct span text, struct why *why)
{
	jv v;

	if (json_check(text, NULL, why) != 0)
		return jv_invalid();
	if (text.n > INT_MAX) {
		why_set(why, STATUS_SOME, "too long for jq");
		return jv_invalid();
	}
	v = parse(text);
	if (!jv_is_valid(v)) {
		jv_free(v);
		v = parse_mended(text);
	}
	if (!jv_is_valid(v))
		why_set(why, STATUS_SOME, "jq can't read the line");
	return v;
}

int
filter_same_value(struct span a, struct span b)
{
	if (span_eq(a, b))
		return json_check(a, NULL, NULL) == 0;
	return same(filter_value(a, NULL), filter_value(b, NULL));
}
