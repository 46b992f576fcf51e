/* config.h - what the user asked ws-cat for. */
#ifndef WS_CAT_CONFIG_H
#define WS_CAT_CONFIG_H

#include <stdint.h>

#include "client/tls.h"
#include "lines.h"
#include "opt.h"
#include "tool.h"

#define NEVER (-1)

struct config {
	struct tool_opts tool;
	struct lines_opts lines;
	struct client_tls tls;
	struct opt_list headers;	/* "Name: value", "@FILE" */
	struct opt_list protocols;
	const char *origin;		/* or NULL */
	const char *unix_socket;	/* or NULL */
	const char *user;		/* "NAME:@FILE", or NULL */
	const char *bearer_file;	/* or NULL */
	struct opt_list cookies;	/* "NAME=VALUE", "@FILE" */
	const char *proxy;		/* a URL, or NULL */
	const char *proxy_user;		/* "NAME:@FILE", or NULL */
	int64_t max_redirects;
	int family;			/* 4, 6 or 0 */
	int64_t connect_timeout_ms, close_timeout_ms, drain_ms;
	int64_t ping_ms, ping_timeout_ms;	/* ping_ms 0: no pings */
	int64_t idle_ms;		/* 0: however long */
	int64_t reconnect;		/* tries in a row; 0: none */
	const char *backoff;		/* "FIRST..MAX" */
	const char *hello;		/* a line, "@FILE", or NULL */
	const char *resume;		/* jq, or NULL */
	const char *ack;		/* jq, or NULL */
	int ack_all;			/* with the lines before it */
	int64_t ack_window;
	int news;			/* events of the connection, too */
	int64_t timeout_ms;		/* of the whole run; 0: none */
	int64_t linger_ms;		/* or NEVER */
	int64_t max_message;
	int64_t count;			/* messages to receive; 0: no limit */
	int one;			/* a reply for each line, then end */
	const char *match;		/* an expression for its id, or NULL */
	const char *until;		/* one that ends us, or NULL */
	int echo;
	const char *record, *replay;	/* files, or NULL */
	int fast;			/* no pace */
	int compress;
};

extern const struct opt_program options_program;

#endif
