/* options.c - ws-serve's options and usage. */
#include "config.h"
#include "forwarded.h"
#include "rate.h"

#define AT(member) .offset = offsetof(struct config, member)
#define TIME(n, m, d, least) .type = OPT_TYPE_TIME, .name = (n), \
	.arg = "TIME", AT(m), .dflt = (d), .min = (least), .max = INT32_MAX
#define SIZE(n, m, d, least) .type = OPT_TYPE_SIZE, .name = (n), \
	.arg = "SIZE", AT(m), .dflt = (d), .min = (least), \
	.max = (int64_t)1 << 30
#define FLAG(n, m) .type = OPT_TYPE_FLAG, .name = (n), .min = 1, AT(m)
#define ARGUMENTS "arguments are seen by every user of this machine: use "
#define INCLUDE(table, m) \
	{ .type = OPT_TYPE_INCLUDE, .include = (table), AT(m) }

static const struct opt options[] = {
	OPT_GROUP("Messages"),
	{ FLAG("relay", relay),
	    .help = "what a client sends goes to the others in its room" },
	{ FLAG("echo", echo),
	    .help = "what a client sends goes back to it, as it came" },
	{ FLAG("lines", whole_lines), .excludes = "COMMAND",
	    .help = "send each line on stdin, as it is, to every client",
	    .more = "It need not be JSON." },
	{ .type = OPT_TYPE_STRING, .name = "page", .arg = "chat|feed|FILE",
	    AT(page), .help = "answer browsers with this web page",
	    .more = "A chat, a live view of what is sent, or a file of HTML\n"
		"that holds all it needs." },
	{ .type = OPT_TYPE_INT, .name = "history", .arg = "N", AT(history),
	    .dflt = "0", .max = 1000000,
	    .help = "keep the last N messages of each room for who comes",
	    .more = "A client asks for them by the query of its URL:\n"
		".Ql ?last=20\nor\n.Ql ?since=ID ." },
	{ SIZE("history-size", history_size, "16M", 1), .needs = "history",
	    .help = "bytes of all messages kept; beyond, the oldest go",
	    .more = "Each is kept as an event and as it is." },
	{ .type = OPT_TYPE_STRING, .name = "history-file", .arg = "FILE",
	    AT(history_file),
	    .help = "keep the history in this file, too, over a restart" },
	{ .type = OPT_TYPE_STRING, .name = "publish", .arg = "PATH",
	    AT(publish), .help = "POSTs to this path are messages, too",
	    .more = "To the room of\n.Ql ?room=/lobby ,\nor to every client."
		"\nWhoever may come in may, but\n.Fl \\-ask\n"
		"is not about them; browsers from the pages that may "
		"connect.\n"
		"What is no UTF-8, or of the type\n"
		".Ql application/octet-stream ,\nis a binary message." },
	INCLUDE(lines_form_options, lines),
	INCLUDE(lines_in_options, lines),
	INCLUDE(lines_out_options, lines),
	INCLUDE(lines_null_options, lines),
	INCLUDE(lines_in_filter_options, lines),
	INCLUDE(lines_out_filter_long_options, lines),
	INCLUDE(lines_var_options, lines),

	OPT_GROUP("Clients"),
	{ SIZE("queue", queue, "1M", 1),
	    .help = "bytes that may wait for a client, besides one message" },
	{ .type = OPT_TYPE_CHOICE, .name = "slow",
	    .arg = "close|block|drop-old|drop-new", AT(slow), .dflt = "close",
	    .help = "what to do when more has to wait",
	    .more = "Close that client (1013), or let all that sends wait\n"
		"for it: stdin, and with\n.Fl \\-relay\nthe other clients.\n"
		"Or drop the oldest messages that wait for it, or those that\n"
		"come; how many is in its close event." },
	{ SIZE("max-message", max_message, "1M", 1),
	    .help = "close (1009) who sends a longer message" },
	{ .type = OPT_TYPE_INT, .name = "max-clients", .arg = "N",
	    AT(max_clients), .dflt = "1024", .min = 1, .max = 1000000,
	    .help = "connections at once; further ones wait",
	    .more = "One that has asked for nothing yet, or is slow to, makes "
		"room for them\nafter a second." },
	{ .type = OPT_TYPE_INT, .name = "max-per-ip", .arg = "N",
	    AT(max_per_ip), .dflt = "0", .max = 1000000,
	    .help = "refuse (429) more clients from one address (0: any "
		"number)",
	    .more = "Of IPv6 it is the /64; see\n.Fl \\-trust\\-proxy .\n"
		"On unix sockets there is none to count." },
	{ .type = OPT_TYPE_STRING, .name = "rate", .arg = "N/s", AT(rate),
	    .help = "close (1008) who sends more messages",
	    .more = "Or\n.Ar N Ns /m ,\n.Ar N Ns /h .\n"
		"That many at once, too." },
	{ SIZE("max-header", max_header, "32k", 256),
	    .help = "refuse (431) requests with a longer head" },
	{ TIME("header-timeout", header_timeout_ms, "10s", 1),
	    .help = "refuse (408) requests whose head takes longer",
	    .more = "The body of a message by\n.Fl \\-publish\n"
		"has as long, too." },
	{ TIME("ping", ping_ms, "25s", 0),
	    .help = "ping a client that was quiet for so long (0: never)" },
	{ TIME("ping-timeout", ping_timeout_ms, "20s", 1),
	    .help = "end a client that sends nothing within, after a ping" },
	{ .type = OPT_TYPE_FLAG, .name = "compress", .min = 1, AT(compress),
	    .help = "compress messages for clients that offer it "
		"(permessage-deflate)",
	    .more = "A message for many is compressed once for all of them." },
	{ .type = OPT_TYPE_STRING, .name = "origin", .arg = "any|LIST",
	    AT(origins),
	    .help = "browsers may connect from pages of these origins, too",
	    .more = "By default only from pages of the host they reach.\n"
		"Origins are separated by commas:\n"
		".Ql https://example.com ,\n"
		"or\n.Ql example.com\nfor http and https." },
	INCLUDE(forwarded_options, proxies),
	INCLUDE(listen_tls_options, tls),

	OPT_GROUP("Access"),
	{ .type = OPT_TYPE_STRING, .name = "basic-file", .arg = "FILE",
	    AT(access.basic_file),
	    .help = "let in who shows a name and password of this file; "
		"others get 401",
	    .more = "See\n.Sx ACCESS ." },
	{ .type = OPT_TYPE_STRING, .name = "token-file", .arg = "FILE",
	    AT(access.token_file),
	    .help = "let in who shows a token of this file, as Bearer or "
		"?token=",
	    .more = "With\n.Fl \\-basic\\-file ,\neither will do." },
	{ .type = OPT_TYPE_REFUSED, .name = "basic",
	    .help = ARGUMENTS "--basic-file" },
	{ .type = OPT_TYPE_REFUSED, .name = "token",
	    .help = ARGUMENTS "--token-file" },
	{ .type = OPT_TYPE_STRING, .name = "login-rate", .arg = "N/s",
	    AT(login_rate), .dflt = "60/m",
	    .help = "refuse (429) an address that shows wrong ones more "
		"often (0: never)",
	    .more = "Or\n.Ar N Ns /m ,\n.Ar N Ns /h .\n"
		"That many at once, too.\nSee\n.Sx ACCESS ." },
	{ FLAG("ask", ask),
	    .help = "tell of who comes by ask events; lines on stdin accept "
		"or reject",
	    .more = "See\n.Sx ACCESS ." },
	{ TIME("ask-timeout", ask_timeout_ms, "10s", 1), .needs = "ask",
	    .help = "such a line must come within; else 504" },

	OPT_GROUP("Commands"),
	{ FLAG("shared", shared), .needs = "COMMAND",
	    .help = "one command for all clients: events on its stdin and "
		"stdout",
	    .more = "It stands for our own stdin and stdout.\nWhen it ends, "
		"so do we;\nwith\n.Fl \\-stay\nit is started again." },
	{ TIME("command-grace", grace_ms, "2s", 0), .needs = "COMMAND",
	    .help = "a command whose client has left may take so long to end",
	    .more = "Then it is told to by SIGTERM, with its process group." },

	OPT_GROUP("Service"),
	INCLUDE(front_probe_options, probes),

	OPT_GROUP("Beginning and end"),
	{ FLAG("announce", announce),
	    .help = "print a listening event for each address first" },
	{ .type = OPT_TYPE_INT, .name = "wait-clients", .arg = "N",
	    AT(wait_clients), .dflt = "0", .excludes = "COMMAND",
	    .help = "read stdin once so many clients are there" },
	{ FLAG("stay", stay),
	    .help = "go on when stdin has ended" },
	{ TIME("drain", drain_ms, "5s", 0),
	    .help = "at the end, wait so long for clients to take all" },

	OPT_GROUP("Reports"),
	INCLUDE(tool_options, tool),
	OPT_END
};

