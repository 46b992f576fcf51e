/* tally.h - what became of all jobs, counted. */
#ifndef WH_SEND_TALLY_H
#define WH_SEND_TALLY_H

#include "job.h"
#include "metrics.h"

struct tally {
	uint64_t outcomes[OUTCOME_INVALID + 1];
	uint64_t attempts;		/* of those that are over */
};

void tally_add(struct tally *, const struct job *, enum outcome);

/* flying of the jobs held are in flight, the others wait. */
void tally_say(const struct tally *, struct metrics *, size_t held,
    size_t flying);

#endif
