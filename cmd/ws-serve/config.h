/* config.h - what the user asked ws-serve for. */
#ifndef WS_SERVE_CONFIG_H
#define WS_SERVE_CONFIG_H

#include <stdint.h>

#include "access.h"
#include "front.h"
#include "lines.h"
#include "listen.h"
#include "opt.h"
#include "tool.h"

struct config {
	struct tool_opts tool;
	struct lines_opts lines;
	struct listen_tls tls;
	struct front_probes probes;
	struct access_opts access;
	struct opt_list proxies;	/* --trust-proxy */
	const char *origins;		/* "any", a list, or NULL: our host */
	const char *page;		/* chat, feed, a file; or NULL */
	const char *publish;		/* a path, or NULL */
	const char *history_file;
	char **command;			/* behind --, or NULL */
	int64_t grace_ms;		/* --command-grace */
	int shared;			/* one command for all clients */
	int whole_lines;		/* --lines */
	const char *rate;		/* of a client's messages, or NULL */
	const char *login_rate;		/* of an address's wrong ones, or 0 */
	int relay, echo, announce, stay, compress, ask;
	int slow;			/* an enum hub_slow */
	int64_t queue, max_message, max_header;
	int64_t history, history_size;
	int64_t max_clients, max_per_ip, wait_clients;
	int64_t header_timeout_ms, ask_timeout_ms, drain_ms;
	int64_t ping_ms, ping_timeout_ms;	/* ping_ms 0: no pings */
};

extern const struct opt_program options_program;

/* What the table can't tell: do the options go together?  0, or -1 and why. */
int options_check(struct config *, struct why *);

#endif
