/* tally.c - what became of all jobs, counted. */
#include "result.h"
#include "tally.h"

void
tally_add(struct tally *t, const struct job *j, enum outcome outcome)
{
	t->outcomes[outcome]++;
	t->attempts += (uint64_t)j->attempts;
}

void
tally_say(const struct tally *t, struct metrics *m, size_t held,
    size_t flying)
{
	int i;

	metrics_family(m, "results", "Lines that are done, by outcome",
	    "outcome");
	for (i = 0; i <= OUTCOME_INVALID; i++)
		metrics_member(m, outcome_name((enum outcome)i),
		    t->outcomes[i]);
	metrics_counter(m, "attempts", "Requests made for them", t->attempts);
	metrics_gauge(m, "in_flight", "Requests under way", flying);
	metrics_gauge(m, "waiting", "Lines that wait for their next try, or "
	    "for others", held - flying);
}
