/* options.c - wh-listen's options and usage. */
#include "forwarded.h"
#include "options.h"

#define AT(member) .offset = offsetof(struct config, member)
#define TIME(n, m, d, least) .type = OPT_TYPE_TIME, .name = (n), \
	.arg = "TIME", AT(m), .dflt = (d), .min = (least), .max = INT32_MAX
#define SIZE(n, m, d, least, most) .type = OPT_TYPE_SIZE, .name = (n), \
	.arg = "SIZE", AT(m), .dflt = (d), .min = (least), .max = (most)
#define INCLUDE(table, m) \
	{ .type = OPT_TYPE_INCLUDE, .include = (table), AT(m) }

static const struct opt options[] = {
	OPT_GROUP("Requests"),
	{ .type = OPT_TYPE_LIST, .name = "path", .arg = "GLOB", AT(paths),
	    .help = "take requests for such paths only; others get 404",
	    .more = "As in the shell, * and ? stand for no slash.\n"
		"The path is compared as it came, not decoded, and begins\n"
		"with a slash." },
	{ .type = OPT_TYPE_STRING, .name = "method", .arg = "METHOD,...",
	    AT(methods),
	    .help = "take these methods only; others get 405" },
	{ .type = OPT_TYPE_STRING, .name = "rate", .arg = "N/s", AT(rate),
	    .help = "take no more from one client; others get 429",
	    .more = "Or\n.Ar N Ns /m ,\n.Ar N Ns /h .\n"
		"That many at once, too.\n"
		"A client is an address, after\n.Fl \\-trust\\-proxy ;\n"
		"of IPv6 it is the /64." },
	{ SIZE("max-body", max_body, "1M", 0, (int64_t)1 << 30),
	    .help = "the largest body to take; larger ones get 413" },
	{ SIZE("max-header", max_header, "32k", 64, (int64_t)1 << 24),
	    .help = "the largest head to take; larger ones get 431" },
	{ .type = OPT_TYPE_FLAG, .name = "cloudevents", .min = 1,
	    AT(cloudevents),
	    .help = "tell all attributes of a CloudEvent in event",
	    .more = "See\n.Sx CLOUDEVENTS ." },

	OPT_GROUP("Replies"),
	{ .type = OPT_TYPE_STRING, .name = "reply", .arg = "REPLY", AT(reply),
	    .dflt = "204", .excludes = "reply-filter",
	    .help = "answer with this status, or STATUS TYPE TEXT, or "
		"STATUS TYPE @FILE",
	    .more = "One argument:\n.Dl --reply \\(aq200 text/plain thank "
		"you\\(aq" },
	{ .type = OPT_TYPE_STRING, .name = "reply-filter", .arg = "EXPR",
	    AT(reply_filter),
	    .help = "answer with what this jq expression makes of the event",
	    .more = "See\n.Sx REPLIES ." },
	{ .type = OPT_TYPE_FLAG, .name = "reply-lines", .min = 1,
	    AT(reply_lines),
	    .help = "answer with the lines on stdin, matched by their id",
	    .more = "See\n.Sx REPLIES ." },
	{ TIME("reply-timeout", reply_timeout_ms, "10s", 1),
	    .needs = "reply-lines",
	    .help = "such a line must come within; else 504" },

	OPT_GROUP("Commands"),
	{ .type = OPT_TYPE_INT, .name = "jobs", .arg = "N", AT(jobs),
	    .dflt = "8", .min = 1, .max = 100000, .needs = "COMMAND",
	    .help = "commands that run at once; further requests wait",
	    .more = "See\n.Sx COMMANDS ." },
	{ TIME("command-timeout", command_timeout_ms, "30s", 1),
	    .needs = "COMMAND",
	    .help = "a command must end within; else it is ended, and 504" },
	{ SIZE("max-output", max_output, "1M", 0, (int64_t)1 << 30),
	    .needs = "COMMAND",
	    .help = "the longest output of a command; else it is ended, "
		"and 500" },

	OPT_GROUP("Spool"),
	{ .type = OPT_TYPE_STRING, .name = "spool", .arg = "DIR", AT(spool),
	    .help = "put events into this folder instead of stdout, on disk "
		"before they are answered",
	    .more = "See\n.Sx SPOOL ." },

	OPT_GROUP("Handshakes"),
	{ .type = OPT_TYPE_LIST, .name = "handshake", .arg = "NAME,...",
	    AT(handshakes),
	    .help = "answer these providers' subscription handshakes",
	    .more = "They make no line.\nSee\n.Sx HANDSHAKES ." },
	{ .type = OPT_TYPE_LIST, .name = "allowed-origin", .arg = "ORIGIN",
	    AT(origins),
	    .help = "cloudevents: this origin may deliver; * is any",
	    .more = "It must be equal to WebHook-Request-Origin." },
	{ .type = OPT_TYPE_LIST, .name = "handshake-topic", .arg = "URL",
	    AT(topics),
	    .help = "websub: subscribe to this topic, and to no other" },
	{ .type = OPT_TYPE_STRING, .name = "handshake-secret-file",
	    .arg = "FILE", AT(handshake_secret),
	    .help = "asana: store the secret that the handshake brings",
	    .more = "The file must not be there yet, and is readable by its "
		"owner alone.\nA secret that is stored is never replaced." },
	{ .type = OPT_TYPE_FLAG, .name = "sns-confirm", .min = 1,
	    AT(sns_confirm),
	    .help = "sns: confirm subscriptions by fetching the URL they "
		"tell, if it is Amazon's" },

	OPT_GROUP("Signatures"),
	{ .type = OPT_TYPE_LIST, .name = "verify", .arg = "SCHEME",
	    AT(verify),
	    .help = "take requests only that are signed in this way; others "
		"get 401",
	    .more = "Given again, any of them will do.\nSee\n"
		".Xr hookline\\-signatures 7 ." },
	INCLUDE(secret_options, secrets),
	{ .type = OPT_TYPE_CHOICE, .name = "on-bad", .arg = "reject|tag",
	    AT(on_bad), .min = VERIFY_ON_BAD_REJECT, .dflt = "reject",
	    .needs = "verify",
	    .help = "refuse other requests, or take them with verified false"
	    },
	{ TIME("tolerance", tolerance_ms, "5m", 0), .needs = "verify",
	    .help = "how old, or how far ahead, a signed time may be",
	    .more = "In whole seconds, as signed times are." },
	{ .type = OPT_TYPE_STRING, .name = "public-url", .arg = "URL",
	    AT(public_url), .needs = "verify",
	    .help = "the URL under which senders know this program, for "
		"schemes that sign it",
	    .more = "The request's path is appended to it if it ends with a\n"
		"slash or has no path; its query always is.\n"
		"Without it the URL is made of the Host field." },
	{ .type = OPT_TYPE_STRING, .name = "sns-cacert", .arg = "FILE",
	    AT(sns_cacert), .needs = "verify|sns-confirm",
	    .help = "trust these certificates (PEM) when fetching sns's",
	    .more = "Else the system's." },
	{ .type = OPT_TYPE_INT, .name = "now", .arg = "EPOCH", AT(now_s),
	    .min = 1, .max = 99999999999, .needs = "verify",
	    .help = "check signatures as if it were this time, in seconds "
		"since 1970; for tests" },

	OPT_GROUP("Repeats"),
	{ .type = OPT_TYPE_FLAG, .name = "dedupe", .min = 1, AT(dedupe),
	    .needs = "verify",
	    .help = "answer 200 to a request whose signed id came before, "
		"and print no line",
	    .more = "See\n.Sx REPEATS ." },
	{ TIME("dedupe-ttl", dedupe_ttl_ms, "10m", 1), .needs = "dedupe",
	    .help = "so long an id is remembered" },
	{ SIZE("dedupe-memory", dedupe_memory, "16M", 1, (int64_t)1 << 40),
	    .needs = "dedupe",
	    .help = "remember ids in so much memory; the oldest make room" },

	OPT_GROUP("Connections"),
	{ .type = OPT_TYPE_FLAG, .name = "announce", .min = 1, AT(announce),
	    .help = "print a listening event for each address first" },
	{ .type = OPT_TYPE_INT, .name = "max-clients", .arg = "N",
	    AT(max_clients), .dflt = "1024", .min = 1, .max = 1000000,
	    .help = "connections at once; more wait to be accepted",
	    .more = "While some wait, one that is idle, or slow with a "
		"request's head, is closed\nonce it has been so for a second "
		"(with its body: for five), the longest first." },
	{ TIME("header-timeout", header_timeout_ms, "10s", 1),
	    .help = "a head must come within; else 408" },
	{ TIME("body-timeout", body_timeout_ms, "30s", 1),
	    .help = "a body must come within; else 408" },
	{ TIME("idle-timeout", idle_timeout_ms, "60s", 1),
	    .help = "close a connection that is idle for so long" },
	INCLUDE(forwarded_options, proxies),
	INCLUDE(listen_tls_options, tls),

	OPT_GROUP("Service"),
	INCLUDE(front_probe_options, probes),

	OPT_GROUP("End"),
	{ .type = OPT_TYPE_INT, .letter = 'n', .name = "count", .arg = "N",
	    AT(count), .min = 1, .max = INT64_MAX,
	    .help = "end when so many requests were printed" },
	{ .type = OPT_TYPE_FLAG, .letter = '1', .name = "one", .min = 1,
	    AT(one), .help = "end when one request was printed" },
	{ TIME("for", for_ms, NULL, 1),
	    .help = "end after so long" },
	{ TIME("drain", drain_ms, "5s", 0),
	    .help = "when told to end, finish what is in flight within" },

	INCLUDE(lines_form_options, lines),
	INCLUDE(lines_out_options, lines),
	INCLUDE(lines_null_options, lines),
	INCLUDE(lines_out_filter_options, lines),
	INCLUDE(lines_var_options, lines),
	OPT_GROUP("Reports"),
	INCLUDE(tool_options, tool),
	OPT_END
};

