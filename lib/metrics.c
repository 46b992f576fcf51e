/* metrics.c - what a program counts, told in one of three forms. */
#include <inttypes.h>

#include "json.h"
#include "metrics.h"

struct metrics {
	struct buf *out;
	enum metrics_form form;
	char prefix[64];	/* "wh_listen_"; a name for Prometheus */
	const char *family, *label;
	int open;		/* within the family's JSON object */
	int any;		/* something was said, on this level */
	int failed;
};

static void
add(struct metrics *m, const char *text)
{
	m->failed |= buf_adds(m->out, text) == -1;
}

static void
add_number(struct metrics *m, uint64_t n)
{
	m->failed |= buf_addf(m->out, "%" PRIu64, n) == -1;
}

/* `\` and line feeds, and quotes where the text stands in quotes. */
static void
add_escaped(struct metrics *m, const char *text, int quotes)
{
	for (; *text != '\0'; text++) {
		if (*text == '\\' || (quotes && *text == '"'))
			add(m, "\\");
		if (*text == '\n')
			add(m, "\\n");
		else
			m->failed |= buf_addc(m->out, *text) == -1;
	}
}

static void
add_quoted(struct metrics *m, const char *text)
{
	m->failed |= json_quote(m->out, span_str(text)) != 0;
}

/* ---- Prometheus ---- */

static void
add_name(struct metrics *m, const char *name, const char *suffix)
{
	add(m, m->prefix);
	add(m, name);
	add(m, suffix);
}

static void
describe(struct metrics *m, const char *name, const char *suffix,
    const char *help)
{
	add(m, "# HELP ");
	add_name(m, name, suffix);
	add(m, " ");
	add_escaped(m, help, 0);
	add(m, "\n# TYPE ");
	add_name(m, name, suffix);
	add(m, suffix[0] != '\0' ? " counter\n" : " gauge\n");
}

/* ---- the other two ---- */

static void
separate(struct metrics *m)
{
	if (m->any)
		add(m, m->form == METRICS_TEXT ? " " : ",");
	m->any = 1;
}

static void
close_family(struct metrics *m)
{
	if (m->open) {
		add(m, "}");
		m->any = 1;
	}
	m->open = 0;
	m->family = NULL;
}

static void
say(struct metrics *m, const char *name, uint64_t n)
{
	separate(m);
	if (m->form == METRICS_JSON) {
		add_quoted(m, name);
		add(m, ":");
	} else {
		if (m->family != NULL) {
			add(m, m->family);
			add(m, ".");
		}
		add(m, name);
		add(m, " ");
	}
	add_number(m, n);
}

/* ---- all ---- */

static void
single(struct metrics *m, const char *name, const char *suffix,
    const char *help, uint64_t n)
{
	if (m->form != METRICS_PROMETHEUS) {
		close_family(m);
		say(m, name, n);
		return;
	}
	describe(m, name, suffix, help);
	add_name(m, name, suffix);
	add(m, " ");
	add_number(m, n);
	add(m, "\n");
}

void
metrics_counter(struct metrics *m, const char *name, const char *help,
    uint64_t n)
{
	single(m, name, "_total", help, n);
}

void
metrics_gauge(struct metrics *m, const char *name, const char *help,
    uint64_t n)
{
	single(m, name, "", help, n);
}

void
metrics_family(struct metrics *m, const char *name, const char *help,
    const char *label)
{
	close_family(m);
	m->family = name;
	m->label = label;
	if (m->form == METRICS_PROMETHEUS) {
		describe(m, name, "_total", help);
	} else if (m->form == METRICS_JSON) {
		separate(m);
		add_quoted(m, name);
		add(m, ":{");
		m->open = 1;
		m->any = 0;
	}
}

void
metrics_member(struct metrics *m, const char *value, uint64_t n)
{
	if (m->form != METRICS_PROMETHEUS) {
		say(m, value, n);
		return;
	}
	add_name(m, m->family, "_total{");
	add(m, m->label);
	add(m, "=\"");
	add_escaped(m, value, 1);
	add(m, "\"} ");
	add_number(m, n);
	add(m, "\n");
}

static void
set_prefix(struct metrics *m, const char *program)
{
	size_t i;

	for (i = 0; program[i] != '\0' && i + 2 < sizeof(m->prefix); i++)
		m->prefix[i] = program[i] == '-' ? '_' : program[i];
	m->prefix[i++] = '_';
	m->prefix[i] = '\0';
}

int
metrics_print(struct buf *out, enum metrics_form form, const char *program,
    metrics_fn fn, void *arg)
{
	struct metrics m = { .out = out, .form = form };

	set_prefix(&m, program);
	if (form == METRICS_JSON)
		add(&m, "{");
	fn(arg, &m);
	close_family(&m);
	if (form == METRICS_JSON)
		add(&m, "}");
	return m.failed ? -1 : 0;
}
