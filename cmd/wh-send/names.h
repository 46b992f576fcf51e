/* names.h - a table of strings, each with a pointer of the user's.
 *
 * Errors:  names_add NULL when memory is out.
 * Owns:    the names; what data points to is the user's.
 */
#ifndef WH_SEND_NAMES_H
#define WH_SEND_NAMES_H

#include <stddef.h>
#include <stdint.h>

struct name {
	struct name *next;
	uint64_t hash;
	void *data;
	char text[];
};

struct names {
	struct name **v;
	size_t size, n;
	uint64_t seed;		/* so that nobody can choose collisions */
};

void names_init(struct names *, uint64_t seed);
void names_done(struct names *);

struct name *names_find(const struct names *, const char *text);
/* The name, added if it was not there. */
struct name *names_add(struct names *, const char *text);
void names_remove(struct names *, struct name *);

#endif
