/* probe.c - --health and --metrics: for whoever watches the service. */
#include "own.h"

#define AT(member) .offset = offsetof(struct front_probes, member)

const struct opt front_probe_options[] = {
	{ .type = OPT_TYPE_STRING, .name = "health", .arg = "PATH",
	    AT(health),
	    .help = "answer 200 for this path while all is well, else 503",
	    .more = "For GET and HEAD; even where all else has to wait, and\n"
		"without a line." },
	{ .type = OPT_TYPE_STRING, .name = "metrics", .arg = "PATH",
	    AT(metrics),
	    .help = "answer with what was counted, for Prometheus" },
	OPT_END
};

static int
check(const char *name, const char *path, struct why *why)
{
	if (path == NULL || (path[0] == '/' &&
	    strcspn(path, "?# ") == strlen(path)))
		return 0;
	return why_set(why, STATUS_USAGE,
	    "--%s: %s: a path begins with a slash, and ends before a query",
	    name, path);
}

int
front_probes_check(const struct front_probes *p, struct why *why)
{
	if (check("health", p->health, why) == -1 ||
	    check("metrics", p->metrics, why) == -1)
		return -1;
	if (p->health != NULL && p->metrics != NULL &&
	    strcmp(p->health, p->metrics) == 0)
		return why_set(why, STATUS_USAGE,
		    "--health and --metrics: two paths are needed");
	return 0;
}

static void
answer(struct exchange *x, int status, const char *type, struct span text)
{
	const struct front_field fields[] = {
		{ "Content-Type", span_str(type) },
		{ "Cache-Control", SPAN("no-store") }
	};

	reply_aside(x, status, fields, 2, text);
}

static void
answer_method(struct exchange *x)
{
	const struct front_field allow = { "Allow", SPAN("GET, HEAD") };

	reply_aside(x, 405, &allow, 1, SPAN(""));
}

static void
answer_health(struct exchange *x)
{
	const struct front *f = x->conn->front;
	int healthy = f->user.healthy(f->arg);

	answer(x, healthy ? 200 : 503, "text/plain; charset=utf-8",
	    healthy ? SPAN("ok\n") : SPAN("not now\n"));
}

static void
answer_metrics(struct exchange *x)
{
	struct front *f = x->conn->front;
	struct buf out;
	int made;

	buf_init(&out, SIZE_MAX);
	f->nopen--;		/* this one is none of those told of */
	made = f->user.metrics(f->arg, &out);
	f->nopen++;
	if (made == 0)
		answer(x, 200, METRICS_TYPE, buf_span(&out));
	else
		answer(x, 503, "text/plain; charset=utf-8",
		    SPAN("out of memory\n"));
	buf_done(&out);
}

int
probe_answer(struct exchange *x)
{
	const struct front_probes *p = &x->conn->front->config.probes;
	const struct http1_head *head = &x->head;
	struct span path, query;
	int is_health;

	if (p->health == NULL && p->metrics == NULL)
		return 0;
	http1_target(head->target, &path, &query);
	is_health = p->health != NULL && span_eq(path, span_str(p->health));
	if (!is_health && (p->metrics == NULL ||
	    !span_eq(path, span_str(p->metrics))))
		return 0;
	if (!span_eq(head->method, SPAN("GET")) &&
	    !span_eq(head->method, SPAN("HEAD")))
		answer_method(x);
	else if (is_health)
		answer_health(x);
	else
		answer_metrics(x);
	return 1;
}
