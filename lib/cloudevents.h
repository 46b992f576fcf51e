/* cloudevents.h - CloudEvents 1.0 in HTTP requests: the event's attributes.
 *
 * Binary mode: `ce-` fields, with specversion, id, source and type among them,
 * and Content-Type as datacontenttype.  Their values are freed of double
 * quotes and decoded once.  Structured mode, which Content-Type
 * application/cloudevents+json tells: the body's members but for data and
 * data_base64.
 *
 * What falls short of the specification is no CloudEvent: one of those four
 * missing or empty, another version, an attribute told twice, more than 128
 * of them, a value that is no text (binary), or no string, number or boolean,
 * or a name spelt with escapes (structured).  A batch
 * (application/cloudevents-batch+json) is many events, so none.  Pure.
 *
 * Errors:  -1 at the buffer's limit.
 * Source:  CloudEvents 1.0.2: HTTP Protocol Binding section 3, JSON Event
 *          Format sections 2 and 3.
 */
#ifndef HOOKLINE_CLOUDEVENTS_H
#define HOOKLINE_CLOUDEVENTS_H

#include "buf.h"
#include "http1.h"

/* Appends {"id":...,"type":...} with source, specversion and the others
 * behind, as they came: 1; or 0, it is none. */
int cloudevents_json(struct buf *out, const struct http1_head *,
    struct span body);

#endif
