/* announce.c - says where a server listens. */
#include <stdint.h>
#include <stdio.h>

#include "announce.h"
#include "event.h"
#include "say.h"

static void
sentence(const char *name, int port, struct span label)
{
	char shown[16] = "";
	int v6 = port != 0 && strchr(name, ':') != NULL;

	if (port != 0)
		snprintf(shown, sizeof(shown), ":%d", port);
	say_note("listening on %s%s%s%s%s%.*s%s", v6 ? "[" : "", name,
	    v6 ? "]" : "", shown, label.n > 0 ? " (" : "", (int)label.n,
	    label.n > 0 ? label.p : "", label.n > 0 ? ")" : "");
}

static int
event(struct buf *line, const char *name, int port, struct span label)
{
	buf_clear(line);
	if (buf_adds(line, "{\"type\":\"listening\"") != 0 ||
	    event_text(line, "address", span_str(name)) != 0 ||
	    event_int(line, "port", port) != 0 || (label.n > 0 &&
	    event_any_text(line, "name", label) != 0))
		return -1;
	return event_end(line);
}

int
announce(const struct listen *l, struct output *out, char terminator,
    struct why *why)
{
	struct buf line;
	const char *name;
	int port, bad = 0;
	size_t i;

	buf_init(&line, SIZE_MAX);
	for (i = 0; (name = listen_name(l, i, &port)) != NULL; i++) {
		sentence(name, port, listen_label(l, i));
		if (out == NULL)
			continue;
		bad |= event(&line, name, port, listen_label(l, i));
		output_put(out, buf_span(&line), terminator);
	}
	buf_done(&line);
	return bad ? why_set(why, STATUS_SOME, "out of memory") : 0;
}

void
announce_reload(struct listen *l)
{
	struct why why;

	switch (listen_reload(l, &why)) {
	case 0:
		say_note("the certificate was read again");
		break;
	case -1:
		say_err("%s (the certificate stays as it was)", why.text);
		break;
	default:
		say_detail("there is no certificate to be read again");
	}
}
