/* options.c - wh-send's options and usage. */
#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "cloud.h"
#include "options.h"
#include "rate.h"

#define RATE_SLACK_MS 10

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

	OPT_GROUP("Signatures"),
	{ .type = OPT_TYPE_LIST, .name = "sign", .arg = "SCHEME", AT(sign),
	    .help = "sign requests in this way (standard-webhooks, where a "
		"secret is given)",
	    .more = "Given again, in each of the ways.\nSee\n"
		".Xr hookline\\-signatures 7 ." },
	{ .type = OPT_TYPE_INCLUDE, .include = secret_options, AT(secrets) },

	OPT_GROUP("CloudEvents"),
	{ .type = OPT_TYPE_CHOICE, .name = "cloudevents",
	    .arg = "structured|binary", AT(cloudevents),
	    .min = CLOUD_STRUCTURED,
	    .help = "send each line as a CloudEvent, in this mode",
	    .more = "See\n.Sx CLOUDEVENTS ." },
	{ .type = OPT_TYPE_STRING, .name = "ce-source", .arg = "URI",
	    AT(ce_source), .needs = "cloudevents",
	    .help = "its source, if it has none (default: wh-send)" },
	{ .type = OPT_TYPE_STRING, .name = "ce-type", .arg = "TYPE",
	    AT(ce_type), .needs = "cloudevents",
	    .help = "its type, if it has none",
	    .more = "The default is the event's, as its provider calls it,\n"
		"or request or message." },
	{ .type = OPT_TYPE_CHOICE, .name = "handshake", .arg = "cloudevents",
	    AT(handshake), .min = 1, .needs = "handshake-origin",
	    .help = "ask each URL first whether it wants deliveries",
	    .more = "And keep to the rate that it allows.\nSee\n"
		".Sx CLOUDEVENTS ." },
	{ .type = OPT_TYPE_STRING, .name = "handshake-origin",
	    .arg = "NAME", AT(handshake_origin), .needs = "handshake",
	    .help = "who asks: the DNS name of the sending system" },
	{ .type = OPT_TYPE_INT, .name = "handshake-rate", .arg = "N",
	    AT(handshake_rate), .min = 1, .max = RATE_MAX_N,
	    .needs = "handshake",
	    .help = "ask for so many deliveries a minute" },

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
	{ .type = OPT_TYPE_STRING, .name = "rate", .arg = "N/s", AT(rate),
	    .help = "start at most so many requests in that time",
	    .more = "Evenly, retries among them; N/m and N/h are understood, "
		"too." },
	{ .type = OPT_TYPE_CHOICE, .name = "order", .arg = "none|key|host",
	    .min = ORDER_NONE, AT(order),
	    .help = "which lines are delivered in the order of the input",
	    .more = "Those of one key, or of one host; see\n.Sx ORDER .\n"
		"The default is none, or key where\n"
		".Fl \\-order\\-key\nis given." },
	{ .type = OPT_TYPE_STRING, .name = "order-key", .arg = "EXPR",
	    AT(order_key),
	    .help = "what the jq expression yields of a line is its key",
	    .more = "Without it, an event's own\n.Cm key\ncounts." },
	{ .type = OPT_TYPE_SIZE, .name = "queue", .arg = "SIZE", AT(queue),
	    .dflt = "16M", .min = 1,
	    .help = "hold lines of so many bytes in memory",
	    .more = "Then stdin is not read until some have been delivered\n"
		"or given up." },

	OPT_GROUP("Retries"),
	{ .type = OPT_TYPE_INT, .name = "retries", .arg = "N", AT(retries),
	    .min = 0, .max = 1000000,
	    .help = "try a delivery so many times again",
	    .more = "The default is 5, or as many as\n.Fl \\-schedule\n"
		"has waits; its last goes on for more." },
	{ .type = OPT_TYPE_STRING, .name = "backoff", .arg = "FIRST..MAX",
	    AT(backoff), .dflt = "1s..5m",
	    .help = "wait so long before the first retry, up to MAX",
	    .more = "The wait doubles each time; up to half of it is\n"
		"added at random.\nA receiver's Retry-After is waited for "
		"at least." },
	{ .type = OPT_TYPE_STRING, .name = "schedule",
	    .arg = "standard|TIME,...", AT(schedule),
	    .help = "wait so long before each retry",
	    .more = "In place of\n.Fl \\-backoff .\n"
		".Cm standard\nis 5s,5m,30m,2h,5h,10h,14h,20h,24h.\n"
		"Up to half, and 5 minutes, is added at random." },
	{ .type = OPT_TYPE_TIME, .name = "max-age", .arg = "TIME",
	    AT(max_age_ms), .min = 1,
	    .help = "give a line up so long after it was read" },
	{ .type = OPT_TYPE_STRING, .name = "breaker", .arg = "off|N/TIME",
	    AT(breaker), .dflt = "10/30s",
	    .help = "pause a host that has failed N times in a row",
	    .more = "After TIME one request is sent to it, and when that is\n"
		"answered 2, then 4, and so on, at once." },
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

	OPT_GROUP("Spool"),
	{ .type = OPT_TYPE_STRING, .name = "spool", .arg = "DIR", AT(spool),
	    .help = "put lines into this folder first, and deliver what is "
		"in it",
	    .more = "See\n.Sx SPOOL ." },
	{ .type = OPT_TYPE_FLAG, .name = "enqueue", .min = 1, AT(enqueue),
	    .help = "only put lines into the spool" },
	{ .type = OPT_TYPE_FLAG, .name = "follow", .min = 1, AT(follow),
	    .help = "deliver what others put into the spool, until told to "
		"end" },
	{ .type = OPT_TYPE_FLAG, .name = "retry-now", .min = 1,
	    AT(retry_now),
	    .help = "do not wait for what the spool holds for later" },
	{ .type = OPT_TYPE_TIME, .name = "keep", .arg = "TIME", AT(keep_ms),
	    .min = 1,
	    .help = "keep what was delivered in the spool for so long" },
	{ .type = OPT_TYPE_CHOICE, .name = "list", .arg = "due|dead|done",
	    AT(list), .min = 1,
	    .help = "print what the spool holds, and end",
	    .more = "Events that are yet to be delivered, were given up, or\n"
		"were delivered and kept." },
	{ .type = OPT_TYPE_CHOICE, .name = "purge", .arg = "due|dead|done",
	    AT(purge), .min = 1,
	    .help = "delete it from the spool, and end" },

	OPT_GROUP("Results"),
	{ .type = OPT_TYPE_FLAG, .name = "reply", .min = 1, AT(reply),
	    .help = "add the reply's headers and body to each result",
	    .more = "Of the body 4 KiB are kept." },
	{ .type = OPT_TYPE_STRING, .name = "dead-letter", .arg = "FILE",
	    AT(dead_letter),
	    .help = "append lines that were given up to this file",
	    .more = "As events, which\n.Fl e\ntakes again.\n"
		"With\n.Fl \\-spool\nthey are in the folder." },

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
	"[options] --spool DIR URL", "[options] --spool DIR --enqueue",
	"--spool DIR --list|--purge due|dead|done", NULL
};

