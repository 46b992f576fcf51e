/* filter.c - jq expressions over lines, in-process.
 *
 * One program is compiled and run for every line: compiling takes libjq 1.6
 * some 20 ms, running it about a microsecond.
 */
#include <stdlib.h>

#include <jv.h>
#include <jq.h>

#include "filter.h"
#include "filter/value.h"
#include "say.h"

struct filter {
	jq_state *jq;
	enum filter_kind kind;
};

/* What libjq said while it compiled: several messages, of several lines. */
struct said {
	char text[400];
	size_t n;
};

/* ---- making a filter ---- */

/* Collects what libjq says; frees msg. */
static void
on_compile_message(void *arg, jv msg)
{
	struct said *said = arg;
	const char *s;

	if (jv_get_kind(msg) != JV_KIND_STRING)
		msg = jv_dump_string(msg, 0);
	s = jv_string_value(msg);
	if (said->n > 0 && said->n < sizeof(said->text) - 1)
		said->text[said->n++] = ' ';
	for (; *s != '\0' && said->n < sizeof(said->text) - 1; s++)
		said->text[said->n++] = *s == '\n' ? ' ' : *s;
	while (said->n > 0 && said->text[said->n - 1] == ' ')
		said->n--;
	said->text[said->n] = '\0';
	jv_free(msg);
}

/* What the builtin `debug` gives. */
static void
on_debug(void *arg, jv msg)
{
	jv text = jv_dump_string(msg, 0);

	(void)arg;
	say_note("%s", jv_string_value(text));
	jv_free(text);
}

/* Without it libjq 1.6 calls a null pointer for `input`. */
static jv
on_input(jq_state *jq, void *arg)
{
	(void)jq;
	(void)arg;
	return jv_invalid();
}

/* {NAME: VALUE, ...}, or an invalid value and why. */
static jv
variables(const struct filter_var *vars, size_t n, struct why *why)
{
	jv all = jv_object();
	size_t i;

	for (i = 0; i < n; i++) {
		jv v = vars[i].json ?
		    filter_value(span_str(vars[i].value), NULL) :
		    jv_string(vars[i].value);

		if (!jv_is_valid(v)) {
			jv_free(v);
			jv_free(all);
			why_set(why, STATUS_USAGE, "$%s: not JSON: %s",
			    vars[i].name, vars[i].value);
			return jv_invalid();
		}
		all = jv_object_set(all, jv_string(vars[i].name), v);
	}
	return all;
}

/* The variables, and all of them at once as $ARGS.named and $__prog_args. */
static jv
arguments(const struct filter_var *vars, size_t n, struct why *why)
{
	jv named = variables(vars, n, why);
	jv args;

	if (!jv_is_valid(named))
		return named;
	args = jv_object_set(jv_object(), jv_string("positional"),
	    jv_array());
	args = jv_object_set(args, jv_string("named"), jv_copy(named));
	named = jv_object_set(named, jv_string("__prog_args"),
	    jv_copy(named));
	return jv_object_set(named, jv_string("ARGS"), args);
}

/* Where `import` looks: as jq does, but for the folders beside its program.
 * Without these libjq 1.6 fails an assertion. */
static void
set_paths(jq_state *jq)
{
	jq_set_attr(jq, jv_string("JQ_ORIGIN"), jv_string("."));
	jq_set_attr(jq, jv_string("PROGRAM_ORIGIN"), jv_string("."));
	jq_set_attr(jq, jv_string("JQ_LIBRARY_PATH"),
	    jv_array_append(jv_array(), jv_string("~/.jq")));
}

static int
compile(struct filter *f, const char *expr, jv args, struct why *why)
{
	struct said said = { "", 0 };
	int ok;

	set_paths(f->jq);
	jq_set_error_cb(f->jq, on_compile_message, &said);
	ok = jq_compile_args(f->jq, expr, args);
	jq_set_error_cb(f->jq, NULL, NULL);
	if (!ok)
		return why_set(why, STATUS_USAGE, "%s", said.text);
	jq_set_input_cb(f->jq, on_input, NULL);
	jq_set_debug_cb(f->jq, on_debug, NULL);
	return 0;
}

