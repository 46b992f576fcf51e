/* utf8.h - is this UTF-8?
 *
 * No overlong forms, no surrogates, nothing past U+10FFFF.
 * Source:  RFC 3629.
 */
#ifndef HOOKLINE_UTF8_H
#define HOOKLINE_UTF8_H

#include "span.h"

int utf8_valid(struct span);

/* The size of the character that the span begins with, 1 to 4; 0 if it
 * doesn't begin with a whole and valid one. */
size_t utf8_len(struct span);

#endif
