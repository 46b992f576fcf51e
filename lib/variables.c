/* variables.c - what is known of a request as environment variables. */
#include <stdlib.h>

#include "variables.h"

int
variables_add(struct buf *out, const char *prefix, const char *name,
    struct span value)
{
	if (value.p == NULL || memchr(value.p, '\0', value.n) != NULL)
		return 0;
	return buf_adds(out, prefix) != 0 || buf_adds(out, name) != 0 ||
	    buf_addc(out, '=') != 0 || buf_add(out, value) != 0 ||
	    buf_addc(out, '\0') != 0 ? -1 : 0;
}

/* ---- header fields ---- */

/* 0: it can't be a variable's. */
static int
is_safe(struct span name)
{
	size_t i;

	for (i = 0; i < name.n; i++) {
		char c = name.p[i];

		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
		    (c >= '0' && c <= '9') || c == '-'))
			return 0;
	}
	return 1;
}

static int
add_name(struct buf *out, const char *prefix, struct span name)
{
	size_t i;

	if (buf_adds(out, prefix) != 0 || buf_adds(out, "HEADER_") != 0)
		return -1;
	for (i = 0; i < name.n; i++) {
		char c = name.p[i];

		if (c == '-')
			c = '_';
		else if (c >= 'a' && c <= 'z')
			c = (char)(c - 'a' + 'A');
		if (buf_addc(out, c) != 0)
			return -1;
	}
	return buf_addc(out, '=');
}

/* The i-th, if it is the first of its name, and all others of that name. */
static int
add_field(struct buf *out, const char *prefix, const struct http1_head *h,
    size_t i)
{
	struct span name = h->fields[i].name;
	size_t k;

	for (k = 0; k < i; k++)
		if (span_case_eq(h->fields[k].name, name))
			return 0;
	if (add_name(out, prefix, name) != 0 ||
	    buf_add(out, h->fields[i].value) != 0)
		return -1;
	for (k = i + 1; k < h->nfields; k++)
		if (span_case_eq(h->fields[k].name, name) &&
		    (buf_adds(out, ", ") != 0 ||
		    buf_add(out, h->fields[k].value) != 0))
			return -1;
	return buf_addc(out, '\0');
}

int
variables_add_head(struct buf *out, const char *prefix,
    const struct http1_head *h)
{
	struct span path, query;
	size_t i;

	http1_target(h->target, &path, &query);
	if (variables_add(out, prefix, "METHOD", h->method) != 0 ||
	    variables_add(out, prefix, "TARGET", h->target) != 0 ||
	    variables_add(out, prefix, "PATH", path) != 0 ||
	    variables_add(out, prefix, "QUERY", query) != 0)
		return -1;
	for (i = 0; i < h->nfields; i++)
		if (is_safe(h->fields[i].name) &&
		    add_field(out, prefix, h, i) != 0)
			return -1;
	return 0;
}

/* ---- lists ---- */

char **
variables_list(char *const *base, struct buf *b)
{
	size_t n = 0, i;
	char **list, *p;

	while (base[n] != NULL)
		n++;
	for (i = 0; i < b->n; i++)
		n += b->p[i] == '\0';
	list = malloc((n + 1) * sizeof(*list));
	if (list == NULL)
		return NULL;
	for (i = 0; base[i] != NULL; i++)
		list[i] = base[i];
	for (p = b->p; i < n; p += strlen(p) + 1)
		list[i++] = p;
	list[n] = NULL;
	return list;
}

/* [NAME=]VAR, and VAR has no `=` in it. */
static int
is_of(const char *variable, const char *secret)
{
	const char *equals = strrchr(secret, '=');
	const char *name = equals == NULL ? secret : equals + 1;
	size_t n = strlen(name);

	return strncmp(variable, name, n) == 0 && variable[n] == '=';
}

static int
may_pass(const char *variable, const char *prefix,
    const struct opt_list *secret)
{
	size_t i;

	if (strncmp(variable, prefix, strlen(prefix)) == 0)
		return 0;
	for (i = 0; secret != NULL && i < secret->n; i++)
		if (is_of(variable, secret->v[i]))
			return 0;
	return 1;
}

char **
variables_base(char *const *env, const char *prefix,
    const struct opt_list *secret)
{
	size_t i, kept = 0;
	char **base;

	for (i = 0; env[i] != NULL; i++)
		;
	base = malloc((i + 1) * sizeof(*base));
	if (base == NULL)
		return NULL;
	for (i = 0; env[i] != NULL; i++)
		if (may_pass(env[i], prefix, secret))
			base[kept++] = env[i];
	base[kept] = NULL;
	return base;
}
