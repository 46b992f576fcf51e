/* config.h - what the user asked wh-send for. */
#ifndef WH_SEND_CONFIG_H
#define WH_SEND_CONFIG_H

#include <stdint.h>

#include "client/tls.h"
#include "lines.h"
#include "opt.h"
#include "progress.h"
#include "secret.h"
#include "tool.h"

enum order {
	ORDER_UNSAID,		/* key where there is --order-key, else none */
	ORDER_NONE, ORDER_KEY, ORDER_HOST
};

struct config {
	struct tool_opts tool;
	struct progress_opts progress;
	struct lines_opts lines;
	struct client_tls tls;
	struct opt_list headers;	/* "Name: value", "@FILE" */
	struct opt_list sign;		/* schemes */
	struct secret_opts secrets;
	const char *method;		/* or NULL */
	const char *body;		/* a file, "-"; or NULL */
	const char *spool;		/* a folder, or NULL */
	const char *dead_letter;	/* a file, or NULL */
	const char *backoff;		/* "FIRST..MAX" */
	const char *schedule;		/* "5s,1m", "standard"; or NULL */
	const char *breaker;		/* "ROW/TIME", "off" */
	const char *rate;		/* "N/s"; or NULL */
	const char *ce_source, *ce_type;	/* or NULL */
	int order;			/* enum order */
	const char *order_key;		/* a jq expression; or NULL */
	const char *unix_socket, *proxy;
	struct opt_list allow, resolve;	/* blocks; "HOST:PORT:ADDRESS" */
	int64_t jobs, jobs_per_host, queue;
	int64_t retries;		/* -1: as the plan has it */
	int64_t max_age_ms;		/* 0: none */
	int64_t timeout_ms, connect_timeout_ms, drain_ms;
	int64_t keep_ms;
	int append_path, allow_private, reply;
	int enqueue, follow, retry_now;
	int list, purge;		/* 1 + enum spool_what; 0: neither */
	int cloudevents;		/* enum cloud_mode */
	int handshake;			/* 1: cloudevents */
	const char *handshake_origin;
	int64_t handshake_rate;		/* a minute; 0: none */
};

#endif
