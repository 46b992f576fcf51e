/* sign/sfv.c - structured field values, read. */
#include "http1.h"
#include "sign/sfv.h"

static void
skip(struct span *in, const char *blanks)
{
	while (in->n > 0 && *in->p != '\0' && strchr(blanks, *in->p) != NULL)
		*in = span_from(*in, 1);
}

static int
take(struct span *in, char c)
{
	if (in->n == 0 || *in->p != c)
		return -1;
	*in = span_from(*in, 1);
	return 0;
}

/* Moves *in behind the first n bytes, which are *out. */
static int
cut(struct span *in, size_t n, struct span *out)
{
	*out = span_of(in->p, n);
	*in = span_from(*in, n);
	return 0;
}

static int
name_of(struct span *in, struct span *name)
{
	size_t n;

	if (in->n == 0 || !((*in->p >= 'a' && *in->p <= 'z') ||
	    *in->p == '*'))
		return -1;
	for (n = 1; n < in->n; n++)
		if (!((in->p[n] >= 'a' && in->p[n] <= 'z') ||
		    (in->p[n] >= '0' && in->p[n] <= '9') ||
		    memchr("_-.*", in->p[n], 4) != NULL))
			break;
	return cut(in, n, name);
}

static int
quoted(struct span *in, struct span *item)
{
	size_t n;

	for (n = 1; n < in->n && in->p[n] != '"'; n++) {
		if ((unsigned char)in->p[n] < 0x20 ||
		    (unsigned char)in->p[n] > 0x7e)
			return -1;
		if (in->p[n] == '\\' && (++n == in->n ||
		    (in->p[n] != '"' && in->p[n] != '\\')))
			return -1;
	}
	return n < in->n ? cut(in, n + 1, item) : -1;
}

static int
bytes(struct span *in, struct span *item)
{
	const char *end = memchr(in->p + 1, ':', in->n - 1);

	return end != NULL ? cut(in, (size_t)(end - in->p) + 1, item) : -1;
}

/* Numbers, tokens, booleans: up to what ends them. */
static int
word(struct span *in, struct span *item)
{
	size_t n;

	for (n = 0; n < in->n; n++)
		if (!http1_is_token(span_of(in->p + n, 1)) &&
		    memchr(":/?", in->p[n], 3) == NULL)
			break;
	return n > 0 ? cut(in, n, item) : -1;
}

int
sfv_bare(struct span *in, struct span *item)
{
	if (in->n == 0)
		return -1;
	if (*in->p == '"')
		return quoted(in, item);
	return *in->p == ':' ? bytes(in, item) : word(in, item);
}

int
sfv_param(struct span *in, struct span *name, struct span *item)
{
	if (take(in, ';') != 0)
		return 0;
	skip(in, " ");
	*item = span_of(NULL, 0);
	if (name_of(in, name) != 0)
		return -1;
	if (take(in, '=') != 0)
		return 1;
	return sfv_bare(in, item) == 0 ? 1 : -1;
}

static int
params(struct span *in)
{
	struct span name, item;
	int got;

	while ((got = sfv_param(in, &name, &item)) == 1)
		;
	return got;
}

static int
inner_list(struct span *in)
{
	struct span item;

	*in = span_from(*in, 1);
	for (;;) {
		skip(in, " ");
		if (take(in, ')') == 0)
			return 0;
		if (sfv_bare(in, &item) != 0 || params(in) != 0 ||
		    in->n == 0 || (*in->p != ' ' && *in->p != ')'))
			return -1;
	}
}

int
sfv_member(struct span *in, struct span *name, struct span *value)
{
	struct span item;

	skip(in, " \t");
	if (in->n == 0)
		return 0;
	if (name_of(in, name) != 0 || take(in, '=') != 0)
		return -1;
	*value = *in;
	if (in->n > 0 && *in->p == '(' ? inner_list(in) != 0 :
	    sfv_bare(in, &item) != 0)
		return -1;
	if (params(in) != 0)
		return -1;
	value->n = (size_t)(in->p - value->p);
	skip(in, " \t");
	if (in->n == 0)
		return 1;
	if (take(in, ',') != 0)
		return -1;
	skip(in, " \t");
	return in->n > 0 ? 1 : -1;
}

int
sfv_find(struct span dictionary, struct span name, struct span *value)
{
	struct span one, its;
	int got, n = 0;

	while ((got = sfv_member(&dictionary, &one, &its)) == 1)
		if (span_eq(one, name)) {
			*value = its;
			n++;
		}
	return got == 0 ? n : -1;
}

static int
between(struct span item, char quote, struct span *inner)
{
	if (item.n < 2 || item.p[0] != quote || item.p[item.n - 1] != quote)
		return -1;
	*inner = span_of(item.p + 1, item.n - 2);
	return 0;
}

int
sfv_string(struct span item, struct span *text)
{
	return between(item, '"', text);
}

int
sfv_bytes(struct span item, struct span *base64)
{
	return between(item, ':', base64);
}
