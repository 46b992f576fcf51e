/* options.c - ws-cat's options and usage. */
#include "config.h"

#define AT(member) .offset = offsetof(struct config, member)
#define TIME(n, m, d, least) .type = OPT_TYPE_TIME, .name = (n), \
	.arg = "TIME", AT(m), .dflt = (d), .min = (least), .max = INT32_MAX
#define FOREVER 1000000000	/* tries */
#define FOREVER_TEXT "1000000000"
#define INCLUDE(table, m) \
	{ .type = OPT_TYPE_INCLUDE, .include = (table), AT(m) }

static const struct opt options[] = {
	OPT_GROUP("Connection"),
	{ .type = OPT_TYPE_LIST, .letter = 'H', .name = "header",
	    .arg = "FIELD", AT(headers),
	    .help = "send the header field \"Name: value\" in the handshake",
	    .more = "It replaces ours of that name.\n"
		"\"Name:\" sends none, \"Name;\" one without a value,\n"
		".Pf @ Ar FILE\nstands for the file's lines." },
	{ .type = OPT_TYPE_STRING, .letter = 'u', .name = "user",
	    .arg = "NAME:@FILE", AT(user),
	    .help = "log in with this name, and the password in FILE",
	    .more = "An Authorization of\n.Fl H\ncounts more, user info in "
		"the URL less." },
	{ .type = OPT_TYPE_STRING, .name = "bearer-file", .arg = "FILE",
	    AT(bearer_file), .help = "log in with the bearer token in FILE" },
	{ .type = OPT_TYPE_LIST, .letter = 'b', .name = "cookie",
	    .arg = "NAME=VALUE|@FILE", AT(cookies),
	    .help = "send a cookie" },
	{ .type = OPT_TYPE_INT, .name = "max-redirects", .arg = "N",
	    AT(max_redirects), .dflt = "0", .min = 0, .max = 50,
	    .help = "follow so many redirects",
	    .more = "To another host, credentials and cookies do not go "
		"along;\nfrom TLS to none, none is followed." },
	{ .type = OPT_TYPE_STRING, .letter = 'x', .name = "proxy",
	    .arg = "URL", AT(proxy),
	    .help = "connect through this proxy, by CONNECT or SOCKS",
	    .more = "Otherwise\n.Ev https_proxy ,\n.Ev http_proxy ,\n"
		".Ev all_proxy\nand\n.Ev no_proxy\ncount, as they do for\n"
		".Xr curl 1 ." },
	{ .type = OPT_TYPE_STRING, .name = "proxy-user",
	    .arg = "NAME:@FILE", AT(proxy_user),
	    .help = "log in to the proxy, with the password in FILE" },
	{ .type = OPT_TYPE_FLAG, .letter = '4', .name = "ipv4", .min = 4,
	    AT(family), .help = "use IPv4 only" },
	{ .type = OPT_TYPE_FLAG, .letter = '6', .name = "ipv6", .min = 6,
	    AT(family), .help = "use IPv6 only" },
	{ .type = OPT_TYPE_STRING, .name = "origin", .arg = "ORIGIN",
	    AT(origin), .help = "the Origin to send, as a browser does" },
	{ .type = OPT_TYPE_LIST, .name = "protocol", .arg = "NAME",
	    AT(protocols), .help = "offer this subprotocol",
	    .more = "The best comes first." },
	{ .type = OPT_TYPE_FLAG, .name = "compress", .min = 1, AT(compress),
	    .help = "offer to compress messages (permessage-deflate)",
	    .more = "The server decides." },
	{ .type = OPT_TYPE_STRING, .name = "unix-socket", .arg = "PATH",
	    AT(unix_socket), .help = "connect to this unix socket" },
	{ TIME("connect-timeout", connect_timeout_ms, "10s", 1),
	    .help = "give up after so long without a connection",
	    .more = "Name, TCP, TLS and handshake together." },
	{ TIME("ping", ping_ms, "25s", 0),
	    .help = "ping a server that was quiet for so long (0: never)" },
	{ TIME("ping-timeout", ping_timeout_ms, "20s", 1),
	    .help = "give up if not a byte comes within, after a ping" },
	{ TIME("idle-timeout", idle_ms, NULL, 1),
	    .help = "give up if nothing comes but pongs for so long",
	    .more = "With exit status 8, or\n.Fl \\-reconnect\nto it." },
	{ .type = OPT_TYPE_SIZE, .name = "max-message", .arg = "SIZE",
	    AT(max_message), .dflt = "16M", .min = 1,
	    .max = (int64_t)1 << 30,
	    .help = "the largest message to take",
	    .more = "A larger one ends the connection." },

	OPT_GROUP("Reconnection"),
	{ .type = OPT_TYPE_INT, .name = "reconnect", .arg = "N",
	    AT(reconnect), .min = 1, .max = FOREVER, .bare = FOREVER_TEXT,
	    .help = "connect again where the connection fails or is lost",
	    .more = "N: give up after so many tries in a row.\n"
		"See\n.Sx Lost connections ." },
	{ .type = OPT_TYPE_STRING, .name = "backoff", .arg = "FIRST..MAX",
	    AT(backoff), .dflt = "500ms..30s",
	    .help = "wait so long before the first try, up to MAX",
	    .more = "The wait doubles; jitter of up to half is added." },
	{ .type = OPT_TYPE_STRING, .name = "hello", .arg = "LINE|@FILE",
	    AT(hello), .help = "send this first on every connection",
	    .more = "A payload line, or each line of a file; text with\n"
		".Fl R ." },
	{ .type = OPT_TYPE_STRING, .name = "resume", .arg = "EXPR",
	    AT(resume),
	    .help = "$last is what the jq expression yields of a message",
	    .more = "In\n.Fl \\-hello\nand the URL, it stands for the last "
		"such value that is not null." },
	{ .type = OPT_TYPE_STRING, .name = "ack", .arg = "EXPR", AT(ack),
	    .help = "send lines again until the server acknowledges them",
	    .more = "A message acknowledges the line of which the jq\n"
		"expression yields the same; if it yields true, the oldest.\n"
		"See\n.Sx Acknowledgements ." },
	{ .type = OPT_TYPE_FLAG, .name = "ack-all", .min = 1, AT(ack_all),
	    .needs = "ack",
	    .help = "what is acknowledged is so with all lines before it" },
	{ .type = OPT_TYPE_SIZE, .name = "ack-window", .arg = "SIZE",
	    AT(ack_window), .dflt = "1M", .min = 1, .needs = "ack",
	    .max = (int64_t)1 << 30,
	    .help = "hold lines of so many bytes that are not acknowledged",
	    .more = "Then stdin is not read." },

	OPT_GROUP("End"),
	{ .type = OPT_TYPE_INT, .letter = 'n', .name = "count", .arg = "N",
	    AT(count), .min = 1, .max = INT64_MAX,
	    .help = "end when so many messages have come" },
	{ .type = OPT_TYPE_FLAG, .letter = '1', .name = "one", .min = 1,
	    AT(one), .help = "end when each line on stdin has its reply",
	    .more = "A message counts as a reply while there are more lines\n"
		"sent than replies.\n"
		"Without a stdin it ends after one message." },
	{ .type = OPT_TYPE_STRING, .name = "match", .arg = "EXPR",
	    AT(match),
	    .help = "pair replies with lines by the id EXPR yields of both",
	    .more = "EXPR sees payloads, the line's and the message's, with\n"
		".Fl e\ntoo.\nWhat has no id, null or nothing, is not waited "
		"for and is no reply.\n"
		"It takes\n.Fl 1\nor\n.Fl e ,\nsee\n"
		".Sx Requests and replies ." },
	{ .type = OPT_TYPE_STRING, .name = "until", .arg = "EXPR",
	    AT(until), .help = "end after a message of which EXPR is true",
	    .more = "It sees the message as\n.Fl s\ndoes, and before it: a "
		"message ends it that\n.Fl s\nholds back, too." },
	{ TIME("linger", linger_ms, NULL, 0),
	    .help = "end when stdin has, and the server is quiet so long" },
	{ TIME("timeout", timeout_ms, NULL, 1),
	    .help = "give up after so long in all, with exit status 8" },
	{ TIME("close-timeout", close_timeout_ms, "5s", 1),
	    .help = "wait so long for the server's close frame" },
	{ TIME("drain", drain_ms, "5s", 0),
	    .help = "when told to end, finish what is in flight within" },

	OPT_GROUP("Messages"),
	{ .type = OPT_TYPE_FLAG, .name = "echo", .min = 1, AT(echo),
	    .help = "send each message back as it came; stdin is not read",
	    .more = "For testing servers." },
	{ .type = OPT_TYPE_STRING, .name = "record", .arg = "FILE",
	    AT(record), .help = "append all that is sent and received to FILE",
	    .more = "As event lines, each with its direction, in or out." },
	{ .type = OPT_TYPE_STRING, .name = "replay", .arg = "FILE",
	    AT(replay),
	    .help = "send what a recording says was sent, at its pace",
	    .more = "In place of stdin, which\n.Pf ( Cm \\- )\nit may be.\n"
		"See\n.Sx Recordings ." },
	{ .type = OPT_TYPE_FLAG, .name = "fast", .min = 1, AT(fast),
	    .needs = "replay",
	    .help = "replay as fast as the server takes it" },
	{ .type = OPT_TYPE_FLAG, .name = "news", .min = 1, AT(news),
	    .help = "with events, print one for each connection, loss, try",
	    .more = "Their types are\n.Cm open , close\nand\n.Cm retry ." },
	INCLUDE(lines_form_options, lines),
	INCLUDE(lines_in_options, lines),
	INCLUDE(lines_out_options, lines),
	INCLUDE(lines_null_options, lines),
	INCLUDE(lines_in_filter_long_options, lines),
	INCLUDE(lines_out_filter_options, lines),
	INCLUDE(lines_var_options, lines),
	INCLUDE(client_tls_options, tls),
	OPT_GROUP("Reports"),
	INCLUDE(tool_options, tool),
	OPT_END
};

static const char *const usage[] = { "[options] URL ...", NULL };

const struct opt_program options_program = {
	.name = "ws-cat",
	.summary = "a websocket in a pipeline",
	.usage = usage,
	.operand = "URL",
	.options = options
};
