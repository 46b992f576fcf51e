/* fields.h - header fields as a user gives them: -H.
 *
 * "Name: value"; "Name:" for none of that name, where there would be one by
 * itself; "Name;" for one without a value; "@FILE" for the lines of a file,
 * empty ones aside.
 *
 * Errors:  -1 and why, STATUS_USAGE, "--header: what is wrong".
 * Owns:    the files' text, until fields_done; it keeps the strings given.
 * Source:  RFC 9110 section 5, curl(1) for the forms.
 */
#ifndef HOOKLINE_FIELDS_H
#define HOOKLINE_FIELDS_H

#include "http1.h"
#include "opt.h"

struct fields {
	struct http1_field *v;	/* value.p NULL: none of that name */
	size_t n, cap;
	char **texts;		/* what is ours of them */
	size_t ntexts;
};

/* Those of an option that repeats. */
int fields_init(struct fields *, const struct opt_list *, struct why *);
void fields_done(struct fields *);

/* One more; copies it. */
int fields_add(struct fields *, const char *name, struct span value,
    struct why *);

/* The value of the first of that name, of those n; p NULL if there is
 * none. */
struct span fields_value(const struct http1_field *, size_t n,
    struct span name);
int fields_have(const struct http1_field *, size_t n, struct span name);

#endif
