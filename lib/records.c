/* records.c - bytes cut into records. */
#include "records.h"

static void
too_long(struct records *r)
{
	struct why why;

	why_set(&why, STATUS_BAD_LINE, "longer than %zu bytes",
	    r->max_record);
	r->user->bad(r->arg, ++r->number, &why);
}

/* The first n bytes of the buffer are a record, or the end of one that was
 * too long; they and `over` bytes of terminator are done with afterwards. */
static void
record(struct records *r, size_t n, size_t over)
{
	if (r->skipping)
		r->skipping = 0;
	else if (n > r->max_record)
		too_long(r);
	else if (r->user->record(r->arg, span_of(r->buf.p, n),
	    ++r->number) == FULL)
		r->running = 0;
	r->scanned = 0;
	buf_drop(&r->buf, n + over);
}

/* All that is in the buffer is the beginning of a record. */
static void
partial(struct records *r)
{
	int told = r->skipping;

	r->scanned = r->buf.n;
	if (r->buf.n <= r->max_record && !r->skipping)
		return;
	r->skipping = 1;
	r->scanned = 0;
	buf_clear(&r->buf);
	if (!told)
		too_long(r);
}

void
records_init(struct records *r, char terminator, size_t max_record,
    const struct records_user *user, void *arg)
{
	*r = (struct records){ .terminator = terminator,
		.max_record = max_record, .user = user, .arg = arg };
	buf_init(&r->buf, SIZE_MAX);
}

void
records_done(struct records *r)
{
	buf_done(&r->buf);
}

char *
records_room(struct records *r, size_t n)
{
	return buf_room(&r->buf, n);
}

void
records_took(struct records *r, size_t n)
{
	buf_took(&r->buf, n);
}

int
records_add(struct records *r, struct span s)
{
	return buf_add(&r->buf, s);
}

void
records_deliver(struct records *r)
{
	while (r->running && r->scanned < r->buf.n) {
		const char *at = memchr(r->buf.p + r->scanned, r->terminator,
		    r->buf.n - r->scanned);

		if (at == NULL)
			partial(r);
		else
			record(r, (size_t)(at - r->buf.p), 1);
	}
}

void
records_end(struct records *r)
{
	records_deliver(r);
	if (r->running && r->buf.n > 0)
		record(r, r->buf.n, 0);
}

void
records_forget(struct records *r)
{
	r->scanned = 0;
	buf_done(&r->buf);
}
