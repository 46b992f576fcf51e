/* json.c - messages as lines of JSON, for whoever collects logs. */
#include <string.h>

#include "clock.h"
#include "json.h"
#include "own.h"
#include "utf8.h"

#define ROOM ((size_t)32 << 10)	/* each byte may take six */

/* JSON has escapes for C0 only; what is no UTF-8 can't be said at all. */
static void
make_sayable(char *text, size_t n)
{
	size_t i = 0, len;

	while (i < n) {
		len = utf8_len(span_of(text + i, n - i));
		if (len == 0)
			text[i] = '?';
		else if (len == 2 || text[i] == 0x7f)
			say_scrub(text + i, len);
		i += len == 0 ? 1 : len;
	}
}

static int
begin(struct buf *line, const char *level, const char *tool)
{
	char time[CLOCK_RFC3339_SIZE];

	buf_clear(line);
	clock_rfc3339(time, clock_wall_us());
	return buf_addf(line, "{\"time\":\"%s\",\"level\":\"%s\",\"tool\":",
	    time, level) == -1 || json_quote(line, span_str(tool)) == -1 ||
	    buf_adds(line, ",\"message\":") == -1 ? -1 : 0;
}

int
say_json_init(struct buf *line)
{
	buf_init(line, SIZE_MAX);
	return buf_room(line, ROOM) == NULL ? -1 : 0;
}

/* The size of the character that a literal goes on with. */
static size_t
unit(struct span rest)
{
	if (rest.p[0] == '\\')
		return rest.p[1] == 'u' ? 6 : 2;
	return utf8_len(rest);
}

/* Cuts the literal that the line ends with, so that it is `most` long. */
static int
cut(struct buf *line, size_t literal, size_t most)
{
	size_t end = literal + 1, n = 0;

	most -= strlen("...\"");
	while ((n = unit(span_from(buf_span(line), end))) > 0 &&
	    end + n <= most)
		end += n;
	buf_trim(line, end);
	return buf_adds(line, "...\"");
}

int
say_json(struct buf *line, const char *level, const char *tool, char *text,
    size_t n)
{
	const size_t most = SAY_LONGEST - strlen("}\n");
	size_t literal;

	make_sayable(text, n);
	if (begin(line, level, tool) == -1)
		return -1;
	literal = line->n;
	if (json_quote(line, span_of(text, n)) == -1 ||
	    (line->n > most && cut(line, literal, most) == -1))
		return -1;
	return buf_adds(line, "}\n");
}

int
say_json_counters(struct buf *line, const char *tool, struct span figures)
{
	return begin(line, "info", tool) == -1 ||
	    buf_adds(line, "\"counters\",\"counters\":") == -1 ||
	    buf_add(line, figures) == -1 ? -1 : buf_adds(line, "}\n");
}
