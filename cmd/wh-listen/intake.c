/* intake.c - a request's journey: in by the gate, its line passed on, and
 * then the answer, at once or when the line has been taken.
 */
#include <inttypes.h>
#include <stdio.h>

#include "listener.h"
#include "say.h"

/* Is there nobody for a new line, or nobody who could answer it? */
static int
is_over(const struct listener *l)
{
	return l->gone || l->mute || listener_has_enough(l);
}

/* --path, --method. */
static int
is_refused(struct listener *l, struct exchange *x)
{
	int status = gate_refusal(&l->gate, exchange_head(x));

	if (status == 404)
		settle_refuse(x, 404, NULL, SPAN(""),
		    "nothing listens here\n");
	else if (status == 405 && handshake_in_head(l, x))
		return 1;
	else if (status == 405)
		settle_refuse(x, 405, "Allow", buf_span(&l->gate.allow),
		    "this method is not taken\n");
	else if (status != 0)
		settle_refuse(x, status, NULL, SPAN(""), "out of memory\n");
	return status != 0;
}

/* --rate: once for each request, however often it has to wait for room. */
static int
is_too_early(struct listener *l, struct exchange *x)
{
	int64_t wait_s = exchange_has_waited(x) ? 0 :
	    client_too_early(&l->clients, x, loop_now(l->tool.loop));
	char text[24];

	if (wait_s == 0)
		return 0;
	snprintf(text, sizeof(text), "%" PRId64, wait_s);
	settle_refuse(x, 429, "Retry-After", span_str(text),
	    "too many requests\n");
	return 1;
}

static void
on_head(void *arg, struct exchange *x)
{
	struct listener *l = arg;

	if (is_refused(l, x) || is_too_early(l, x))
		return;
	if (is_over(l))
		settle_busy(x, "ending\n");
	else if (record_is_full(l))
		front_park(x);
	else
		front_accept(x);
}

static void
pass_on(struct listener *l, struct exchange *x, struct span body,
    const struct verified *v)
{
	uint64_t position;
	int is_line;

	if (record_put(l, x, body, v, &position, &is_line) != 0) {
		settle_refuse(x, 500, NULL, SPAN(""),
		    "this could not be passed on\n");
		return;
	}
	l->printed += is_line;
	repeats_note(&l->repeats, x, position,
	    l->runner != NULL && is_line ? l->id : NULL);
	settle_later(l, x, body, position, is_line);
	record_release(l);
	if (listener_has_enough(l))
		listener_stop(l);
}

/* Whose signature is good, and then whatever else it may be: handshakes by
 * GET bear none.  Nothing is printed before there is a place for its command;
 * who has waited for one is looked at anew. */
static void
look_at(struct listener *l, struct exchange *x, struct span body)
{
	struct verified v;

	verify_request(l, x, body, &v);
	if (v.state == VERIFY_WAITS || v.state == VERIFY_ANSWERED ||
	    handshake_reply(l, x, body, &v) ||
	    (v.state == VERIFY_BAD && verify_refuse(l, x, &v)))
		return;
	if (l->runner != NULL && runner_is_full(l->runner)) {
		if (turns_wait(l->turns, x, body) != 0)
			settle_busy(x, "too many commands\n");
		return;
	}
	if (!repeats_ask(&l->repeats, x, span_str(v.scheme), v.id,
	    loop_now(l->tool.loop)))
		pass_on(l, x, body, &v);
}

void
intake_again(void *arg, struct exchange *x, struct span body)
{
	struct listener *l = arg;

	if (is_over(l))
		settle_busy(x, "ending\n");
	else
		look_at(l, x, body);
}

static void
on_late(void *arg, struct exchange *x)
{
	(void)arg;
	settle_busy(x, "too many commands\n");
}

const struct turns_user intake_turns = { intake_again, on_late };

/* In a query there may be secrets. */
static void
tell(struct listener *l, const struct exchange *x, size_t body_n)
{
	const struct http1_head *head = exchange_head(x);
	char client[FORWARDED_SIZE];
	struct span path, query;

	http1_target(head->target, &path, &query);
	say_detail("%s: %.*s %.*s, %zu bytes",
	    client_address(&l->clients, x, client), (int)head->method.n,
	    head->method.p, (int)path.n, path.p, body_n);
}

static void
on_request(void *arg, struct exchange *x, struct span body)
{
	if (say_is_verbose())
		tell(arg, x, body.n);
	intake_again(arg, x, body);
}

static void
on_replied(void *arg, struct exchange *x, int status)
{
	struct listener *l = arg;

	repeats_replied(&l->repeats, x, status, loop_now(l->tool.loop));
}

static void
on_leave(void *arg, struct exchange *x)
{
	struct listener *l = arg;

	repeats_left(&l->repeats, x);
	owed_forget(x);
}

static void
on_emptied(void *arg)
{
	listener_check_end(arg);
}

const struct front_user intake_user = { .head = on_head,
	.request = on_request, .replied = on_replied, .gone = on_leave,
	.emptied = on_emptied, .healthy = service_healthy,
	.metrics = service_print_metrics };
