/* make.c - lines into jobs. */
#include <stdlib.h>
#include <string.h>

#include "cloud.h"
#include "event.h"
#include "json.h"
#include "make.h"
#include "place.h"

#define BESIDES ((size_t)256)	/* what most jobs need besides a body */
#define MAX_TEXT ((size_t)256 << 20)	/* more than any line holds */
#define AGENT "hookline/" HOOKLINE_VERSION
#define JSON_TYPE "application/json"
#define TEXT_TYPE "text/plain; charset=utf-8"
#define BYTES_TYPE "application/octet-stream"

static int
no_memory(struct why *why)
{
	return why_set(why, STATUS_SOME, "out of memory");
}

/* ---- ids ---- */

static int
new_id(struct job *j)
{
	char text[JOB_ID_SIZE];

	job_new_id(text);
	j->id = span_of(job_keep(j, span_str(text)), JOB_ID_SIZE - 1);
	return j->id.p != NULL ? 0 : -1;
}

/* Room for the id, the fields, the body. */
static struct job *
start(uint64_t line, size_t body, struct why *why)
{
	struct job *j = job_new(line, BESIDES + body);

	if (j == NULL || new_id(j) == -1) {
		job_free(j);
		no_memory(why);
		return NULL;
	}
	return j;
}

struct job *
make_none(uint64_t line, struct why *why)
{
	return start(line, 0, why);
}

/* The last of a job: its fields, and what --cloudevents makes of it all. */
static enum made
finish(struct make *m, struct job *j, const struct event *e,
    const struct headers_own *own, struct why *why)
{
	struct span headers = e != NULL ? e->headers :
	    (struct span){ NULL, 0 };

	if (headers_make(j, &m->given, headers, own, &m->scratch, why) == -1)
		return MADE_INVALID;
	if (m->config->cloudevents != CLOUD_OFF &&
	    cloud_wrap(m->config, j, e, &m->scratch, why) == -1)
		return MADE_INVALID;
	return MADE_JOB;
}

/* ---- payload lines ---- */

static enum made
make_payload(struct make *m, const struct lines_record *r, struct job *j,
    struct why *why)
{
	place_base(m, j);
	if (!r->is_text && json_check(r->line, NULL, why) == -1)
		return MADE_INVALID;
	if (terms_take(&m->terms, j, r, NULL, why) == -1)
		return MADE_INVALID;
	j->body = span_of(job_keep(j, r->line), r->line.n);
	if (j->body.p == NULL) {
		no_memory(why);
		return MADE_INVALID;
	}
	return finish(m, j, NULL, &(struct headers_own){ AGENT,
	    r->is_text ? TEXT_TYPE : JSON_TYPE }, why);
}

enum made
make_whole(struct make *m, struct span body, struct job **out,
    struct why *why)
{
	struct job *j = *out = start(0, 0, why);

	if (j == NULL)
		return MADE_INVALID;
	place_base(m, j);
	if (terms_take(&m->terms, j, NULL, NULL, why) == -1)
		return MADE_INVALID;
	j->body = body.n > 0 ? body : SPAN("");
	return finish(m, j, NULL, &(struct headers_own){ AGENT,
	    json_check(body, NULL, NULL) == 0 ? JSON_TYPE : BYTES_TYPE },
	    why);
}

/* ---- event lines ---- */

int
make_string(struct make *m, struct job *j, struct span member,
    const char *name, const char **out, struct why *why)
{
	struct span text;
	int got;

	buf_clear(&m->scratch);
	got = event_string(member, name, &m->scratch, &text, why);
	if (got != 0)
		return got == 1 ? 0 : -1;
	if (memchr(text.p, '\0', text.n) != NULL)
		return why_set(why, STATUS_BAD_LINE, "%s: holds a NUL", name);
	*out = job_keep(j, text);
	return *out != NULL ? 0 : no_memory(why);
}

