/* sign/presets.h - the named schemes; private to sign/, and for its tests. */
#ifndef HOOKLINE_SIGN_PRESETS_H
#define HOOKLINE_SIGN_PRESETS_H

#include "span.h"

#define PRESET_SPECS 5

struct preset {
	const char *name;
	const char *specs[PRESET_SPECS];	/* NULL at the end */
};

extern const struct preset presets[];		/* ended by name NULL */

const struct preset *preset_find(struct span name);	/* or NULL */

#endif
