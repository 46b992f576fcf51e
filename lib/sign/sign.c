/* sign/sign.c - schemes with their keys, as the programs use them. */
#include <stdint.h>
#include <stdlib.h>

#include "sign/own.h"

#define MAX_TEXT ((size_t)1 << 30)	/* more than any body is */

static int
no_memory(struct why *why)
{
	return why_set(why, STATUS_SOME, "out of memory");
}

/* ---- making and freeing ---- */

static void
schemes_free(struct sign_scheme *schemes, size_t n)
{
	size_t i, k;

	for (i = 0; i < n; i++) {
		for (k = 0; k < schemes[i].n; k++) {
			sign_keys_done(&schemes[i].v[k]);
			spec_done(&schemes[i].v[k].spec);
		}
		free(schemes[i].name);
	}
	free(schemes);
}

/* A user's own spec, or what stands behind a name's colon. */
static int
add_spec(struct sign_scheme *c, const char *text, struct why *why)
{
	struct why inner;

	if (spec_init(&c->v[c->n++].spec, text, &inner) == 0)
		return 0;
	return why_set(why, inner.status, "%s: %s", c->text, inner.text);
}

static int
scheme_init(struct sign_scheme *c, const char *text, struct why *why)
{
	const struct preset *p = preset_find(span_str(text));
	size_t i;

	c->text = text;
	c->name = strndup(text, strcspn(text, ":"));
	if (c->name == NULL)
		return no_memory(why);
	if (p == NULL)
		return add_spec(c, text, why);
	for (i = 0; i < PRESET_SPECS && p->specs[i] != NULL; i++)
		if (add_spec(c, p->specs[i], why) != 0)
			return -1;
	return 0;
}

static struct sign_scheme *
schemes_new(enum sign_use use, const char *const *texts, size_t n,
    const struct secrets *secrets, struct why *why)
{
	struct sign_scheme *schemes = calloc(n + 1, sizeof(*schemes));
	size_t i;

	if (schemes == NULL) {
		no_memory(why);
		return NULL;
	}
	for (i = 0; i < n; i++)
		if (scheme_init(&schemes[i], texts[i], why) != 0)
			break;
	if (i == n && sign_keys(schemes, n, use, secrets, why) == 0)
		return schemes;
	schemes_free(schemes, n);
	return NULL;
}

/* Of some there is no making: SNS signs with Amazon's key, Adyen within the
 * body. */
static int
check_use(const struct sign *s, struct why *why)
{
	size_t i, k;
	int made;

	for (i = 0; s->use == SIGN_MAKE && i < s->n; i++) {
		for (k = 0, made = 0; k < s->schemes[i].n; k++)
			made |= s->schemes[i].v[k].spec.alg != SPEC_SNS &&
			    s->schemes[i].v[k].spec.alg != SPEC_ADYEN;
		if (!made)
			return why_set(why, STATUS_USAGE,
			    "%s: can be checked, not made",
			    s->schemes[i].text);
	}
	return 0;
}

static struct buf *
each_buf(struct sign *s, size_t i)
{
	struct buf *all[] = { &s->content, &s->text, &s->extra, &s->url,
	    &s->stamp, &s->id, &s->certificate };
	size_t n = sizeof(all) / sizeof(all[0]);

	if (i < n)
		return all[i];
	return i - n < SIGN_MAX_FIELDS ? &s->out[i - n].value : NULL;
}

struct sign *
sign_new(enum sign_use use, const struct opt_list *texts,
    const struct secrets *secrets, struct why *why)
{
	struct sign *s = calloc(1, sizeof(*s));
	struct buf *b;
	size_t i;

	if (s == NULL) {
		no_memory(why);
		return NULL;
	}
	for (i = 0; (b = each_buf(s, i)) != NULL; i++)
		buf_init(b, MAX_TEXT);
	s->use = use;
	s->n = texts->n;
	s->schemes = schemes_new(use, texts->v, texts->n, secrets, why);
	if (s->schemes == NULL || check_use(s, why) != 0) {
		sign_free(s);
		return NULL;
	}
	return s;
}

void
sign_free(struct sign *s)
{
	struct buf *b;
	size_t i;

	if (s == NULL)
		return;
	for (i = 0; (b = each_buf(s, i)) != NULL; i++)
		buf_done(b);
	if (s->schemes != NULL)
		schemes_free(s->schemes, s->n);
	free(s);
}

int
sign_rekey(struct sign *s, const struct secrets *secrets, struct why *why)
{
	const char **texts = malloc((s->n + 1) * sizeof(*texts));
	struct sign_scheme *fresh;
	size_t i;

	if (texts == NULL)
		return no_memory(why);
	for (i = 0; i < s->n; i++)
		texts[i] = s->schemes[i].text;
	fresh = schemes_new(s->use, texts, s->n, secrets, why);
	free(texts);
	if (fresh == NULL)
		return -1;
	schemes_free(s->schemes, s->n);
	s->schemes = fresh;
	return 0;
}

static int
uses_url(const struct spec *spec)
{
	return spec->alg == SPEC_RFC9421 || spec_has(spec, SPEC_URL) ||
	    spec_has(spec, SPEC_URI) || spec_has(spec, SPEC_FORM);
}

int
sign_needs_url(const struct sign *s)
{
	size_t i, k;

	for (i = 0; i < s->n; i++)
		for (k = 0; k < s->schemes[i].n; k++)
			if (uses_url(&s->schemes[i].v[k].spec))
				return 1;
	return 0;
}

int
sign_tells_id(const struct sign *s)
{
	const struct spec *spec;
	size_t i, k;

	for (i = 0; i < s->n; i++)
		for (k = 0; k < s->schemes[i].n; k++) {
			spec = &s->schemes[i].v[k].spec;
			if (spec->alg == SPEC_SNS ||
			    spec->id.where != SPEC_NOWHERE)
				return 1;
		}
	return 0;
}

