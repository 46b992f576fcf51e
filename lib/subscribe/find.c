/* find.c - where challenges and their like stand in a request. */
#include "json.h"
#include "own.h"
#include "query.h"
#include "utf8.h"

#define MAX_CHALLENGE 4096

/* Nothing that a terminal, a log or a header field would take for more than
 * text. */
static int
is_printable(struct span s)
{
	size_t i;

	for (i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] < 0x20 || s.p[i] == 0x7f)
			return 0;
	return utf8_valid(s);
}

static int
take(struct subscribe_case *c, struct span challenge)
{
	if (challenge.n == 0 || challenge.n > MAX_CHALLENGE ||
	    !is_printable(challenge))
		return 0;
	c->challenge = challenge;
	return 1;
}

int
subscribe_query(struct subscribe_case *c, const char *name, struct buf *to)
{
	int n;

	buf_clear(to);
	n = query_value(c->query, name, to);
	return n == -1 ? -1 : n == 1;
}

int
subscribe_in_query(struct subscribe_case *c, const char *name)
{
	struct buf *to = &c->texts->challenge;
	int rc = subscribe_query(c, name, to);

	return rc == 1 ? take(c, buf_span(to)) : rc;
}

int
subscribe_in_field(struct subscribe_case *c, const char *name)
{
	struct span value;

	return http1_field(c->q->head, name, &value) == 1 && take(c, value);
}

int
subscribe_in_member(struct subscribe_case *c, struct span object,
    const char *name)
{
	struct buf *to = &c->texts->challenge;
	struct span value;
	int rc;

	buf_clear(to);
	if (!json_member(object, name, &value) ||
	    json_type(value) != JSON_STRING)
		return 0;
	rc = json_unquote(to, value);
	return rc == 0 ? take(c, buf_span(to)) : rc == 1 ? 0 : -1;
}

int
subscribe_field_is(const struct subscribe_case *c, const char *name,
    const char *text)
{
	struct span value;

	return http1_field(c->q->head, name, &value) == 1 &&
	    span_eq(value, span_str(text));
}

/* The word first: most bodies are not looked at any closer. */
int
subscribe_json(struct subscribe_case *c, const char *word)
{
	struct span body = c->q->body;
	struct json j;

	if (body.n == 0 || memmem(body.p, body.n, word, strlen(word)) == NULL)
		return 0;
	if (!c->checked && json_check(body, &j, NULL) == 0)
		c->json = j.value;
	c->checked = 1;
	return c->json.p != NULL;
}

int
subscribe_member_is(struct span object, const char *name, const char *text)
{
	struct span value;

	return json_member(object, name, &value) &&
	    json_type(value) == JSON_STRING && json_key_is(value, text);
}

const struct secret *
subscribe_secret(const struct subscribe_case *c, const char *name, size_t i)
{
	const struct secrets *all = c->q->secrets;

	for (; all != NULL && i < all->n; i++)
		if (strcmp(all->v[i].name, name) == 0)
			return &all->v[i];
	return NULL;
}

int
subscribe_listed(const struct opt_list *list, struct span s)
{
	size_t i;

	for (i = 0; i < list->n; i++)
		if (span_eq(span_str(list->v[i]), s))
			return 1;
	return 0;
}

int
subscribe_refuse(struct subscribe_case *c, const char *reason)
{
	c->r->refusal = reason;
	return 0;
}
