/* origin.c - may a page of this origin connect? */
#include "handshake.h"
#include "origin.h"

/* The next of a list, without blanks around it; 0 at its end. */
static int
next(struct span *list, struct span *one)
{
	if (!span_item(list, ',', one))
		return 0;
	*one = span_trim(*one);
	while (one->n > 0 && one->p[one->n - 1] == '/')
		one->n--;
	return 1;
}

/* An origin's host and port: what follows the scheme. */
static struct span
authority(struct span origin)
{
	const char *at = memmem(origin.p, origin.n, "://", 3);

	return at == NULL ? origin :
	    span_from(origin, (size_t)(at + 3 - origin.p));
}

int
origin_allowed(const char *allowed, const struct http1_head *head)
{
	struct span list = span_str(allowed), origin, one;

	if (handshake_same_origin(head))
		return 1;
	if (allowed == NULL || http1_field(head, "Origin", &origin) != 1)
		return 0;
	if (strcmp(allowed, "any") == 0)
		return 1;
	while (next(&list, &one))
		if (one.n > 0 && (span_case_eq(one, origin) ||
		    span_case_eq(one, authority(origin))))
			return 1;
	return 0;
}
