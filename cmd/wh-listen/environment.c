/* environment.c - a request as environment variables. */
#include "environment.h"
#include "event.h"
#include "json.h"
#include "variables.h"

static int
add_member(struct buf *out, const char *name, struct span object,
    const char *member)
{
	struct span value, text;
	struct buf scratch;
	int rc = 0;

	if (object.p == NULL || json_type(object) != JSON_OBJECT ||
	    !json_member(object, member, &value) ||
	    json_type(value) != JSON_STRING)
		return 0;
	buf_init(&scratch, SIZE_MAX);
	if (!json_plain(value, &text)) {
		rc = json_unquote(&scratch, value) == -1 ? -1 : 0;
		text = buf_span(&scratch);
	}
	if (rc == 0)
		rc = variables_add(out, ENVIRONMENT_PREFIX, name, text);
	buf_done(&scratch);
	return rc;
}

static struct span
object_in(struct span line, const char *name)
{
	struct span value;

	return json_member(line, name, &value) ? value :
	    (struct span){ NULL, 0 };
}

int
environment_add(struct buf *out, const struct http1_head *h, struct span line)
{
	struct span event = object_in(line, "event");

	if (add_member(out, "ID", line, "id") != 0 ||
	    add_member(out, "REMOTE", line, "remote") != 0 ||
	    add_member(out, "EVENT_ID", event, "id") != 0 ||
	    add_member(out, "EVENT_TYPE", event, "type") != 0 ||
	    add_member(out, "VERIFIED", object_in(line, "verified"),
	    "scheme") != 0)
		return -1;
	return variables_add_head(out, ENVIRONMENT_PREFIX, h);
}
