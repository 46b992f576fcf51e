/* options.h - wh-send's option table, and what the table can't say. */
#ifndef WH_SEND_OPTIONS_H
#define WH_SEND_OPTIONS_H

#include "config.h"
#include "deliver.h"

extern const struct opt_program options_program;

/* Do the options go together?  0, or -1 and why (STATUS_USAGE).  Makes up
 * what was left unsaid. */
int options_check(struct config *, const struct opt_list *operands,
    struct why *);
/* All of the engine's config but `ahead` and `seed`, which are not options.
 * -1 and why (STATUS_USAGE). */
int options_deliver(const struct config *, struct deliver_config *,
    struct why *);

#endif
