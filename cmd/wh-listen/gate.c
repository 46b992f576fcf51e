/* gate.c - which requests are taken at all. */
#include <fnmatch.h>
#include <stdint.h>

#include "gate.h"

/* Their case counts (RFC 9110 section 9.1), and nobody sends a `post`: who
 * writes so would have all requests refused. */
static int
check_method(struct span m, const char *methods, struct why *why)
{
	static const char *const known[] = { "CONNECT", "DELETE", "GET",
	    "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "TRACE" };
	size_t i;

	if (!http1_is_token(m))
		return why_set(why, STATUS_USAGE, "--method: %s: not methods "
		    "with commas between", methods);
	for (i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (span_case_eq(m, span_str(known[i])) &&
		    !span_eq(m, span_str(known[i])))
			return why_set(why, STATUS_USAGE, "--method: %.*s: "
			    "is written %s", (int)m.n, m.p, known[i]);
	return 0;
}

/* With FNM_PATHNAME nothing but a slash stands for the first one. */
static int
check_paths(const struct opt_list *paths, struct why *why)
{
	size_t i;

	for (i = 0; i < paths->n; i++)
		if (paths->v[i][0] != '/')
			return why_set(why, STATUS_USAGE,
			    "--path: %s: a path begins with a slash",
			    paths->v[i]);
	return 0;
}

int
gate_init(struct gate *g, const struct opt_list *paths, const char *methods,
    struct why *why)
{
	struct span list = span_str(methods), m;

	g->paths = paths;
	g->methods = list;
	buf_init(&g->allow, SIZE_MAX);
	buf_init(&g->path, SIZE_MAX);
	if (methods != NULL && list.n == 0)
		return why_set(why, STATUS_USAGE, "--method: none given");
	if (check_paths(paths, why) != 0)
		return -1;
	while (span_item(&list, ',', &m)) {
		if (check_method(m, methods, why) != 0)
			return -1;
		if ((g->allow.n > 0 && buf_adds(&g->allow, ", ") != 0) ||
		    buf_add(&g->allow, m) != 0)
			return why_set(why, STATUS_USAGE, "out of memory");
	}
	return 0;
}

void
gate_done(struct gate *g)
{
	buf_done(&g->allow);
	buf_done(&g->path);
}

static int
is_method(struct span list, struct span method)
{
	struct span m;

	while (span_item(&list, ',', &m))
		if (span_eq(m, method))
			return 1;
	return 0;
}

static int
is_path(const struct gate *g)
{
	size_t i;

	for (i = 0; i < g->paths->n; i++)
		if (fnmatch(g->paths->v[i], g->path.p, FNM_PATHNAME) == 0)
			return 1;
	return 0;
}

int
gate_refusal(struct gate *g, const struct http1_head *head)
{
	struct span path, query;

	if (g->paths->n > 0) {
		http1_target(head->target, &path, &query);
		buf_clear(&g->path);
		if (buf_add(&g->path, path) != 0 ||
		    buf_addc(&g->path, '\0') != 0)
			return 500;
		if (!is_path(g))
			return 404;
	}
	return g->methods.n == 0 || is_method(g->methods, head->method) ?
	    0 : 405;
}
