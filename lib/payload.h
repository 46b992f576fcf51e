/* payload.h - payload lines: a message as one JSON value, and back.
 *
 * Out: text that is a JSON object, array, number, true, false or null is
 * printed as it is, line feeds outside strings as spaces; any other text is
 * printed as a JSON string of that text; a binary message as the string
 * "data:;base64,...".  Text that itself begins with "data:;base64," has its
 * first letter printed as an escape (\u0064ata:...), so that the two never
 * look alike: in, only the unescaped spelling is binary.
 *
 * Errors:  -1 and why (STATUS_BAD_LINE) for a line that is not JSON, a
 *          string with a lone surrogate (which no text message can hold),
 *          or bad base64.  A blank line is the caller's to skip.
 * Owns:    payload_read's message is in the line or in scratch, which it
 *          empties first.
 */
#ifndef HOOKLINE_PAYLOAD_H
#define HOOKLINE_PAYLOAD_H

#include "buf.h"
#include "msg.h"
#include "why.h"

/* Appends the line, without a line feed.  -1 when out is at its limit. */
int payload_print(struct buf *out, struct msg);

int payload_read(struct span line, struct buf *scratch, struct msg *out,
    struct why *);

#endif
