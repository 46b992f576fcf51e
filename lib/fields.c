/* fields.c - header fields as a user gives them. */
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "fields.h"
#include "file.h"

#define MAX_FILE ((size_t)1 << 20)

static int
no_memory(struct why *why)
{
	return why_set(why, STATUS_USAGE, "--header: out of memory");
}

static int
add(struct fields *f, struct span name, struct span value, struct why *why)
{
	size_t cap = f->cap == 0 ? 8 : f->cap * 2;
	struct http1_field *v;

	if (f->n == f->cap) {
		v = realloc(f->v, cap * sizeof(*v));
		if (v == NULL)
			return no_memory(why);
		f->v = v;
		f->cap = cap;
	}
	f->v[f->n++] = (struct http1_field){ name, value };
	return 0;
}

/* Text that lives as long as the fields. */
static int
keep(struct fields *f, char *text, struct why *why)
{
	char **v = realloc(f->texts, (f->ntexts + 1) * sizeof(char *));

	if (v == NULL || text == NULL) {
		free(text);
		if (v != NULL)
			f->texts = v;
		return no_memory(why);
	}
	f->texts = v;
	f->texts[f->ntexts++] = text;
	return 0;
}

/* ---- lines ---- */

static int
take_line(struct fields *f, struct span line, struct why *why)
{
	const char *colon = memchr(line.p, ':', line.n);
	struct span name = line, value = { NULL, 0 };

	if (colon != NULL) {
		name = span_of(line.p, (size_t)(colon - line.p));
		value = span_trim(span_from(line, name.n + 1));
		if (value.n == 0)
			value.p = NULL;
	} else if (line.n > 1 && line.p[line.n - 1] == ';') {
		name.n--;
		value = SPAN("");
	} else {
		return why_set(why, STATUS_USAGE,
		    "--header: not \"Name: value\": %.*s", (int)line.n,
		    line.p);
	}
	if (!http1_is_token(name))
		return why_set(why, STATUS_USAGE,
		    "--header: not a header name: %.*s", (int)name.n, name.p);
	if (!http1_is_value(value))
		return why_set(why, STATUS_USAGE,
		    "--header: %.*s: a line break or control character in its "
		    "value", (int)name.n, name.p);
	return add(f, name, value, why);
}

static int
take_file(struct fields *f, const char *path, struct why *why)
{
	struct span rest, line;
	struct buf b;
	int rc;

	buf_init(&b, MAX_FILE);
	rc = file_read(&b, path, why);
	rest = buf_span(&b);
	if (rc == -1 || rest.n == 0) {
		buf_done(&b);
		return rc;
	}
	if (keep(f, b.base, why) == -1)
		return -1;
	while (span_item(&rest, '\n', &line)) {
		line = span_strip(line);
		if (line.n > 0 && take_line(f, line, why) == -1)
			return -1;
	}
	return 0;
}

/* ---- public ---- */

int
fields_init(struct fields *f, const struct opt_list *list, struct why *why)
{
	size_t i;
	int bad = 0;

	*f = (struct fields){ 0 };
	for (i = 0; i < list->n && !bad; i++)
		bad = list->v[i][0] == '@' ?
		    take_file(f, list->v[i] + 1, why) :
		    take_line(f, span_str(list->v[i]), why);
	if (bad)
		fields_done(f);
	return bad;
}

void
fields_done(struct fields *f)
{
	size_t i;

	for (i = 0; i < f->ntexts; i++)
		free(f->texts[i]);
	free(f->texts);
	free(f->v);
	*f = (struct fields){ 0 };
}

int
fields_add(struct fields *f, const char *name, struct span value,
    struct why *why)
{
	size_t n = strlen(name);
	char *text = malloc(n + value.n + 1);

	if (text != NULL) {
		memcpy(text, name, n);
		if (value.n > 0)
			memcpy(text + n, value.p, value.n);
	}
	if (keep(f, text, why) == -1)
		return -1;
	return add(f, span_of(text, n), span_of(text + n, value.n), why);
}

static const struct http1_field *
find(const struct http1_field *v, size_t n, struct span name)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (span_case_eq(v[i].name, name))
			return &v[i];
	return NULL;
}

struct span
fields_value(const struct http1_field *v, size_t n, struct span name)
{
	const struct http1_field *f = find(v, n, name);

	return f != NULL ? f->value : (struct span){ NULL, 0 };
}

int
fields_have(const struct http1_field *v, size_t n, struct span name)
{
	return find(v, n, name) != NULL;
}