static const char *const usage[] = {
	"[options] [ADDRESS ...] [-- COMMAND [ARG ...]]", NULL
};

const struct opt_program options_program = {
	.name = "wh-listen",
	.summary = "receive webhooks as lines of JSON",
	.usage = usage,
	.operand = "ADDRESS",
	.options = options,
	.command = "COMMAND",
	.command_offset = offsetof(struct config, command)
};

static int
is_payload(const struct lines_opts *o)
{
	return o->payload || o->out > LINES_WORD_EVENTS;
}

/* Who answers? */
static int
check_replies(const struct config *c, struct why *why)
{
	const char *filter = c->reply_filter != NULL ? "--reply-filter" : NULL;
	const char *lines = c->reply_lines ? "--reply-lines" : NULL;
	const char *command = c->command != NULL ? "COMMAND" : NULL;
	const char *spool = c->spool != NULL ? "--spool" : NULL;

	if (filter != NULL && (lines != NULL || command != NULL))
		return why_set(why, STATUS_USAGE, "%s and %s: only one of "
		    "them can answer", filter, lines ? lines : command);
	if (lines != NULL && command != NULL)
		return why_set(why, STATUS_USAGE, "%s and %s: only one of "
		    "them can answer", lines, command);
	if (spool != NULL && (lines != NULL || command != NULL))
		return why_set(why, STATUS_USAGE, "%s and %s: nobody reads "
		    "the events at once", spool, lines ? lines : command);
	if (lines != NULL && is_payload(&c->lines))
		return why_set(why, STATUS_USAGE,
		    "%s: payloads have no id that it could name", lines);
	return 0;
}

int
options_check(const struct config *c, size_t addresses, struct why *why)
{
	if (front_probes_check(&c->probes, why) == -1)
		return -1;
	if (addresses == 0)
		return why_set(why, STATUS_USAGE, "ADDRESS: missing");
	if (check_replies(c, why) != 0)
		return -1;
	if (c->tolerance_ms % 1000 != 0)
		return why_set(why, STATUS_USAGE,
		    "--tolerance: not whole seconds, as signed times are");
	if (c->spool != NULL && (c->lines.raw_out || is_payload(&c->lines)))
		return why_set(why, STATUS_USAGE,
		    "--spool: holds events, no payloads");
	if (c->one && c->count > 1)
		return why_set(why, STATUS_USAGE, "--one: is --count 1");
	return 0;
}
