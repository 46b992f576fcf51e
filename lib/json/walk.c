/* json/walk.c - finding one's way in text that json_check has passed. */
#include <stdint.h>

#include "json.h"
#include "json/run.h"

/* Behind the string that begins at p. */
static const char *
skip_string(const char *p, const char *end)
{
	p++;
	for (;;) {
		p += json_plain_run(p, end, 0);
		if (end - p < 2)
			return end;
		if (*p == '"')
			return p + 1;
		p += *p == '\\' ? 2 : 1;
	}
}

static const char *
skip_container(const char *p, const char *end)
{
	size_t depth = 0;

	while (p < end)
		switch (*p) {
		case '"':
			p = skip_string(p, end);
			break;
		case '{': case '[':
			depth++;
			p++;
			break;
		case '}': case ']':
			p++;
			if (--depth == 0)
				return p;
			break;
		default:
			p++;
		}
	return p;
}

static const char *
skip_value(const char *p, const char *end)
{
	if (p < end && *p == '"')
		return skip_string(p, end);
	if (p < end && (*p == '{' || *p == '['))
		return skip_container(p, end);
	while (p < end && !json_is_space(*p) && *p != ',' && *p != ']' &&
	    *p != '}')
		p++;
	return p;
}

enum json_type
json_type(struct span value)
{
	switch (value.n > 0 ? *value.p : '\0') {
	case '{':
		return JSON_OBJECT;
	case '[':
		return JSON_ARRAY;
	case '"':
		return JSON_STRING;
	case 't': case 'f':
		return JSON_BOOL;
	case 'n':
		return JSON_NULL;
	default:
		return JSON_NUMBER;
	}
}

struct json_iter
json_iter(struct span value)
{
	struct json_iter it = { .at = value.p, .end = value.p };
	enum json_type type = json_type(value);

	if (type == JSON_OBJECT || type == JSON_ARRAY) {
		it.at = value.p + 1;
		it.end = value.p + value.n - 1;
		/* Members have keys: that it is an object shows in key.p. */
		if (type == JSON_OBJECT)
			it.key = span_of(value.p, 0);
	}
	return it;
}

int
json_next(struct json_iter *it)
{
	const char *p = it->at;

	if (p == it->end)
		return 0;
	p = json_skip_space(p, it->end);
	if (p < it->end && *p == ',')
		p = json_skip_space(p + 1, it->end);
	if (p == it->end)
		return 0;
	if (it->key.p != NULL) {
		it->key.p = p;
		p = skip_string(p, it->end);
		it->key.n = (size_t)(p - it->key.p);
		p = json_skip_space(p, it->end) + 1;	/* the colon */
		p = json_skip_space(p, it->end);
	}
	it->value.p = p;
	it->at = skip_value(p, it->end);
	it->value.n = (size_t)(it->at - p);
	return 1;
}

int
json_member(struct span object, const char *name, struct span *value)
{
	struct json_iter it;
	int found = 0;

	if (json_type(object) != JSON_OBJECT)
		return 0;
	it = json_iter(object);
	while (json_next(&it))
		if (json_key_is(it.key, name)) {
			*value = it.value;
			found = 1;
		}
	return found;
}

int
json_int(struct span value, int64_t *out)
{
	const char *p = value.p, *end = p + value.n;
	int negative = value.n > 0 && *p == '-';
	int64_t n = 0;

	p += negative;
	if (p == end)
		return -1;
	/* Counted downwards: there is one more negative number. */
	for (; p < end; p++) {
		if (!json_is_digit(*p) ||
		    __builtin_mul_overflow(n, 10, &n) ||
		    __builtin_sub_overflow(n, *p - '0', &n))
			return -1;
	}
	if (!negative && n == INT64_MIN)
		return -1;
	*out = negative ? n : -n;
	return 0;
}
