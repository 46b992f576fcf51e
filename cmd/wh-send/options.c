/* options.c - wh-send's options and usage. */
#include <string.h>

#include "options.h"

#define AT(member) .offset = offsetof(struct config, member)

static const struct opt options[] = {
	OPT_GROUP("Requests"),
	{ .type = OPT_TYPE_STRING, .letter = 'X', .name = "method",
	    .arg = "METHOD", AT(method),
	    .help = "the request's method: POST, or an event's own",
	    .more = "Given, it counts for events, too." },
	{ .type = OPT_TYPE_LIST, .letter = 'H', .name = "header",
	    .arg = "FIELD", AT(headers),
	    .help = "send the header field \"Name: value\"",
	    .more = "It replaces fields of that name.\n"
		"\"Name:\" sends none, \"Name;\" one without a value,\n"
		".Pf @ Ar FILE\nstands for the file's lines." },
	{ .type = OPT_TYPE_STRING, .name = "body", .arg = "FILE", AT(body),
	    .help = "send this file (-: stdin) as one request",
	    .more = "Its content type is application/json if the file is\n"
		"valid JSON, else application/octet-stream." },
	{ .type = OPT_TYPE_FLAG, .name = "append-path", .min = 1,
	    AT(append_path),
	    .help = "append each event's target to the URL",
	    .more = "The default where the URL ends with a slash." },

	OPT_GROUP("Connections"),
	{ .type = OPT_TYPE_STRING, .name = "unix-socket", .arg = "PATH",
	    AT(unix_socket), .help = "connect to this unix socket",
	    .more = "Not for URLs from lines." },
	{ .type = OPT_TYPE_STRING, .letter = 'x', .name = "proxy",
	    .arg = "URL", AT(proxy),
	    .help = "connect through this proxy, not the environment's",
	    .more = "http, https, socks4a, socks5h and so on, as with\n"
		".Xr curl 1 ;\nan empty one is none.\n"
		"Not for URLs from lines." },
	{ .type = OPT_TYPE_LIST, .name = "resolve",
	    .arg = "HOST:PORT:ADDRESS", AT(resolve),
	    .help = "connect to this address for that host and port",
	    .more = "Several addresses, with commas between them, are "
		"tried in turn." },
	{ .type = OPT_TYPE_LIST, .name = "allow", .arg = "CIDR", AT(allow),
	    .help = "let URLs from lines reach these addresses, too",
	    .more = "A block as 10.1.0.0/16, or one address." },
	{ .type = OPT_TYPE_FLAG, .name = "allow-private", .min = 1,
	    AT(allow_private),
	    .help = "treat URLs from lines as one that was typed",
	    .more = "They reach every address, through\n"
		".Fl \\-proxy , Fl \\-unix\\-socket\n"
		"and the environment's proxies, too." },

	OPT_GROUP("Deliveries"),
	{ .type = OPT_TYPE_INT, .name = "jobs", .arg = "N", AT(jobs),
	    .dflt = "64", .min = 1, .max = 10000,
	    .help = "requests at once" },
	{ .type = OPT_TYPE_INT, .name = "jobs-per-host", .arg = "N",
	    AT(jobs_per_host), .dflt = "8", .min = 1, .max = 10000,
	    .help = "requests to one host at once" },
	{ .type = OPT_TYPE_INT, .name = "retries", .arg = "N", AT(retries),
	    .dflt = "5", .min = 0, .max = 1000000,
	    .help = "try a delivery so many times again" },
	{ .type = OPT_TYPE_STRING, .name = "backoff", .arg = "FIRST..MAX",
	    AT(backoff), .dflt = "1s..5m",
	    .help = "wait so long before the first retry, up to MAX",
	    .more = "The wait doubles each time; up to half of it is\n"
		"added at random.\nA receiver's Retry-After is waited for "
		"at least." },
	{ .type = OPT_TYPE_TIME, .name = "timeout", .arg = "TIME",
	    AT(timeout_ms), .dflt = "30s", .min = 1, .max = INT32_MAX,
	    .help = "give an attempt up after so long" },
	{ .type = OPT_TYPE_TIME, .name = "connect-timeout", .arg = "TIME",
	    AT(connect_timeout_ms), .dflt = "10s", .min = 1,
	    .max = INT32_MAX,
	    .help = "give up connecting after so long" },
	{ .type = OPT_TYPE_TIME, .name = "drain", .arg = "TIME",
	    AT(drain_ms), .dflt = "5s", .min = 0, .max = INT32_MAX,
	    .help = "when told to end, finish what is in flight within" },

	OPT_GROUP("Results"),
	{ .type = OPT_TYPE_FLAG, .name = "reply", .min = 1, AT(reply),
	    .help = "add the reply's headers and body to each result",
	    .more = "Of the body 4 KiB are kept." },

	{ .type = OPT_TYPE_INCLUDE, .include = lines_form_options,
	    AT(lines) },
	{ .type = OPT_TYPE_INCLUDE, .include = lines_in_options, AT(lines) },
	{ .type = OPT_TYPE_INCLUDE, .include = lines_null_options,
	    AT(lines) },
	{ .type = OPT_TYPE_INCLUDE, .include = lines_in_filter_options,
	    AT(lines) },
	{ .type = OPT_TYPE_INCLUDE, .include = lines_var_options,
	    AT(lines) },
	{ .type = OPT_TYPE_INCLUDE, .include = client_tls_options, AT(tls) },
	OPT_GROUP("Reports"),
	{ .type = OPT_TYPE_INCLUDE, .include = progress_options,
	    AT(progress) },
	{ .type = OPT_TYPE_INCLUDE, .include = tool_options, AT(tool) },
	OPT_END
};

