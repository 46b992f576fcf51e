/* tally.c - what became of all jobs, counted. */
#include "say.h"
#include "tally.h"

/* What it means for the exit status if nothing but this happened. */
static enum status
failure_of(const struct http_result *r)
{
	if (r == NULL || r->why == NULL)
		return STATUS_SOME;
	switch (r->why->status) {
	case STATUS_UNREACHABLE:
	case STATUS_TLS:
	case STATUS_TIMEOUT:
		return r->why->status;
	default:
		return STATUS_SOME;
	}
}

static void
add_failure(struct tally *t, const struct job *j, int outcome,
    const struct http_result *r, const struct why *why)
{
	enum status failure = failure_of(r);
	const char *url = j->deliver.url != NULL ? j->deliver.url : "no URL";

	if (why != NULL)
		why_set(&t->last, failure, "%s: %s: %s", url,
		    outcome_name(outcome), why->text);
	else
		why_set(&t->last, failure, "%s: %s: status %d", url,
		    outcome_name(outcome), r->status);
	say_detail("line %llu: %s", (unsigned long long)j->line,
	    t->last.text);
	t->failure = ++t->failed == 1 || t->failure == failure ?
	    failure : STATUS_SOME;
}

void
tally_add(struct tally *t, const struct job *j, int outcome,
    const struct http_result *r, const struct why *why)
{
	t->outcomes[outcome]++;
	t->attempts += (uint64_t)j->deliver.attempts;
	/* A line on stdin that is bad is reported as that. */
	if (outcome != DELIVER_DELIVERED && outcome != OUTCOME_SPOOLED &&
	    (outcome != DELIVER_INVALID || j->spooled.part != NULL))
		add_failure(t, j, outcome, r, why);
}

uint64_t
tally_delivered(const struct tally *t)
{
	return t->outcomes[DELIVER_DELIVERED];
}

uint64_t
tally_failed(const struct tally *t)
{
	return t->failed;
}

void
tally_say(const struct tally *t, struct metrics *m,
    const struct deliver_counts *c)
{
	size_t flying = (size_t)c->flying;
	int i;

	metrics_family(m, "results", "Lines that are done, by outcome",
	    "outcome");
	for (i = 0; i <= OUTCOME_SPOOLED; i++)
		metrics_member(m, outcome_name(i), t->outcomes[i]);
	metrics_counter(m, "attempts", "Requests made for them", t->attempts);
	metrics_gauge(m, "in_flight", "Requests under way", flying);
	metrics_gauge(m, "waiting", "Lines that wait for their next try, or "
	    "for others", c->held - flying);
	metrics_gauge(m, "paused", "Hosts that are paused",
	    (uint64_t)c->paused);
}

enum status
tally_report(const struct tally *t)
{
	uint64_t failed = tally_failed(t);

	if (failed == 0)
		return STATUS_OK;
	say_err("%llu of %llu not delivered; the last: %s",
	    (unsigned long long)failed,
	    (unsigned long long)(tally_delivered(t) + failed), t->last.text);
	return tally_delivered(t) == 0 ? t->failure : STATUS_SOME;
}
