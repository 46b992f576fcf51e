/* tally.h - what became of all jobs, counted, and what that means for the exit
 * status. */
#ifndef WH_SEND_TALLY_H
#define WH_SEND_TALLY_H

#include "job.h"
#include "metrics.h"
#include "why.h"

struct tally {
	uint64_t outcomes[OUTCOME_SPOOLED + 1];
	uint64_t attempts;		/* of those that are over */
	uint64_t failed;
	enum status failure;	/* of all that failed; SOME if they differ */
	struct why last;	/* of them */
};

/* As deliver_user.done has them, or OUTCOME_SPOOLED. */
void tally_add(struct tally *, const struct job *, int outcome,
    const struct http_result *, const struct why *);

/* Of those that are over; an invalid line is no failed delivery but a bad
 * line, which lines_bad tells of. */
uint64_t tally_delivered(const struct tally *);
uint64_t tally_failed(const struct tally *);

void tally_say(const struct tally *, struct metrics *,
    const struct deliver_counts *);

/* Says how many failed, if any did.  Answers the exit status. */
enum status tally_report(const struct tally *);

#endif
