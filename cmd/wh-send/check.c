/* check.c - do wh-send's options go together? */
#include "http1.h"
#include "options.h"

static int
check_handshake(const struct config *c, struct why *why)
{
	const char *origin = c->handshake_origin;

	if (origin != NULL && !http1_is_token(span_str(origin)))
		return why_set(why, STATUS_USAGE,
		    "--handshake-origin: not a DNS name: %s", origin);
	return 0;
}

static int
is_of_events(const struct lines_opts *l)
{
	return l->events || l->in == LINES_WORD_EVENTS;
}

static int
check_order(struct config *c, struct why *why)
{
	if (c->order_key != NULL && c->order == ORDER_UNSAID)
		c->order = ORDER_KEY;
	if (c->order_key != NULL && c->order != ORDER_KEY)
		return why_set(why, STATUS_USAGE,
		    "--order-key: is for --order key alone");
	if (c->order == ORDER_KEY && c->order_key == NULL &&
	    !is_of_events(&c->lines) && c->spool == NULL)
		return why_set(why, STATUS_USAGE,
		    "--order: lines have no key without --order-key");
	return 0;
}

static int
check_spool(const struct config *c, int urls, struct why *why)
{
	int looks = c->list || c->purge, alone = c->enqueue || looks;

	if (c->spool == NULL && (alone || c->follow || c->retry_now ||
	    c->keep_ms > 0))
		return why_set(why, STATUS_USAGE, "--enqueue, --follow, "
		    "--retry-now, --keep, --list and --purge need --spool");
	if (c->spool != NULL && c->dead_letter != NULL)
		return why_set(why, STATUS_USAGE, "--dead-letter: with --spool "
		    "they are in its dead.ndjson");
	if (c->enqueue + (c->list != 0) + (c->purge != 0) > 1 || (alone &&
	    (urls > 0 || c->follow || c->retry_now || c->keep_ms > 0)))
		return why_set(why, STATUS_USAGE, "--enqueue, --list and "
		    "--purge: each stands alone, and nothing is sent");
	if (looks && (c->body != NULL || c->lines.in_select != NULL ||
	    c->lines.in_filter != NULL))
		return why_set(why, STATUS_USAGE,
		    "--list and --purge: no lines are read");
	return 0;
}

/* Lines may say their URLs; or it isn't needed yet. */
static int
needs_url(const struct config *c)
{
	if (c->enqueue || c->list || c->purge)
		return 0;
	return c->body != NULL || !is_of_events(&c->lines);
}

int
options_check(struct config *c, const struct opt_list *operands,
    struct why *why)
{
	const struct lines_opts *l = &c->lines;

	if (operands->n > 1)
		return why_set(why, STATUS_USAGE, "%s: one URL is enough",
		    operands->v[1]);
	if (c->body != NULL && (l->events || l->payload || l->in ||
	    l->raw_in || l->null || l->in_select || l->in_filter ||
	    l->vars.n > 0 || l->json_vars.n > 0 || c->append_path ||
	    c->order_key != NULL || c->order != ORDER_UNSAID))
		return why_set(why, STATUS_USAGE,
		    "--body: sends a file, and no option about lines applies");
	if (l->events && l->raw_in)
		return why_set(why, STATUS_USAGE,
		    "--events: contradicts --raw-input; for a filter that "
		    "makes events there is --in events");
	if (check_spool(c, operands->n > 0, why) == -1)
		return -1;
	if (operands->n == 0 && needs_url(c))
		return why_set(why, STATUS_USAGE, "URL: missing");
	return check_handshake(c, why) == -1 ? -1 : check_order(c, why);
}
