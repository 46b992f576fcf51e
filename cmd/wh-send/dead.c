/* dead.c - dead letters. */
#include <fcntl.h>
#include <unistd.h>

#include "clock.h"
#include "dead.h"
#include "event.h"
#include "json.h"

/* The object without its closing brace and without that member. */
static int
copy_without(struct buf *out, struct span event, const char *name)
{
	struct json_iter it = json_iter(event);
	struct span value;
	int bad = 0, n = 0;

	if (!json_member(event, name, &value))
		return buf_add(out, span_of(event.p, event.n - 1));
	bad |= buf_addc(out, '{');
	while (json_next(&it)) {
		if (json_key_is(it.key, name))
			continue;
		if (n++ > 0)
			bad |= buf_addc(out, ',');
		bad |= buf_add(out, it.key) | buf_addc(out, ':') |
		    buf_add(out, it.value);
	}
	return bad;
}

int
dead_print(struct buf *out, struct span event, const struct job *j,
    int outcome, const struct http_result *r, const struct why *why)
{
	char now[CLOCK_RFC3339_SIZE];
	size_t before = out->n;
	int bad = copy_without(out, event, "failed");

	clock_rfc3339(now, clock_wall_us());
	if (out->n > before && out->p[out->n - 1] != '{')
		bad |= buf_addc(out, ',');
	bad |= buf_adds(out, "\"failed\":{\"time\":\"") |
	    buf_adds(out, now) | buf_addc(out, '"');
	bad |= event_text(out, "outcome", span_str(outcome_name(outcome)));
	if (r != NULL && r->why == NULL)
		bad |= event_int(out, "status", r->status);
	bad |= event_int(out, "attempts", j->deliver.attempts);
	if (why != NULL)
		bad |= event_any_text(out, "error", span_str(why->text));
	bad |= buf_adds(out, "}}");
	if (bad == 0)
		return 0;
	buf_trim(out, before);
	return -1;
}

/* ---- the file ---- */

static void
on_room(void *arg)
{
	(void)arg;	/* files do not make anybody wait */
}

static void
on_gone(void *arg, const struct why *why)
{
	struct dead_file *f = arg;

	tool_why(f->tool, f->path, why);
	f->lost = 1;
}

int
dead_file_open(struct dead_file *f, const char *path, struct tool *tool,
    struct why *why)
{
	static const struct output_user user = { on_room, NULL, on_gone };

	*f = (struct dead_file){ .path = path, .tool = tool, .fd = -1 };
	if (path == NULL)
		return 0;
	f->fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	if (f->fd == -1)
		return why_errno(why, STATUS_USAGE, path);
	f->out = output_new(tool->loop, f->fd, &user, f, why);
	return f->out == NULL ? -1 : 0;
}

void
dead_file_close(struct dead_file *f)
{
	output_free(f->out);
	if (f->out != NULL)
		close(f->fd);
	f->out = NULL;
}

void
dead_file_put(struct dead_file *f, struct span line)
{
	output_put(f->out, line, '\n');
}

void
dead_file_lost(struct dead_file *f)
{
	on_gone(f, &(struct why){ STATUS_SOME, "out of memory" });
}

int
dead_file_is_done(const struct dead_file *f)
{
	return f->out == NULL || f->lost ||
	    output_taken(f->out) == output_position(f->out);
}

int
dead_file_sync(struct dead_file *f)
{
	struct why why;

	if (f->out == NULL || f->lost || output_position(f->out) == 0)
		return f->out != NULL && !f->lost;
	if (fsync(f->fd) == 0)
		return 1;
	why_errno(&why, STATUS_SOME, "fsync");
	on_gone(f, &why);
	return 0;
}
