/* sign/check.c - is a message's signature there, and does it fit? */
#include "sign/own.h"

struct told {
	struct span v[SIGN_MAX_ITEMS];	/* without the prefix */
	size_t n;
};

/* ---- what the message says ---- */

/* The signatures that a field holds. */
static enum sign_outcome
collect(const struct spec *s, struct span field, struct told *t,
    struct sign_verdict *v)
{
	struct span item = field;
	int more = 1;

	t->n = 0;
	while (more) {
		if (s->separator == '\0')
			more = 0;
		else if (!span_item(&field, s->separator, &item))
			break;
		item = span_trim(item);
		if (!sign_begins(item, s->prefix))
			continue;
		if (t->n == SIGN_MAX_ITEMS)
			return sign_wrong(v, "there are more than %d "
			    "signatures", SIGN_MAX_ITEMS);
		t->v[t->n++] = span_from(item, s->prefix.n);
	}
	return t->n > 0 ? SIGN_GOOD : SIGN_ABSENT;
}

/* Fields that say it is another signature: BOX-SIGNATURE-VERSION: 2. */
static enum sign_outcome
go_with(const struct sign_message *m, const struct spec *s,
    struct sign_verdict *v)
{
	enum sign_outcome o;
	struct span value;
	size_t i;

	for (i = 0; i < s->nwith; i++) {
		o = sign_field(m, s->with[i].name, &value, v);
		if (o == SIGN_WRONG)
			return o;
		if (o == SIGN_GOOD && !span_eq(value, s->with[i].value))
			return SIGN_ABSENT;
	}
	return SIGN_GOOD;
}

/* The timestamp and the id, where they are signed. */
static enum sign_outcome
places(struct sign *s, const struct sign_message *m, const struct spec *spec,
    struct span list, struct sign_content *c, struct sign_verdict *v)
{
	enum sign_outcome o = SIGN_GOOD;

	if (spec->timestamp.where != SPEC_NOWHERE)
		o = sign_place(m, spec, &spec->timestamp, list, &s->stamp,
		    &c->timestamp, v);
	if (o == SIGN_ABSENT)
		return sign_wrong(v, "there is no timestamp: %.*s",
		    (int)spec->timestamp.name.n, spec->timestamp.name.p);
	if (o == SIGN_GOOD && spec->id.where == SPEC_IN_FIELD)
		o = sign_place(m, spec, &spec->id, list, &s->id, &c->id, v);
	if (o == SIGN_ABSENT)
		return sign_wrong(v, "%.*s isn't there",
		    (int)spec->id.name.n, spec->id.name.p);
	return o;
}

/* ---- does it fit? ---- */

/* With small letters for large ones. */
static int
is_code_in_large(struct span code, struct span told)
{
	char small[2 * MAC_MAX];
	size_t i;

	if (told.n > sizeof(small))
		return 0;
	for (i = 0; i < told.n; i++)
		small[i] = told.p[i] >= 'A' && told.p[i] <= 'F' ?
		    (char)(told.p[i] | 0x20) : told.p[i];
	return mac_equal(small, code.p, code.n);
}

/* Hexadecimal digits may be large, padding of base64url may be there. */
static int
is_code(const struct spec *spec, struct span code, struct span told)
{
	if (spec->encoding == SPEC_AS_BASE64URL)
		while (told.n > code.n && told.p[told.n - 1] == '=')
			told.n--;
	if (told.n != code.n)
		return 0;
	return mac_equal(told.p, code.p, code.n) ||
	    (spec->encoding == SPEC_AS_HEX && is_code_in_large(code, told));
}

static int
code_fits(struct sign *s, const struct sign_key *k, const struct spec *spec,
    const struct sign_content *c, const struct told *t)
{
	int fits = 0;
	size_t i;

	buf_clear(&s->text);
	if (sign_mac_text(k, spec, c, &s->text) != 0)
		return 0;
	for (i = 0; i < t->n; i++)
		fits |= is_code(spec, buf_span(&s->text), t->v[i]);
	return fits;
}

static int
token_fits(const struct sign_key *k, const struct told *t)
{
	int fits = 0;
	size_t i;

	for (i = 0; i < t->n; i++)
		fits |= mac_equal_text(k->token, t->v[i]);
	return fits;
}

static int
pair_fits(struct sign *s, const struct sign_key *k, const struct spec *spec,
    const struct sign_content *c, const struct told *t)
{
	enum pubkey_alg alg = spec->alg == SPEC_ECDSA ? PUBKEY_ECDSA_DER :
	    PUBKEY_EDDSA;
	struct span whole;
	size_t i;

	if (sign_content_whole(s, c, &whole) != 0)
		return 0;
	for (i = 0; i < t->n; i++) {
		buf_clear(&s->text);
		if (sign_decode(&s->text, spec->encoding, t->v[i]) == 0 &&
		    pubkey_verify(k->pub, alg, whole, buf_span(&s->text)))
			return 1;
	}
	return 0;
}

/* The first key that fits, or NULL. */
static const struct sign_key *
find_key(struct sign *s, const struct sign_variant *variant,
    const struct sign_content *c, const struct told *t)
{
	const struct spec *spec = &variant->spec;
	size_t i;

	for (i = 0; i < variant->nkeys; i++) {
		const struct sign_key *k = &variant->keys[i];

		if (k->pub != NULL ? pair_fits(s, k, spec, c, t) :
		    k->mac != NULL ? code_fits(s, k, spec, c, t) :
		    token_fits(k, t))
			return k;
	}
	return NULL;
}

static enum sign_outcome
try_keys(struct sign *s, const struct sign_variant *variant,
    const struct sign_message *m, struct sign_content *c,
    const struct told *t, struct sign_verdict *v)
{
	const struct spec *spec = &variant->spec;
	enum sign_outcome o;
	const struct sign_key *k;
	int again = spec->any_port;

	c->url = m->url;
	for (;;) {
		o = sign_content(s, m, spec, c, v);
		if (o != SIGN_GOOD)
			return o;
		k = find_key(s, variant, c, t);
		if (k != NULL || !again)
			break;
		again = 0;
		buf_clear(&s->url);
		if (sign_other_port(m->url, &s->url) != 0)
			return sign_wrong(v, "out of memory");
		c->url = buf_span(&s->url);
	}
	if (k == NULL)
		return sign_wrong(v, "%.*s: the signature doesn't fit",
		    (int)spec->header.n, spec->header.p);
	v->key = k->name;
	return SIGN_GOOD;
}

/* ---- all of it ---- */

enum sign_outcome
sign_check_spec(struct sign *s, const struct sign_variant *variant,
    const struct sign_message *m, struct sign_verdict *v)
{
	const struct spec *spec = &variant->spec;
	struct sign_content c = { .n = 0 };
	struct told t;
	struct span field;
	enum sign_outcome o;

	if (variant->nkeys == 0)
		return SIGN_ABSENT;
	if ((o = sign_field(m, spec->header, &field, v)) != SIGN_GOOD ||
	    (o = go_with(m, spec, v)) != SIGN_GOOD ||
	    (o = collect(spec, field, &t, v)) != SIGN_GOOD ||
	    (o = places(s, m, spec, field, &c, v)) != SIGN_GOOD ||
	    (o = try_keys(s, variant, m, &c, &t, v)) != SIGN_GOOD ||
	    (o = sign_time(m, spec, c.timestamp, v)) != SIGN_GOOD)
		return o;
	v->id = c.id;
	if (m->want_id && spec->id.where == SPEC_IN_BODY)
		sign_place(m, spec, &spec->id, field, &s->id, &v->id, v);
	return SIGN_GOOD;
}