/* ---- running it ---- */

/* Why no more results come: 0 if there are no more, or -1 and why.  Frees
 * last, which jq_next gave and which is invalid. */
static int
ended(struct filter *f, jv last, struct why *why)
{
	jv msg;
	int rc;

	if (jq_halted(f->jq)) {
		jv_free(last);
		msg = jq_get_error_message(f->jq);
	} else {
		msg = jv_invalid_get_msg(last);
	}
	if (!jv_is_valid(msg) || jv_get_kind(msg) == JV_KIND_NULL) {
		jv_free(msg);
		return 0;
	}
	if (jv_get_kind(msg) != JV_KIND_STRING)
		msg = jv_dump_string(msg, 0);
	rc = why_set(why, STATUS_SOME, "%s", jv_string_value(msg));
	jv_free(msg);
	return rc;
}

static int
truthy(jv v)
{
	return jv_get_kind(v) != JV_KIND_FALSE &&
	    jv_get_kind(v) != JV_KIND_NULL;
}

static int
run_select(struct filter *f, struct span line, put_fn put, void *arg,
    struct why *why)
{
	jv v = jq_next(f->jq);
	int pass;

	if (!jv_is_valid(v))
		return ended(f, v, why);
	pass = truthy(v);
	jv_free(v);
	return pass ? put(arg, line) : 0;
}

/* One result, which is freed. */
static int
put_result(jv v, jv in, struct span line, put_fn put, void *arg)
{
	jv text;
	int rc;

	if (jv_identical(jv_copy(v), jv_copy(in))) {
		jv_free(v);
		return put(arg, line);
	}
	text = jv_dump_string(v, 0);
	rc = put(arg, span_of(jv_string_value(text),
	    (size_t)jv_string_length_bytes(jv_copy(text))));
	jv_free(text);
	return rc;
}

static int
run_map(struct filter *f, jv in, struct span line, put_fn put, void *arg,
    struct why *why)
{
	int rc = 0;
	jv v;

	while (jv_is_valid(v = jq_next(f->jq)))
		rc = put_result(v, in, line, put, arg);
	return ended(f, v, why) == 0 ? rc : -1;
}

/* ---- public ---- */

struct filter *
filter_new(enum filter_kind kind, const char *expr,
    const struct filter_var *vars, size_t nvars, struct why *why)
{
	struct filter *f = calloc(1, sizeof(*f));
	jv args = jv_invalid();

	if (f == NULL || (f->jq = jq_init()) == NULL) {
		why_set(why, STATUS_USAGE, "out of memory");
		goto out;
	}
	f->kind = kind;
	args = arguments(vars, nvars, why);
	if (!jv_is_valid(args))
		goto out;
	if (compile(f, expr, jv_copy(args), why) != 0)
		goto out;
	jv_free(args);
	return f;
out:
	jv_free(args);
	filter_free(f);
	return NULL;
}

void
filter_free(struct filter *f)
{
	if (f == NULL)
		return;
	if (f->jq != NULL)
		jq_teardown(&f->jq);
	free(f);
}

int
filter_run(struct filter *f, struct span line, put_fn put, void *arg,
    struct why *why)
{
	jv in = filter_value(line, why);
	int rc;

	if (!jv_is_valid(in)) {
		jv_free(in);
		return -1;
	}
	/* in stays referenced, so that libjq can't change it in place and
	 * jv_identical tells the truth. */
	jq_start(f->jq, jv_copy(in), 0);
	rc = f->kind == FILTER_SELECT ? run_select(f, line, put, arg, why) :
	    run_map(f, in, line, put, arg, why);
	jv_free(in);
	return rc;
}
