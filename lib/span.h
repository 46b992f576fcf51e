/* span.h - bytes that are not ours to free.
 *
 * Units:   bytes.
 * Owns:    nothing: the bytes belong to whoever made them, and live as long
 *          as that owner's header says.
 */
#ifndef HOOKLINE_SPAN_H
#define HOOKLINE_SPAN_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <strings.h>

struct span {
	const char *p;
	size_t n;
};

/* A span of a string literal or array. */
#define SPAN(lit) ((struct span){ (lit), sizeof(lit) - 1 })

static inline struct span
span_of(const void *p, size_t n)
{
	return (struct span){ p, n };
}

static inline struct span
span_str(const char *s)
{
	return (struct span){ s, s ? strlen(s) : 0 };
}

static inline int
span_eq(struct span a, struct span b)
{
	return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

/* Equal but for ASCII case, as field names are (RFC 9110 section 5.1). */
static inline int
span_case_eq(struct span a, struct span b)
{
	return a.n == b.n && (a.n == 0 || strncasecmp(a.p, b.p, a.n) == 0);
}

/* What is left of s after its first n bytes; n is at most s.n. */
static inline struct span
span_from(struct span s, size_t n)
{
	return (struct span){ s.p ? s.p + n : s.p, s.n - n };
}

/* Without blanks around it (OWS: RFC 9110 section 5.6.3). */
static inline struct span
span_trim(struct span s)
{
	while (s.n > 0 && (*s.p == ' ' || *s.p == '\t'))
		s = span_from(s, 1);
	while (s.n > 0 && (s.p[s.n - 1] == ' ' || s.p[s.n - 1] == '\t'))
		s.n--;
	return s;
}

/* A whole number of at most so many decimal digits, 18 or fewer: 0; else -1. */
static inline int
span_number(struct span s, size_t digits, int64_t *out)
{
	size_t i;

	*out = 0;
	if (s.n == 0 || s.n > digits)
		return -1;
	for (i = 0; i < s.n; i++) {
		if (s.p[i] < '0' || s.p[i] > '9')
			return -1;
		*out = *out * 10 + (s.p[i] - '0');
	}
	return 0;
}

/* Without white space around it, line breaks among it. */
static inline struct span
span_strip(struct span s)
{
	while (s.n > 0 && (*s.p == ' ' || (*s.p >= '\t' && *s.p <= '\r')))
		s = span_from(s, 1);
	while (s.n > 0 && (s.p[s.n - 1] == ' ' ||
	    (s.p[s.n - 1] >= '\t' && s.p[s.n - 1] <= '\r')))
		s.n--;
	return s;
}

/* The next item of a list, with whatever blanks are around it; 0 at the end,
 * and there is no item behind a separator that is the last of all. */
static inline int
span_item(struct span *list, char separator, struct span *item)
{
	const char *end;

	if (list->n == 0)
		return 0;
	end = memchr(list->p, separator, list->n);
	*item = *list;
	if (end != NULL)
		item->n = (size_t)(end - list->p);
	*list = span_from(*list, item->n + (end != NULL));
	return 1;
}

#endif
