/* terms.c - keys and times. */
#include <stdlib.h>

#include "clock.h"
#include "json.h"
#include "terms.h"

#define MAX_LINE ((size_t)256 << 20)	/* more than any line is */

static int
no_memory(struct why *why)
{
	return why_set(why, STATUS_SOME, "out of memory");
}

/* ---- keys ---- */

/* The first result is the key. */
static int
take_result(void *arg, struct span result)
{
	struct terms *t = arg;

	if (t->text.n == 0 && buf_add(&t->text, result) == -1)
		t->failed = 1;
	return 0;
}

/* A text line is a string, to --order-key as to filters. */
static int
run_key(struct terms *t, const struct lines_record *r, struct why *why)
{
	struct span line = r->line;
	struct why cause;

	if (r->is_text) {
		buf_clear(&t->scratch);
		if (json_quote(&t->scratch, line) == -1)
			return no_memory(why);
		line = buf_span(&t->scratch);
	}
	t->failed = 0;
	if (filter_run(t->key, line, take_result, t, &cause) == -1)
		return why_set(why, STATUS_BAD_LINE, "--order-key: %s",
		    cause.text);
	return t->failed ? no_memory(why) : 0;
}

/* However it is spelt: "a" is "\u0061". */
static int
read_key(struct terms *t, struct span member, struct why *why)
{
	struct span text;

	switch (json_type(member)) {
	case JSON_STRING:
		buf_clear(&t->scratch);
		if (event_string(member, "key", &t->scratch, &text, why) != 0)
			return -1;
		return json_quote(&t->text, text) == 0 ? 0 : no_memory(why);
	case JSON_NUMBER:
	case JSON_BOOL:
		return buf_add(&t->text, member) == 0 ? 0 : no_memory(why);
	case JSON_NULL:
		return 0;
	default:
		return why_set(why, STATUS_BAD_LINE,
		    "key: neither a string nor a number");
	}
}

int
terms_key(struct terms *t, const struct lines_record *r,
    const struct event *e, struct span *key, struct why *why)
{
	int has_own = e != NULL && e->key.p != NULL, bad = 0;

	buf_clear(&t->text);
	*key = (struct span){ NULL, 0 };
	/* What comes from a spool may have had its key from here. */
	if (t->key != NULL && !(has_own && t->config->spool != NULL))
		bad = run_key(t, r, why);
	else if (has_own)
		bad = read_key(t, e->key, why);
	if (t->text.n > 0 && !span_eq(buf_span(&t->text), SPAN("null")))
		*key = buf_span(&t->text);
	return bad;
}

static int
take_key(struct terms *t, struct job *j, const struct lines_record *r,
    const struct event *e, struct why *why)
{
	struct span key;

	if (terms_key(t, r, e, &key, why) == -1)
		return -1;
	if (key.p != NULL) {
		j->key = span_of(job_keep(j, key), key.n);
		if (j->key.p == NULL)
			return no_memory(why);
	}
	if (t->config->order == ORDER_KEY)
		j->deliver.key = j->key;
	else if (t->config->order == ORDER_HOST)
		j->deliver.key = span_str(j->deliver.site);
	return 0;
}

/* ---- times ---- */

/* In microseconds since the epoch, or -1. */
static int64_t
read_time(struct span member)
{
	struct span text;
	double seconds;

	if (json_type(member) == JSON_STRING)
		return json_plain(member, &text) ?
		    clock_read_rfc3339(text.p, text.n) : -1;
	if (json_type(member) != JSON_NUMBER)
		return -1;
	/* A JSON number is one of strtod's, and ends where it does. */
	seconds = strtod(member.p, NULL);
	return seconds >= 0 && seconds < 1e12 ?
	    (int64_t)(seconds * 1e6) : -1;
}

/* On the loop's clock, rounded up; in the past: 1, long ago.  0 if the line
 * says none. */
static int
take_time(struct span member, const char *name, int64_t *at_ms,
    struct why *why)
{
	int64_t us, wait_us;

	if (member.p == NULL || json_type(member) == JSON_NULL)
		return 0;
	us = read_time(member);
	if (us == -1)
		return why_set(why, STATUS_BAD_LINE, "%s: neither a time as "
		    "RFC 3339 has it nor seconds since the epoch", name);
	wait_us = us - clock_wall_us();
	*at_ms = wait_us > 0 ? clock_mono_ms() + (wait_us + 999) / 1000 : 1;
	return 0;
}

static void
take_max_age(const struct terms *t, struct job *j)
{
	int64_t end_ms = clock_mono_ms() + t->config->max_age_ms;

	if (t->config->max_age_ms > 0 && (j->deliver.deadline_ms == 0 ||
	    end_ms < j->deliver.deadline_ms))
		j->deliver.deadline_ms = end_ms;
}

/* ---- public ---- */

int
terms_init(struct terms *t, const struct config *c, struct why *why)
{
	struct why cause;

	*t = (struct terms){ .config = c };
	buf_init(&t->text, MAX_LINE);
	buf_init(&t->scratch, MAX_LINE);
	if (c->order_key == NULL)
		return 0;
	t->key = lines_filter_new(&c->lines, FILTER_MAP, c->order_key, &cause);
	return t->key != NULL ? 0 :
	    why_set(why, STATUS_USAGE, "--order-key: %s", cause.text);
}

void
terms_done(struct terms *t)
{
	filter_free(t->key);
	buf_done(&t->text);
	buf_done(&t->scratch);
}

int
terms_take(struct terms *t, struct job *j, const struct lines_record *r,
    const struct event *e, struct why *why)
{
	if (take_key(t, j, r, e, why) == -1)
		return -1;
	if (e != NULL && (take_time(e->not_before, "not_before",
	    &j->deliver.due_ms, why) == -1 || take_time(e->deadline,
	    "deadline", &j->deliver.deadline_ms, why) == -1))
		return -1;
	take_max_age(t, j);
	return 0;
}
