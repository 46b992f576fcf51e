/* cloud.c - jobs as CloudEvents. */
#include "clock.h"
#include "cloud.h"
#include "cloudevents.h"
#include "json.h"
#include "utf8.h"

#define CONTENT_TYPE SPAN("Content-Type")

static int
no_memory(struct why *why)
{
	return why_set(why, STATUS_SOME, "out of memory");
}

static int
is_attribute(struct span name)
{
	return name.n > 3 && span_case_eq(span_of(name.p, 3), SPAN("ce-"));
}

/* ---- the options ---- */

static int
check_text(const char *option, const char *text, struct why *why)
{
	size_t i;

	if (text == NULL)
		return 0;
	for (i = 0; text[i] != '\0'; i++)
		if ((unsigned char)text[i] <= ' ' || text[i] == 0x7f)
			break;
	return i > 0 && text[i] == '\0' && utf8_valid(span_str(text)) ? 0 :
	    why_set(why, STATUS_USAGE, "--%s: is empty, or holds blanks or "
	    "control characters", option);
}

int
cloud_check(const struct config *c, const struct fields *given,
    struct why *why)
{
	size_t i;

	if (c->cloudevents == CLOUD_OFF)
		return 0;
	for (i = 0; i < given->n; i++)
		if (is_attribute(given->v[i].name))
			return why_set(why, STATUS_USAGE,
			    "--header: %.*s: is made by --cloudevents",
			    (int)given->v[i].name.n, given->v[i].name.p);
	if (c->cloudevents == CLOUD_STRUCTURED &&
	    fields_have(given->v, given->n, CONTENT_TYPE))
		return why_set(why, STATUS_USAGE, "--header: Content-Type: "
		    "contradicts --cloudevents structured");
	return check_text("ce-source", c->ce_source, why) == -1 ||
	    check_text("ce-type", c->ce_type, why) == -1 ? -1 : 0;
}

/* ---- a new event ---- */

static struct span
content_type(const struct job *j)
{
	return fields_value(j->headers, j->nheaders, CONTENT_TYPE);
}

/* A string's text, the job's; p NULL if it is none, or empty. */
static int
keep_text(struct job *j, struct span literal, struct buf *scratch,
    struct span *out)
{
	out->p = NULL;
	out->n = 0;
	if (literal.p == NULL || json_type(literal) != JSON_STRING)
		return 0;
	buf_clear(scratch);
	if (json_unquote(scratch, literal) == -1)
		return -1;
	if (scratch->n == 0)
		return 0;
	out->n = scratch->n;
	out->p = job_keep(j, buf_span(scratch));
	return out->p != NULL ? 0 : -1;
}

/* --ce-type, else what the provider says, else what the event is. */
static int
choose_type(const struct config *c, struct job *j, const struct event *e,
    struct buf *scratch, struct span *out)
{
	struct span told;

	*out = span_str(c->ce_type);
	if (out->p != NULL)
		return 0;
	if (e != NULL && e->event.p != NULL &&
	    json_type(e->event) == JSON_OBJECT &&
	    json_member(e->event, "type", &told) &&
	    (keep_text(j, told, scratch, out) == -1 || out->p != NULL))
		return out->p != NULL ? 0 : -1;
	if (e != NULL && keep_text(j, e->type, scratch, out) == -1)
		return -1;
	if (out->p == NULL)
		*out = SPAN("message");
	return 0;
}

/* The event's own, if it is one, else now. */
static int
choose_time(struct job *j, const struct event *e, struct buf *scratch,
    struct span *out)
{
	char now[CLOCK_RFC3339_SIZE];

	out->p = NULL;
	if (e != NULL && keep_text(j, e->time, scratch, out) == -1)
		return -1;
	if (out->p != NULL && clock_read_rfc3339(out->p, out->n) != -1)
		return 0;
	clock_rfc3339(now, clock_wall_us());
	out->n = CLOCK_RFC3339_SIZE - 1;
	out->p = job_keep(j, span_of(now, out->n));
	return out->p != NULL ? 0 : -1;
}

static int
make_new(struct cloudevents *ce, const struct config *c, struct job *j,
    const struct event *e, struct buf *scratch)
{
	struct span type, time, media = content_type(j);

	if (choose_type(c, j, e, scratch, &type) == -1 ||
	    choose_time(j, e, scratch, &time) == -1)
		return -1;
	cloudevents_init(ce);
	cloudevents_add(ce, "specversion", SPAN("1.0"));
	cloudevents_add(ce, "id", j->id);
	cloudevents_add(ce, "source", c->ce_source != NULL ?
	    span_str(c->ce_source) : SPAN("wh-send"));
	cloudevents_add(ce, "type", type);
	cloudevents_add(ce, "time", time);
	if (media.n > 0)
		cloudevents_add(ce, "datacontenttype", media);
	if (j->body.n > 0)
		ce->data = j->body;
	return 0;
}

