/* event.c - fuzz target: any body written into an event reads as itself, and
 * whatever line reads as an event with a body gives one that does.
 *
 * clang -g -O1 -fsanitize=fuzzer,address,undefined -Ilib tests/fuzz/event.c \
 *     lib/{event,filter,base64,buf,clock,id,digest,say,utf8,why}.c \
 *     lib/filter/value.c lib/json/[a-z]*.c -ljq -lcrypto
 */
#include <stdint.h>
#include <stdlib.h>

#include "event.h"
#include "json.h"
#include "utf8.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static void
must(int so)
{
	if (!so)
		abort();
}

/* Ends the event, and reads its body back. */
static void
returns(struct buf *line, struct msg m)
{
	struct event e;
	struct msg back;
	struct buf scratch;

	buf_init(&scratch, SIZE_MAX);
	must(event_end(line) == 0);
	must(memchr(line->p, '\n', line->n) == NULL);
	must(event_read(buf_span(line), &e, NULL) == 0);
	must(event_read_body(&e, &scratch, &back, NULL) == 0);
	must(back.kind == m.kind);
	must(span_eq(back.body, m.body));
	buf_done(&scratch);
}

static void
written(struct msg m)
{
	struct buf line;

	buf_init(&line, SIZE_MAX);
	must(event_begin(&line, "message", NULL) == 0);
	must(event_message(&line, m) == 0);
	returns(&line, m);
	buf_clear(&line);
	must(event_begin(&line, "request", NULL) == 0);
	must(event_body(&line, m.body) == 0);
	returns(&line, (struct msg){ utf8_valid(m.body) ? MSG_TEXT :
	    MSG_BINARY, m.body });
	buf_done(&line);
}

static void
read_any(struct span line)
{
	struct event e;
	struct buf scratch;
	struct msg m;
	struct why why;

	if (event_read(line, &e, &why) != 0) {
		must(why.status == STATUS_BAD_LINE);
		return;
	}
	buf_init(&scratch, SIZE_MAX);
	if (event_read_body(&e, &scratch, &m, &why) == 0) {
		must(m.kind == MSG_BINARY || utf8_valid(m.body));
		written(m);
	}
	buf_done(&scratch);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span any = span_of(data, size);

	written((struct msg){ MSG_BINARY, any });
	if (utf8_valid(any))
		written((struct msg){ MSG_TEXT, any });
	read_any(any);
	return 0;
}
