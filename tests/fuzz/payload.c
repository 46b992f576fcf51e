/* payload.c - fuzz target: any message printed as a payload line reads as
 * itself, and whatever line reads as a message prints as one that does.
 *
 * clang -g -O1 -fsanitize=fuzzer,address,undefined -Ilib tests/fuzz/payload.c \
 *     lib/payload.c lib/json/[a-z]*.c lib/{base64,buf,utf8,why}.c
 */
#include <stdint.h>
#include <stdlib.h>

#include "json.h"
#include "payload.h"
#include "utf8.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static void
must(int so)
{
	if (!so)
		abort();
}

/* Line feeds come back as spaces where the text is JSON. */
static int
same(struct msg a, struct msg b)
{
	int is_json = json_check(a.body, NULL, NULL) == 0;
	size_t i;

	if (a.kind != b.kind || a.body.n != b.body.n)
		return 0;
	for (i = 0; i < a.body.n; i++)
		if (a.body.p[i] != b.body.p[i] && !(is_json &&
		    a.kind == MSG_TEXT && a.body.p[i] == '\n' &&
		    b.body.p[i] == ' '))
			return 0;
	return 1;
}

static void
returns(struct msg m)
{
	struct buf line, again, scratch;
	struct msg back;

	buf_init(&line, SIZE_MAX);
	buf_init(&again, SIZE_MAX);
	buf_init(&scratch, SIZE_MAX);
	must(payload_print(&line, m) == 0);
	must(memchr(line.p, '\n', line.n) == NULL);
	must(payload_read(buf_span(&line), &scratch, &back, NULL) == 0);
	must(same(m, back));
	must(payload_print(&again, back) == 0);
	must(span_eq(buf_span(&line), buf_span(&again)));
	buf_done(&line);
	buf_done(&again);
	buf_done(&scratch);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span any = span_of(data, size);
	struct buf scratch;
	struct why why;
	struct msg m;

	returns((struct msg){ MSG_BINARY, any });
	if (utf8_valid(any))
		returns((struct msg){ MSG_TEXT, any });
	buf_init(&scratch, SIZE_MAX);
	if (payload_read(any, &scratch, &m, &why) == 0) {
		must(m.kind == MSG_BINARY || utf8_valid(m.body));
		returns(m);
	} else {
		must(why.status == STATUS_BAD_LINE);
	}
	buf_done(&scratch);
	return 0;
}