static const char *const usage[] = {
	"[options] URL", "[options] -e [URL]", "[options] --body FILE URL",
	NULL
};

const struct opt_program options_program = {
	.name = "wh-send",
	.summary = "deliver lines of JSON as webhooks",
	.usage = usage,
	.operand = "URL",
	.options = options
};

/* "1s..5m", or one time for both. */
int
options_backoff(const char *text, int64_t *first, int64_t *max,
    struct why *why)
{
	const char *dots = strstr(text, "..");
	char head[32];
	size_t n = dots != NULL ? (size_t)(dots - text) : strlen(text);
	struct why cause;

	if (n >= sizeof(head))
		return why_set(why, STATUS_USAGE, "--backoff: %s: not a range",
		    text);
	memcpy(head, text, n);
	head[n] = '\0';
	if (opt_time(head, first, &cause) == -1 ||
	    opt_time(dots != NULL ? dots + 2 : head, max, &cause) == -1)
		return why_set(why, STATUS_USAGE, "--backoff: %s", cause.text);
	if (*max < *first)
		return why_set(why, STATUS_USAGE,
		    "--backoff: %s: ends before it begins", text);
	return 0;
}

int
options_check(const struct config *c, const struct opt_list *operands,
    struct why *why)
{
	const struct lines_opts *l = &c->lines;

	if (operands->n > 1)
		return why_set(why, STATUS_USAGE, "%s: one URL is enough",
		    operands->v[1]);
	if (c->body != NULL && (l->events || l->payload || l->in ||
	    l->raw_in || l->null || l->in_select || l->in_filter ||
	    l->vars.n > 0 || l->json_vars.n > 0 || c->append_path))
		return why_set(why, STATUS_USAGE,
		    "--body: sends a file, and no option about lines applies");
	if (l->events && l->raw_in)
		return why_set(why, STATUS_USAGE,
		    "--events: contradicts --raw-input; for a filter that "
		    "makes events there is --in events");
	if (operands->n == 0 && (c->body != NULL || !(l->events ||
	    l->in == LINES_WORD_EVENTS)))
		return why_set(why, STATUS_USAGE, "URL: missing");
	return 0;
}