/* Methods whose requests have no body unless there is one. */
static int
goes_without_body(const char *method)
{
	static const char *const names[] = { "GET", "HEAD", "DELETE",
	    "OPTIONS", "TRACE" };
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(method, names[i]) == 0)
			return 1;
	return 0;
}

static int
set_body(struct make *m, struct job *j, const struct event *e,
    const char **type, struct why *why)
{
	struct msg msg = { MSG_TEXT, SPAN("") };
	int got = event_read_body(e, &m->body, &msg, why);

	if (got == -1)
		return -1;
	*type = msg.kind == MSG_BINARY ? BYTES_TYPE :
	    json_check(msg.body, NULL, NULL) == 0 ? JSON_TYPE : TEXT_TYPE;
	if (msg.body.n == 0 && goes_without_body(j->method)) {
		*type = NULL;
		return 0;
	}
	j->body = span_of(job_keep(j, msg.body), msg.body.n);
	return j->body.p != NULL ? 0 : no_memory(why);
}

static int
set_id_and_method(struct make *m, struct job *j, const struct event *e,
    struct why *why)
{
	const char *id = NULL;

	if (make_string(m, j, e->id, "id", &id, why) == -1)
		return -1;
	if (id != NULL)
		j->id = span_str(id);
	if (m->config->method != NULL)
		return 0;
	return make_string(m, j, e->method, "method", &j->method, why);
}

static enum made
make_event(struct make *m, const struct lines_record *r, struct job *j,
    struct why *why)
{
	struct event e;
	struct headers_own own = { AGENT, NULL };
	enum made made;

	if (event_read(r->line, &e, why) == -1)
		return MADE_INVALID;
	if (event_is_news(&e))
		return MADE_NEWS;
	made = place_event(m, j, &e, why);
	if (set_id_and_method(m, j, &e, made == MADE_JOB ? why : NULL) == -1)
		return MADE_INVALID;
	if (made != MADE_JOB)
		return made;
	if (terms_take(&m->terms, j, r, &e, why) == -1 ||
	    set_body(m, j, &e, &own.type, why) == -1)
		return MADE_INVALID;
	/* A request is forwarded with its own headers, and no other. */
	if (event_is(e.type, "request"))
		own = (struct headers_own){ NULL, NULL };
	return finish(m, j, &e, &own, why);
}

enum made
make_line(struct make *m, const struct lines_record *r, struct job **out,
    struct why *why)
{
	struct job *j = *out = start(r->number, r->line.n, why);
	enum made made;

	if (j == NULL)
		return MADE_INVALID;
	made = m->events && !r->is_text ? make_event(m, r, j, why) :
	    make_payload(m, r, j, why);
	if (made == MADE_NEWS) {
		job_free(j);
		*out = NULL;
	}
	return made;
}

int
make_init(struct make *m, const struct config *c, const char *url,
    struct why *why)
{
	*m = (struct make){ .config = c };
	m->append = c->append_path || (url != NULL && *url != '\0' &&
	    url[strlen(url) - 1] == '/' && strchr(url, '?') == NULL);
	buf_init(&m->scratch, MAX_TEXT);
	buf_init(&m->body, MAX_TEXT);
	if (fields_init(&m->given, &c->headers, why) == -1 ||
	    headers_check(&m->given, why) == -1 ||
	    cloud_check(c, &m->given, why) == -1 ||
	    terms_init(&m->terms, c, why) == -1)
		return -1;
	if (c->method != NULL && !http1_is_token(span_str(c->method)))
		return why_set(why, STATUS_USAGE, "--method: not a method: %s",
		    c->method);
	return url != NULL ? place_init(m, url, why) : 0;
}

void
make_done(struct make *m)
{
	fields_done(&m->given);
	url_done(&m->base);
	free(m->url);
	free(m->site);
	terms_done(&m->terms);
	buf_done(&m->scratch);
	buf_done(&m->body);
}
