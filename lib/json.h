/* json.h - JSON as bytes: check it, find one's way in it, splice it.
 *
 * Nothing here parses into values: numbers keep their digits, objects their
 * order and duplicates.  Functions that walk take text that json_check has
 * passed; the spans they answer are spans of that text.
 *
 * Depth is limited to JSON_MAX_DEPTH: jq 1.6 gives up on a whole stream at
 * 256 levels, and our envelope adds some.
 *
 * Source:  RFC 8259.
 */
#ifndef HOOKLINE_JSON_H
#define HOOKLINE_JSON_H

#include <stdint.h>

#include "buf.h"
#include "why.h"

#define JSON_MAX_DEPTH 200

enum json_type {
	JSON_NULL, JSON_BOOL, JSON_NUMBER, JSON_STRING, JSON_ARRAY, JSON_OBJECT
};

struct json {
	enum json_type type;
	struct span value;	/* without the white space around it */
	int has_break;		/* a line feed stands outside strings */
	unsigned depth;		/* levels of arrays and objects */
};

/* Is the text one valid value, UTF-8, perhaps with white space around it?
 * 0 and *out, or -1 and why ("byte 17: ...", from 1 on; the status is
 * STATUS_BAD_LINE).  out may be NULL, why may be NULL. */
int json_check(struct span text, struct json *out, struct why *why);

enum json_type json_type(struct span value);

/* Walks an object's members or an array's elements:
 *	struct json_iter it = json_iter(value);
 *	while (json_next(&it)) ... it.key (with its quotes), it.value
 */
struct json_iter {
	struct span key, value;
	const char *at, *end;
};
struct json_iter json_iter(struct span value);
int json_next(struct json_iter *);

/* Is the key literal this name, whatever escapes it is spelt with? */
int json_key_is(struct span key, const char *name);

/* The member of that name; of several the last, as jq does.  1 and *value,
 * or 0. */
int json_member(struct span object, const char *name, struct span *value);

/* Appends the text of a string literal.  0; -1 at the buffer's limit; 1 if a
 * lone surrogate was met, for which U+FFFD was put. */
int json_unquote(struct buf *out, struct span literal);

/* Is the literal free of escapes?  Then *text is its text, in place. */
int json_plain(struct span literal, struct span *text);

/* Appends UTF-8 text as a string literal.  Only what must be is escaped:
 * `"`, `\` and the C0 controls; DEL, U+2028 and U+2029 go as they are. */
int json_quote(struct buf *out, struct span text);

/* The same for what may not be UTF-8, if it is all ASCII without anything to
 * escape; else 1, and nothing is appended. */
int json_quote_plain(struct buf *out, struct span text);

/* Appends a value's bytes, line feeds outside strings as spaces. */
int json_splice(struct buf *out, struct span value);

/* 0 and a number that is an integer within range, or -1. */
int json_int(struct span value, int64_t *out);

#endif