static const char *const usage[] = {
	"[options] [ADDRESS ...] [-- COMMAND [ARG ...]]", NULL
};

const struct opt_program options_program = {
	.name = "ws-serve",
	.summary = "a websocket server in a pipeline",
	.usage = usage,
	.operand = "ADDRESS",
	.options = options,
	.command = "COMMAND",
	.command_offset = offsetof(struct config, command)
};

static int
is_same(const char *path, const char *other)
{
	return other != NULL && strcmp(path, other) == 0;
}

static int
publish_check(const struct config *c, struct why *why)
{
	const char *path = c->publish;

	if (path == NULL)
		return 0;
	if (path[0] != '/' || path[strcspn(path, "?# ")] != '\0')
		return why_set(why, STATUS_USAGE, "--publish: %s: a path "
		    "begins with a slash, and ends before a query", path);
	if (is_same(path, c->probes.health) || is_same(path,
	    c->probes.metrics))
		return why_set(why, STATUS_USAGE, "--publish: %s is that of "
		    "--health or --metrics", path);
	return 0;
}

int
options_check(struct config *c, struct why *why)
{
	struct lines_opts *l = &c->lines;

	if (front_probes_check(&c->probes, why) == -1)
		return -1;
	if (c->history_file != NULL && c->history == 0)
		return why_set(why, STATUS_USAGE,
		    "--history-file: --history is missing");
	if (c->ask && c->command != NULL && !c->shared)
		return why_set(why, STATUS_USAGE,
		    "--ask: with a COMMAND nobody can answer, but for a "
		    "--shared one");
	if (publish_check(c, why) == -1)
		return -1;
	if (c->ask && c->wait_clients > 0)
		return why_set(why, STATUS_USAGE, "--wait-clients: with --ask "
		    "stdin is read at once");
	if (c->wait_clients > c->max_clients)
		return why_set(why, STATUS_USAGE, "--wait-clients: more than "
		    "--max-clients allows will never be there");
	if (!c->whole_lines)
		return 0;
	if (l->in != LINES_WORD_NONE)
		return why_set(why, STATUS_USAGE, "--in: contradicts --lines");
	/* A filter reads JSON; else a line is whatever it is. */
	if (l->in_select == NULL && l->in_filter == NULL)
		l->raw_in = 1;
	return 0;
}