/* ---- the request ---- */

/* The job's fields but for those that an event has, with room for n more. */
static struct http1_field *
other_fields(struct job *j, size_t n)
{
	struct http1_field *all = job_room(j, (j->nheaders + n) *
	    sizeof(*all));
	size_t i, kept = 0;

	if (all == NULL)
		return NULL;
	for (i = 0; i < j->nheaders; i++)
		if (!is_attribute(j->headers[i].name) &&
		    !span_case_eq(j->headers[i].name, CONTENT_TYPE))
			all[kept++] = j->headers[i];
	j->headers = all;
	j->nheaders = kept;
	return all;
}

static int
set_body(struct job *j, const struct buf *b)
{
	j->body = span_of(job_keep(j, buf_span(b)), b->n);
	return j->body.p != NULL ? 0 : -1;
}

static int
set_structured(struct job *j, const struct cloudevents *ce,
    struct buf *scratch, struct why *why)
{
	struct http1_field *all;

	buf_clear(scratch);
	if (!ce->is_json && (cloudevents_structured(scratch, ce) == -1 ||
	    set_body(j, scratch) == -1))
		return no_memory(why);
	all = other_fields(j, 1);
	if (all == NULL)
		return no_memory(why);
	all[j->nheaders++] = (struct http1_field){ CONTENT_TYPE,
	    SPAN(CLOUDEVENTS_JSON) };
	return 0;
}

static int
add_attribute(struct job *j, struct http1_field *all,
    const struct cloudevents *ce, size_t i, struct buf *scratch)
{
	struct http1_field *f = &all[j->nheaders];
	const struct cloudevents_attribute *a = &ce->v[i];

	if (span_case_eq(a->name, SPAN("datacontenttype")))
		return 0;
	buf_clear(scratch);
	if (buf_adds(scratch, "ce-") == -1 ||
	    buf_add(scratch, a->name) == -1 ||
	    cloudevents_field(scratch, ce, a) == -1)
		return -1;
	f->name = span_of(job_keep(j, buf_span(scratch)), a->name.n + 3);
	f->value = span_of(f->name.p + f->name.n, scratch->n - f->name.n);
	j->nheaders++;
	return f->name.p != NULL ? 0 : -1;
}

static int
set_binary(struct job *j, const struct cloudevents *ce, struct buf *scratch,
    struct why *why)
{
	struct http1_field *all = other_fields(j, ce->n + 1);
	size_t i;
	int bad = all == NULL;

	for (i = 0; i < ce->n && !bad; i++)
		bad = add_attribute(j, all, ce, i, scratch) == -1;
	buf_clear(scratch);
	if (bad || cloudevents_type(scratch, ce) == -1)
		return no_memory(why);
	if (scratch->n > 0) {
		all[j->nheaders++] = (struct http1_field){ CONTENT_TYPE,
		    span_of(job_keep(j, buf_span(scratch)), scratch->n) };
		bad = all[j->nheaders - 1].value.p == NULL;
	}
	buf_clear(scratch);
	if (!bad && cloudevents_bytes(scratch, ce) == 1)
		return why_set(why, STATUS_BAD_LINE,
		    "data_base64: is not base64");
	return !bad && set_body(j, scratch) == 0 ? 0 : no_memory(why);
}

/* What was sent as text is not looked into. */
static int
is_text(struct span type)
{
	return type.n > 5 && span_case_eq(span_of(type.p, 5), SPAN("text/"));
}

int
cloud_wrap(const struct config *c, struct job *j, const struct event *e,
    struct buf *scratch, struct why *why)
{
	struct cloudevents ce;
	int rc = cloudevents_read(&ce, j->headers, j->nheaders, j->body);

	if (rc == 0 && j->body.n > 0 && !is_text(content_type(j))) {
		cloudevents_done(&ce);
		rc = cloudevents_read_json(&ce, j->body);
	}
	if (rc == 0) {
		cloudevents_done(&ce);
		rc = make_new(&ce, c, j, e, scratch);
	} else if (rc == 1 && !ce.is_json && c->cloudevents == CLOUD_BINARY) {
		cloudevents_done(&ce);
		return 0;
	}
	if (rc == -1)
		rc = no_memory(why);
	else
		rc = c->cloudevents == CLOUD_STRUCTURED ?
		    set_structured(j, &ce, scratch, why) :
		    set_binary(j, &ce, scratch, why);
	cloudevents_done(&ce);
	return rc;
}
