/* hello.c - the messages of --hello. */
#include "file.h"
#include "hello.h"
#include "payload.h"
#include "resume.h"

#define MAX_FILE ((size_t)16 << 20)

static int
message(struct hello *h, struct span line, struct span last, struct msg *m,
    struct why *why)
{
	struct why cause;
	int bad = 0;

	buf_clear(&h->line);
	if (h->resumes)
		bad = resume_fill(&h->line, line, h->is_raw ? RESUME_TEXT :
		    RESUME_JSON, last);
	else
		bad = buf_add(&h->line, line);
	if (bad)
		return why_set(why, STATUS_USAGE, "--hello: out of memory");
	*m = (struct msg){ MSG_TEXT, buf_span(&h->line) };
	if (h->is_raw ||
	    payload_read(buf_span(&h->line), &h->scratch, m, &cause) == 0)
		return 0;
	return why_set(why, STATUS_USAGE, "--hello: %s", cause.text);
}

/* The next line of a file: 0 at the end. */
static int
next(const struct hello *h, struct span *rest, struct span *line)
{
	const char *end;

	if (!h->is_file) {
		*line = *rest;
		rest->n = 0;
		return line->p != NULL;
	}
	if (rest->n == 0)
		return 0;
	end = memchr(rest->p, '\n', rest->n);
	*line = span_of(rest->p, end != NULL ? (size_t)(end - rest->p) :
	    rest->n);
	*rest = span_from(*rest, line->n + (end != NULL));
	return 1;
}

int
hello_each(struct hello *h, struct span last,
    int (*fn)(void *arg, struct msg), void *arg, struct why *why)
{
	struct span rest = buf_span(&h->text), line;
	struct msg m;

	while (next(h, &rest, &line)) {
		if (!h->is_raw && h->is_file && span_trim(line).n == 0)
			continue;
		if (message(h, line, last, &m, why) == -1)
			return -1;
		if (fn(arg, m) == -1)
			return why_set(why, STATUS_LOST, "out of memory");
		if (!h->is_file)
			break;
	}
	return 0;
}

static int
ignore(void *arg, struct msg m)
{
	(void)arg;
	(void)m;
	return 0;
}

int
hello_init(struct hello *h, const struct config *c, struct why *why)
{
	struct why cause;

	buf_init(&h->text, MAX_FILE);
	buf_init(&h->line, SIZE_MAX);
	buf_init(&h->scratch, SIZE_MAX);
	h->is_raw = c->lines.raw_in || c->lines.in == LINES_WORD_TEXT;
	h->resumes = c->resume != NULL;
	if (c->hello == NULL)
		return 0;
	h->is_file = c->hello[0] == '@';
	if (!h->is_file && buf_adds(&h->text, c->hello) == -1)
		return why_set(why, STATUS_USAGE, "--hello: out of memory");
	if (h->is_file && file_read(&h->text, c->hello + 1, &cause) == -1)
		return why_set(why, STATUS_USAGE, "--hello: %s", cause.text);
	return hello_each(h, SPAN(""), ignore, NULL, why);
}

void
hello_done(struct hello *h)
{
	buf_done(&h->text);
	buf_done(&h->line);
	buf_done(&h->scratch);
}
