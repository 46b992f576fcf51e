/* sign/find.c - what a message says of its signature: fields, lists, times.
 */
#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

#include "clock.h"
#include "json.h"
#include "sign/own.h"

#define DIGITS_MAX 15

enum sign_outcome
sign_wrong(struct sign_verdict *v, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(v->reason, sizeof(v->reason), fmt, ap);
	va_end(ap);
	return SIGN_WRONG;
}

enum sign_outcome
sign_field(const struct sign_message *m, struct span name,
    struct span *value, struct sign_verdict *v)
{
	size_t i, n = 0;

	for (i = 0; i < m->nfields; i++)
		if (span_case_eq(m->fields[i].name, name)) {
			*value = m->fields[i].value;
			n++;
		}
	if (n > 1)
		return sign_wrong(v, "%.*s is there %zu times", (int)name.n,
		    name.p, n);
	return n == 1 ? SIGN_GOOD : SIGN_ABSENT;
}

int
sign_begins(struct span s, struct span with)
{
	return s.n >= with.n &&
	    (with.n == 0 || memcmp(s.p, with.p, with.n) == 0);
}

static enum sign_outcome
in_list(const struct spec *s, struct span prefix, struct span list,
    struct span *value, struct sign_verdict *v)
{
	struct span item;
	size_t n = 0;

	while (span_item(&list, s->separator, &item)) {
		item = span_trim(item);
		if (!sign_begins(item, prefix))
			continue;
		*value = span_from(item, prefix.n);
		n++;
	}
	if (n > 1)
		return sign_wrong(v, "%.*s: %.*s is there %zu times",
		    (int)s->header.n, s->header.p, (int)prefix.n, prefix.p,
		    n);
	return n == 1 ? SIGN_GOOD : SIGN_ABSENT;
}

/* path: ".event.id" */
static enum sign_outcome
in_body(struct span body, struct span path, struct buf *out,
    struct span *value)
{
	struct json whole;
	struct span at, name;
	char member[64];

	if (json_check(body, &whole, NULL) != 0)
		return SIGN_ABSENT;
	at = whole.value;
	path = span_from(path, 1);
	while (span_item(&path, '.', &name)) {
		snprintf(member, sizeof(member), "%.*s", (int)name.n, name.p);
		if (json_type(at) != JSON_OBJECT ||
		    !json_member(at, member, &at))
			return SIGN_ABSENT;
	}
	buf_clear(out);
	if (json_type(at) == JSON_STRING ? json_unquote(out, at) != 0 :
	    json_type(at) != JSON_NUMBER || buf_add(out, at) != 0)
		return SIGN_ABSENT;
	*value = buf_span(out);
	return SIGN_GOOD;
}

enum sign_outcome
sign_place(const struct sign_message *m, const struct spec *s,
    const struct spec_place *place, struct span list, struct buf *out,
    struct span *value, struct sign_verdict *v)
{
	*value = span_of(NULL, 0);
	switch (place->where) {
	case SPEC_IN_FIELD:
		return sign_field(m, place->name, value, v);
	case SPEC_IN_LIST:
		return in_list(s, place->name, list, value, v);
	case SPEC_IN_BODY:
		return in_body(m->body, place->name, out, value);
	case SPEC_NOWHERE:
		break;
	}
	return SIGN_ABSENT;
}

enum sign_outcome
sign_age(const struct sign_message *m, int64_t then_s,
    struct sign_verdict *v)
{
	int64_t age = m->now_s - then_s;

	if (age > m->tolerance_s)
		return sign_wrong(v, "its signature fits, but is %" PRId64
		    " s old, more than %" PRId64, age, m->tolerance_s);
	if (-age > m->tolerance_s)
		return sign_wrong(v, "its signature fits, but is of a time %"
		    PRId64 " s ahead, more than %" PRId64, -age,
		    m->tolerance_s);
	return SIGN_GOOD;
}

enum sign_outcome
sign_time(const struct sign_message *m, const struct spec *s,
    struct span timestamp, struct sign_verdict *v)
{
	int64_t then;

	if (s->timestamp.where == SPEC_NOWHERE || s->any_age)
		return SIGN_GOOD;
	if (s->unit == SPEC_RFC3339) {
		then = clock_read_rfc3339(timestamp.p, timestamp.n);
		if (then >= 0)
			return sign_age(m, then / 1000000, v);
	} else if (span_number(timestamp, DIGITS_MAX, &then) == 0) {
		return sign_age(m, s->unit == SPEC_MS ? then / 1000 : then,
		    v);
	}
	return sign_wrong(v, "its signature fits, but its timestamp is none");
}
