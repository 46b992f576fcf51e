/* base64.h - RFC 4648 section 4, with padding, strict both ways.
 *
 * Errors:  -1 when the text is not canonical base64 (white space, wrong
 *          padding, bits set behind the end) or the buffer is at its limit.
 */
#ifndef HOOKLINE_BASE64_H
#define HOOKLINE_BASE64_H

#include "buf.h"

int base64_encode(struct buf *out, struct span bytes);
int base64_decode(struct buf *out, struct span text);

#endif
