/* snsurl.c - is a URL one of Amazon SNS's own? */
#include "snsurl.h"

/* Takes the prefix off. */
static int
take(struct span *s, struct span prefix)
{
	if (s->n < prefix.n || memcmp(s->p, prefix.p, prefix.n) != 0)
		return 0;
	*s = span_from(*s, prefix.n);
	return 1;
}

static int
take_region(struct span *s)
{
	size_t n = 0;

	while (n < s->n && ((s->p[n] >= 'a' && s->p[n] <= 'z') ||
	    (s->p[n] >= '0' && s->p[n] <= '9') || (s->p[n] == '-' && n > 0)))
		n++;
	if (n == 0 || n > 40 || s->p[n - 1] == '-')
		return 0;
	*s = span_from(*s, n);
	return 1;
}

int
snsurl_is(struct span url)
{
	size_t i;

	for (i = 0; i < url.n; i++)
		if (url.p[i] <= ' ' || url.p[i] > '~' || url.p[i] == '\\')
			return 0;
	return take(&url, SPAN("https://sns.")) && take_region(&url) &&
	    take(&url, SPAN(".amazonaws.com")) &&
	    (take(&url, SPAN("/")) || take(&url, SPAN(".cn/")));
}

int
snsurl_confirms(struct span url)
{
	const struct span action = SPAN("Action=ConfirmSubscription");
	const char *query = url.n == 0 ? NULL : memchr(url.p, '?', url.n);
	struct span rest;

	if (query == NULL || !snsurl_is(url))
		return 0;
	rest = span_from(url, (size_t)(query - url.p));
	while (rest.n > action.n) {
		const char *next;

		rest = span_from(rest, 1);	/* ? or & */
		if (rest.n >= action.n && memcmp(rest.p, action.p,
		    action.n) == 0 && (rest.n == action.n ||
		    rest.p[action.n] == '&'))
			return 1;
		next = memchr(rest.p, '&', rest.n);
		rest = next == NULL ? span_from(rest, rest.n) :
		    span_from(rest, (size_t)(next - rest.p));
	}
	return 0;
}
