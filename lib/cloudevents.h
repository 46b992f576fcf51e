/* cloudevents.h - CloudEvents 1.0 in HTTP requests: read and written.
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
 * Errors:  -1 at a buffer's limit.
 * Source:  CloudEvents 1.0.2: HTTP Protocol Binding section 3, JSON Event
 *          Format sections 2 and 3.
 */
#ifndef HOOKLINE_CLOUDEVENTS_H
#define HOOKLINE_CLOUDEVENTS_H

#include "buf.h"
#include "http1.h"

#define CLOUDEVENTS_MAX 128	/* attributes */
#define CLOUDEVENTS_JSON "application/cloudevents+json"

struct cloudevents_attribute {
	struct span name;		/* in any case */
	struct span value;		/* text, or JSON */
};

/* An event taken apart; it borrows what it was read from. */
struct cloudevents {
	struct cloudevents_attribute v[CLOUDEVENTS_MAX];
	size_t n;
	int is_json;			/* the values are, and so is the data */
	struct span data;		/* p NULL: none */
	int is_base64;			/* it is a string literal of that */
	struct buf text;		/* what values were decoded into */
};

/* ---- reading ---- */

/* Of a request: 1; or 0, it is none.  cloudevents_done after all of them. */
int cloudevents_read(struct cloudevents *, const struct http1_field *,
    size_t n, struct span body);
/* A structured event that only its members tell. */
int cloudevents_read_json(struct cloudevents *, struct span json);
void cloudevents_done(struct cloudevents *);

/* Appends {"id":...,"type":...} with source, specversion and the others
 * behind, as they came: 1; or 0, it is none. */
int cloudevents_json(struct buf *out, const struct http1_head *,
    struct span body);

/* ---- writing ---- */

/* An event of one's own: its attributes are texts, kept by reference, and its
 * data is bytes, of the media type that datacontenttype says. */
void cloudevents_init(struct cloudevents *);
void cloudevents_add(struct cloudevents *, const char *name,
    struct span text);

/* Appends it in structured mode: one that was read from binary mode, or one's
 * own.  Data is JSON where datacontenttype says so or nothing (and is one
 * value), else a string, else data_base64. */
int cloudevents_structured(struct buf *out, const struct cloudevents *);

/* For binary mode: the attribute as the value of its `ce-` field (that is not
 * datacontenttype's, which is Content-Type, as cloudevents_type has it) and
 * the data's bytes.  0; 1 if data_base64 is not base64. */
int cloudevents_field(struct buf *out, const struct cloudevents *,
    const struct cloudevents_attribute *);
int cloudevents_type(struct buf *out, const struct cloudevents *);
int cloudevents_bytes(struct buf *out, const struct cloudevents *);

/* The attribute of that name, or NULL. */
const struct cloudevents_attribute *cloudevents_find(
    const struct cloudevents *, struct span name);

#endif
