/* sender.h - wh-send's state, which its files share: main.c wires it up and
 * ends it, intake.c makes jobs of lines, settle.c tells what became of them.
 */
#ifndef WH_SEND_SENDER_H
#define WH_SEND_SENDER_H

#include "letters.h"
#include "make.h"
#include "output.h"
#include "reach.h"
#include "sending.h"
#include "store.h"
#include "tally.h"

struct sender {
	struct config config;
	struct opt_list operands;
	struct tool tool;
	struct make make;
	struct reach reach;
	struct signer signer;
	struct http *http;
	struct sending *sending;
	struct deliver *engine;		/* its */
	struct output *out;
	struct lines_in *in;	/* NULL: no lines are read */
	struct store store;	/* --spool */
	struct spool_list *list;	/* --list */
	struct letters *letters;	/* --dead-letter; or NULL */
	struct progress *progress;
	struct loop_timer *drain;
	struct buf whole;	/* --body's */
	struct buf line, letter;
	int ended;		/* no more lines will come */
	int cut;		/* ended by a signal, not by the input */
	uint64_t news;
	uint64_t kept, lost;	/* dead letters: on disk, and not */
	struct tally tally;
};

/* ---- main.c ---- */

/* Whatever may have been the last thing waited for is done. */
void sender_check_end(struct sender *);
/* The same, or there is room again somewhere. */
void sender_go_on(void *sender);
/* Is there no room for another job or result? */
int sender_is_full(const struct sender *);

/* ---- looking.c ---- */

/* --list and --purge, in place of all the rest. */
int looking_start(struct sender *, struct why *);

/* ---- intake.c ---- */

/* --body's one job, or stdin's lines; lines are read once resumed. */
int intake_start(struct sender *, struct why *);
int intake_put_whole(struct sender *, struct why *);
void intake_resume(struct sender *);	/* if there is room */

/* ---- settle.c ---- */

/* As sending_user has it: the result, and the job's end. */
void settle_job(void *sender, struct job *takes, enum deliver_outcome,
    const struct http_result *, const struct why *);
/* As sending_user has it: people are told. */
void settle_pause(void *sender, const char *site, int64_t ms, int64_t times,
    const struct http_result *);
/* --dead-letter, if it was given. */
int settle_start(struct sender *, struct why *);
/* The result of a line that was reported already. */
void settle_bad(struct sender *, uint64_t number, const struct why *);

#endif