const struct opt_program options_program = {
	.name = "wh-send",
	.summary = "deliver lines of JSON as webhooks",
	.usage = usage,
	.operand = "URL",
	.options = options
};

/* "10/30s" or "off". */
static int
breaker(const char *text, struct deliver_config *d, struct why *why)
{
	char *slash;
	struct why cause;

	if (strcmp(text, "off") == 0)
		return 0;
	errno = 0;
	d->row = strtoll(text, &slash, 10);
	if (errno != 0 || !isdigit((unsigned char)*text) || *slash != '/' ||
	    d->row < 1)
		return why_set(why, STATUS_USAGE, "--breaker: '%s' is not a "
		    "number and a time, as 10/30s is", text);
	if (opt_time(slash + 1, &d->breaker_ms, &cause) == -1)
		return why_set(why, STATUS_USAGE, "--breaker: %s", cause.text);
	return 0;
}

/* Evenly, but for as many as come due while something else is done. */
static int
rate(const char *text, struct rate *r, struct why *why)
{
	struct why cause;

	if (text == NULL)
		return 0;
	if (rate_parse(r, text, &cause) == -1)
		return why_set(why, STATUS_USAGE, "--rate: %s", cause.text);
	r->burst = r->n * RATE_SLACK_MS / r->per_ms + 1;
	return 0;
}

int
options_deliver(const struct config *c, struct deliver_config *d,
    struct why *why)
{
	struct why cause;

	d->jobs = c->jobs;
	d->jobs_per_host = c->jobs_per_host;
	d->limit = (size_t)c->queue;
	d->plan.max_tries = 5;
	if (retry_backoff(&d->plan, c->backoff, &cause) == -1)
		return why_set(why, STATUS_USAGE, "--backoff: %s",
		    cause.text);
	if (breaker(c->breaker, d, why) == -1 ||
	    rate(c->rate, &d->rate, why) == -1)
		return -1;
	if (c->schedule != NULL) {
		if (retry_schedule(&d->plan, c->schedule, &cause) == -1)
			return why_set(why, STATUS_USAGE, "--schedule: %s",
			    cause.text);
		d->plan.max_tries = (int64_t)d->plan.nsteps;
	}
	if (c->retries >= 0)
		d->plan.max_tries = c->retries;
	return 0;
}
