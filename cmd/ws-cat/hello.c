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

static int
tell(struct hello *h, struct span line, struct span last,
    int (*fn)(void *arg, struct msg), void *arg, struct why *why)
{
	struct msg m;

	if (message(h, line, last, &m, why) == -1)
		return -1;
	return fn(arg, m) == 0 ? 0 :
	    why_set(why, STATUS_LOST, "out of memory");
}

int
hello_each(struct hello *h, struct span last,
    int (*fn)(void *arg, struct msg), void *arg, struct why *why)
{
	struct span rest = buf_span(&h->text), line;

	if (rest.p == NULL)
		return 0;
	if (!h->is_file)
		return tell(h, rest, last, fn, arg, why);
	while (span_item(&rest, '\n', &line))
		if ((h->is_raw || span_trim(line).n > 0) &&
		    tell(h, line, last, fn, arg, why) == -1)
			return -1;
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