/* ---- checking ---- */

static enum sign_outcome
check_variant(struct sign *s, const struct sign_variant *v,
    const struct sign_message *m, struct sign_verdict *verdict)
{
	switch (v->spec.alg) {
	case SPEC_ADYEN:
		return adyen_check(s, v, m, verdict);
	case SPEC_SNS:
		return sns_check(s, v, m, verdict);
	case SPEC_RFC9421:
		return rfc9421_check(s, v, m, verdict);
	default:
		return sign_check_spec(s, v, m, verdict);
	}
}

/* The first that is there decides; of equals any that is good. */
static enum sign_outcome
check_scheme(struct sign *s, const struct sign_scheme *c,
    const struct sign_message *m, struct sign_verdict *verdict)
{
	enum sign_outcome sum = SIGN_ABSENT, o;
	size_t i;

	for (i = 0; i < c->n; i++) {
		if (sum != SIGN_ABSENT && !c->v[i].spec.or_else)
			break;
		o = check_variant(s, &c->v[i], m, verdict);
		if (o == SIGN_GOOD || o == SIGN_LATER)
			return o;
		if (o != SIGN_ABSENT)
			sum = o;
	}
	return sum;
}

static void
tell_absent(const struct sign *s, struct sign_verdict *v)
{
	const struct sign_scheme *c = &s->schemes[0];
	const struct spec *spec = &c->v[0].spec;

	if (s->n == 1)
		v->scheme = c->name;
	if (s->n == 1 && spec->header.n > 0)
		sign_wrong(v, "%.*s isn't there, or of another kind",
		    (int)spec->header.n, spec->header.p);
	else
		sign_wrong(v, "no signature of a kind that is asked for");
}

/* The reason's bytes are not worth zeroing. */
static void
verdict_init(struct sign_verdict *v, const char *scheme)
{
	v->result = SIGN_BAD;
	v->scheme = scheme;
	v->key = NULL;
	v->id = v->certificate_url = span_of(NULL, 0);
	v->reason[0] = '\0';
}

void
sign_check(struct sign *s, const struct sign_message *m,
    struct sign_verdict *v)
{
	struct sign_verdict one;
	enum sign_outcome o;
	size_t i;

	verdict_init(v, NULL);
	for (i = 0; i < s->n; i++) {
		const struct sign_scheme *c = &s->schemes[i];

		verdict_init(&one, c->name);
		o = check_scheme(s, c, m, &one);
		if (o == SIGN_GOOD) {
			one.result = SIGN_OK;
			one.reason[0] = '\0';
		} else if (o == SIGN_LATER) {
			one.result = SIGN_FETCH;
		} else if (o != SIGN_WRONG || v->scheme != NULL) {
			continue;
		}
		*v = one;
		if (o == SIGN_GOOD)
			return;
	}
	if (v->result == SIGN_BAD && v->reason[0] == '\0')
		tell_absent(s, v);
}

/* ---- making ---- */

static int
make_scheme(struct sign *s, const struct sign_scheme *c,
    const struct sign_message *m, struct why *why)
{
	size_t i, nth = 0;
	int rc = 0;

	for (i = 0; i < c->n && rc == 0; i++) {
		const struct sign_variant *v = &c->v[i];

		nth = v->spec.or_else ? nth + 1 : 0;
		if (v->spec.alg == SPEC_RFC9421)
			rc = rfc9421_make(s, v, m, why);
		else if (v->spec.alg < SPEC_ADYEN && !v->spec.check_only)
			rc = sign_make_spec(s, v, m, nth, why);
	}
	return rc;
}

int
sign_make(struct sign *s, const struct sign_message *m,
    const struct http1_field **fields, size_t *n, struct why *why)
{
	size_t i;

	s->nout = 0;
	for (i = 0; i < s->n; i++)
		if (make_scheme(s, &s->schemes[i], m, why) != 0)
			return -1;
	for (i = 0; i < s->nout; i++)
		s->fields[i] = (struct http1_field){ s->out[i].name,
			buf_span(&s->out[i].value) };
	*fields = s->fields;
	*n = s->nout;
	return 0;
}

static int
spec_writes(const struct spec *spec, struct span name)
{
	size_t i;

	if (spec->alg == SPEC_RFC9421)
		return span_case_eq(name, SPAN("Signature")) ||
		    span_case_eq(name, SPAN("Signature-Input")) ||
		    span_case_eq(name, SPAN("Content-Digest"));
	if (spec->alg >= SPEC_ADYEN)
		return 0;
	for (i = 0; i < spec->nwith; i++)
		if (span_case_eq(name, spec->with[i].name))
			return 1;
	return span_case_eq(name, spec->header) ||
	    (spec->timestamp.where == SPEC_IN_FIELD &&
	    span_case_eq(name, spec->timestamp.name)) ||
	    (spec->id.where == SPEC_IN_FIELD &&
	    span_case_eq(name, spec->id.name));
}

int
sign_is_token(const struct sign *s, struct span name)
{
	size_t i, k;

	for (i = 0; i < s->n; i++)
		for (k = 0; k < s->schemes[i].n; k++) {
			const struct spec *spec = &s->schemes[i].v[k].spec;

			if (spec->alg == SPEC_TOKEN &&
			    span_case_eq(name, spec->header))
				return 1;
		}
	return 0;
}

int
sign_writes(const struct sign *s, struct span name)
{
	size_t i, k;

	for (i = 0; i < s->n; i++)
		for (k = 0; k < s->schemes[i].n; k++)
			if (spec_writes(&s->schemes[i].v[k].spec, name))
				return 1;
	return 0;
}
