/* options.h - wh-listen's option table, and what the table can't say. */
#ifndef WH_LISTEN_OPTIONS_H
#define WH_LISTEN_OPTIONS_H

#include "config.h"

extern const struct opt_program options_program;

/* Do the options go together, with so many addresses, passed descriptors
 * among them?  0, or -1 and why (STATUS_USAGE). */
int options_check(const struct config *, size_t addresses, struct why *);

#endif
