/* fields.c - a `headers` member, as it may come in. */
#include "event.h"
#include "json.h"

/* [name, value] */
static int
pair(struct span v, event_field_fn fn, void *arg, struct why *why)
{
	struct span part[2] = { { NULL, 0 }, { NULL, 0 } };
	struct json_iter it;
	size_t n = 0;

	if (json_type(v) == JSON_ARRAY)
		for (it = json_iter(v); json_next(&it); n++)
			if (n < 2)
				part[n] = it.value;
	if (n != 2)
		return why_set(why, STATUS_BAD_LINE,
		    "headers: an element is not a pair");
	return fn(arg, part[0], part[1], why);
}

/* "name": value, or a list of values. */
static int
member(struct json_iter m, event_field_fn fn, void *arg, struct why *why)
{
	struct json_iter it;

	if (json_type(m.value) != JSON_ARRAY)
		return fn(arg, m.key, m.value, why);
	for (it = json_iter(m.value); json_next(&it); )
		if (fn(arg, m.key, it.value, why) == -1)
			return -1;
	return 0;
}

int
event_each_field(struct span headers, event_field_fn fn, void *arg,
    struct why *why)
{
	enum json_type type = json_type(headers);
	struct json_iter it;
	int rc = 0;

	if (type != JSON_ARRAY && type != JSON_OBJECT)
		return why_set(why, STATUS_BAD_LINE,
		    "headers: neither a list of pairs nor an object");
	for (it = json_iter(headers); rc == 0 && json_next(&it); )
		rc = type == JSON_ARRAY ? pair(it.value, fn, arg, why) :
		    member(it, fn, arg, why);
	return rc;
}
