/* reach.c - how URLs are reached. */
#include <stdlib.h>

#include "client/url.h"
#include "reach.h"
#include "result.h"

/* "10.1.2.3", "[2001:db8::1]", with or without the brackets. */
static int
is_address(struct span s)
{
	struct cidr_ip ip;

	if (s.n > 2 && *s.p == '[' && s.p[s.n - 1] == ']')
		s = span_of(s.p + 1, s.n - 2);
	return cidr_ip_parse(&ip, s) == 0;
}

/* "HOST:PORT:ADDRESS[,ADDRESS...]", as libcurl takes it: what it does not
 * understand it leaves out in silence. */
static int
check_resolve(const char *text, struct why *why)
{
	const char *port = strchr(text, ':');
	size_t digits = port != NULL ? strspn(port + 1, "0123456789") : 0;
	struct span rest = { NULL, 0 }, one;
	const char *comma;

	if (digits > 0 && port > text && port[1 + digits] == ':')
		rest = span_str(port + digits + 2);
	while (rest.n > 0) {
		comma = memchr(rest.p, ',', rest.n);
		one = span_of(rest.p, comma != NULL ?
		    (size_t)(comma - rest.p) : rest.n);
		if (!is_address(one))
			break;
		if (comma == NULL)
			return 0;
		rest = span_from(rest, one.n + 1);
	}
	return why_set(why, STATUS_USAGE,
	    "--resolve: %s: not HOST:PORT:ADDRESS", text);
}

/* libcurl asks the environment before each request; where it has no proxy,
 * once is enough. */
static const char *
proxy_of_environment(void)
{
	static const char *const names[] = { "http_proxy", "https_proxy",
	    "HTTPS_PROXY", "all_proxy", "ALL_PROXY" };
	const char *value;
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		value = getenv(names[i]);
		if (value != NULL && *value != '\0')
			return NULL;
	}
	return "";
}

int
reach_init(struct reach *r, const struct config *c, struct http_config *http,
    struct why *why)
{
	struct why cause;
	size_t i;

	for (i = 0; i < c->allow.n; i++)
		if (cidr_list_add(&r->allow, c->allow.v[i], &cause) == -1)
			return why_set(why, STATUS_USAGE, "--allow: %s",
			    cause.text);
	for (i = 0; i < c->resolve.n; i++)
		if (check_resolve(c->resolve.v[i], why) == -1)
			return -1;
	if (url_proxy_check(c->proxy, why) == -1)
		return -1;
	*http = (struct http_config){ .tls = c->tls,
	    .unix_socket = c->unix_socket,
	    .proxy = c->proxy != NULL ? c->proxy : proxy_of_environment(),
	    .allow = &r->allow, .resolve = c->resolve.v,
	    .nresolve = c->resolve.n, .timeout_ms = c->timeout_ms,
	    .connect_timeout_ms = c->connect_timeout_ms,
	    .max_reply = c->reply ? RESULT_REPLY_MAX : 0,
	    .jobs_per_host = c->jobs_per_host };
	return 0;
}

void
reach_done(struct reach *r)
{
	cidr_list_done(&r->allow);
}
