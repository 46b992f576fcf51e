/* json.c - fuzz target: what json_check passes can be walked, spliced into a
 * line and quoted, and stays what it was.
 *
 * clang -g -O1 -fsanitize=fuzzer,address,undefined -Ilib tests/fuzz/json.c \
 *     lib/json/[a-z]*.c lib/buf.c lib/utf8.c lib/why.c
 */
#include <stdint.h>
#include <stdlib.h>

#include "json.h"
#include "utf8.h"

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static void
must(int so)
{
	if (!so)
		abort();
}

/* A literal's text, quoted anew, has the same text (but for lone surrogates,
 * which no UTF-8 can tell). */
static void
literal(struct span lit)
{
	struct buf text, again, back;
	struct span plain;

	buf_init(&text, lit.n);
	buf_init(&again, 6 * lit.n + 2);
	buf_init(&back, 6 * lit.n);
	must(json_unquote(&text, lit) >= 0);
	must(utf8_valid(buf_span(&text)));
	if (json_plain(lit, &plain))
		must(span_eq(plain, buf_span(&text)));
	must(json_quote(&again, buf_span(&text)) == 0);
	must(json_check(buf_span(&again), NULL, NULL) == 0);
	must(json_unquote(&back, buf_span(&again)) == 0);
	must(span_eq(buf_span(&text), buf_span(&back)));
	buf_done(&text);
	buf_done(&again);
	buf_done(&back);
}

static void
walk(struct span value)
{
	struct json_iter it = json_iter(value);
	struct span member;
	struct json j;
	int64_t n;

	(void)json_int(value, &n);
	(void)json_member(value, "id", &member);
	if (json_type(value) == JSON_STRING)
		literal(value);
	while (json_next(&it)) {
		must(json_check(it.value, &j, NULL) == 0);
		must(span_eq(j.value, it.value));
		must(j.type == json_type(it.value));
		if (it.key.p != NULL)
			literal(it.key);
		walk(it.value);
	}
}

static void
quoted(struct span any)
{
	struct buf lit, back;

	buf_init(&lit, 6 * any.n + 2);
	buf_init(&back, any.n);
	must(json_quote(&lit, any) == 0);
	must((json_check(buf_span(&lit), NULL, NULL) == 0) ==
	    utf8_valid(any));
	must(json_unquote(&back, buf_span(&lit)) == 0);
	must(span_eq(buf_span(&back), any));
	buf_done(&lit);
	buf_done(&back);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct span text = span_of(data, size);
	struct json j, again;
	struct why why;
	struct buf b;

	quoted(text);
	if (json_check(text, &j, &why) == -1) {
		must(why.status == STATUS_BAD_LINE);
		return 0;
	}
	must(utf8_valid(text));
	walk(j.value);
	buf_init(&b, j.value.n);
	must(json_splice(&b, j.value) == 0);
	must(memchr(b.p, '\n', b.n) == NULL);
	must(json_check(buf_span(&b), &again, NULL) == 0);
	must(again.type == j.type && !again.has_break);
	must(again.value.n == j.value.n);
	must(j.has_break || span_eq(j.value, buf_span(&b)));
	buf_done(&b);
	return 0;
}
