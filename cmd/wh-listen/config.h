/* config.h - what the user asked wh-listen for. */
#ifndef WH_LISTEN_CONFIG_H
#define WH_LISTEN_CONFIG_H

#include <stdint.h>

#include "front.h"
#include "lines.h"
#include "listen.h"
#include "opt.h"
#include "secret.h"
#include "tool.h"

enum verify_on_bad { VERIFY_ON_BAD_REJECT, VERIFY_ON_BAD_TAG };

struct config {
	struct tool_opts tool;
	struct lines_opts lines;
	struct opt_list paths;		/* globs */
	const char *methods;		/* "POST,PUT"; or NULL */
	const char *reply, *reply_filter;	/* the latter, or NULL */
	char **command;			/* behind --; or NULL */
	int64_t jobs, max_output, command_timeout_ms, reply_timeout_ms;
	const char *spool;		/* a folder, or NULL */
	struct secret_opts secrets;
	struct opt_list verify;		/* schemes */
	const char *public_url, *sns_cacert;	/* or NULL */
	int64_t tolerance_ms, now_s;	/* now_s 0: the clock */
	int on_bad;			/* enum verify_on_bad */
	struct opt_list handshakes, origins, topics;
	const char *handshake_secret;	/* a file's path; or NULL */
	struct opt_list proxies;	/* --trust-proxy */
	const char *rate;		/* "10/s"; or NULL */
	struct listen_tls tls;
	struct front_probes probes;
	int64_t max_body, max_header, max_clients, count;
	int64_t header_timeout_ms, body_timeout_ms, idle_timeout_ms;
	int64_t for_ms, drain_ms;	/* for_ms 0: not given */
	int64_t dedupe_ttl_ms, dedupe_memory;
	int announce, one, reply_lines, cloudevents, dedupe, sns_confirm;
};

#endif
