/* sign/make.c - writes the fields that sign a message. */
#include "clock.h"
#include "sign/own.h"

static int
no_memory(struct why *why)
{
	return why_set(why, STATUS_SOME, "out of memory");
}

struct sign_out *
sign_out(struct sign *s, struct span name)
{
	size_t i;

	for (i = 0; i < s->nout; i++)
		if (span_case_eq(s->out[i].name, name))
			return &s->out[i];
	if (s->nout == SIGN_MAX_FIELDS)
		return NULL;
	s->out[s->nout].name = name;
	buf_clear(&s->out[s->nout].value);
	return &s->out[s->nout++];
}

static int
set_out(struct sign *s, struct span name, struct span value)
{
	struct sign_out *out = sign_out(s, name);

	if (out == NULL)
		return -1;
	buf_clear(&out->value);
	return buf_add(&out->value, value);
}

static int
stamp(struct buf *out, enum spec_unit unit, int64_t now_s)
{
	char text[CLOCK_RFC3339_SIZE];

	if (unit != SPEC_RFC3339)
		return buf_addi(out, unit == SPEC_MS ? now_s * 1000 : now_s);
	clock_rfc3339(text, now_s * 1000000);
	/* Whole seconds: 2026-11-24T01:51:10Z. */
	return buf_add(out, span_of(text, 19)) != 0 ||
	    buf_addc(out, 'Z') != 0 ? -1 : 0;
}

/* The fields beside the signature's. */
static int
put_places(struct sign *s, const struct spec *spec,
    const struct sign_message *m, struct sign_content *c)
{
	size_t i;

	buf_clear(&s->stamp);
	if (stamp(&s->stamp, spec->unit, m->now_s) != 0)
		return -1;
	c->timestamp = buf_span(&s->stamp);
	c->id = m->id;
	c->url = m->url;
	if (spec->timestamp.where == SPEC_IN_FIELD &&
	    set_out(s, spec->timestamp.name, c->timestamp) != 0)
		return -1;
	if (spec->id.where == SPEC_IN_FIELD &&
	    set_out(s, spec->id.name, c->id) != 0)
		return -1;
	for (i = 0; i < spec->nwith; i++)
		if (set_out(s, spec->with[i].name, spec->with[i].value) != 0)
			return -1;
	return 0;
}

static int
put_pair(struct sign *s, const struct sign_key *k, const struct spec *spec,
    const struct sign_content *c, struct buf *out)
{
	struct span whole;

	buf_clear(&s->text);
	if (sign_content_whole(s, c, &whole) != 0 ||
	    pubkey_sign(k->pub, spec->alg == SPEC_ECDSA ? PUBKEY_ECDSA_DER :
	    PUBKEY_EDDSA, whole, &s->text) != 0)
		return -1;
	return sign_encode(out, spec->encoding, buf_span(&s->text));
}

/* One signature behind those that are in the field already. */
static int
put_signature(struct sign *s, const struct sign_key *k,
    const struct spec *spec, const struct sign_content *c, struct buf *out)
{
	if (spec->separator == '\0')
		buf_clear(out);
	else if (out->n > 0 && buf_addc(out, spec->separator) != 0)
		return -1;
	if (buf_add(out, spec->prefix) != 0)
		return -1;
	if (k->pub != NULL)
		return put_pair(s, k, spec, c, out);
	return k->mac != NULL ? sign_mac_text(k, spec, c, out) :
	    buf_add(out, k->token);
}

/* A list's own timestamp comes first. */
static int
put_list_stamp(const struct spec *spec, const struct sign_content *c,
    struct buf *out)
{
	if (spec->timestamp.where != SPEC_IN_LIST || out->n > 0)
		return 0;
	return buf_add(out, spec->timestamp.name) != 0 ||
	    buf_add(out, c->timestamp) != 0 ? -1 : 0;
}

int
sign_make_spec(struct sign *s, const struct sign_variant *variant,
    const struct sign_message *m, size_t nth, struct why *why)
{
	const struct spec *spec = &variant->spec;
	/* One value is one key's: the nth of equals takes the nth key. */
	size_t i = spec->separator == '\0' ? nth : 0;
	size_t end = spec->separator == '\0' ? nth + 1 : variant->nkeys;
	struct sign_content c = { .n = 0 };
	struct sign_verdict v = { .result = SIGN_BAD };
	struct sign_out *out;

	if (end > variant->nkeys || i == end)
		return 0;
	if (put_places(s, spec, m, &c) != 0)
		return no_memory(why);
	if (sign_content(s, m, spec, &c, &v) != SIGN_GOOD)
		return why_set(why, STATUS_BAD_LINE, "not signed: %s",
		    v.reason);
	out = sign_out(s, spec->header);
	if (out == NULL || put_list_stamp(spec, &c, &out->value) != 0)
		return no_memory(why);
	for (; i < end; i++)
		if (put_signature(s, &variant->keys[i], spec, &c,
		    &out->value) != 0)
			return no_memory(why);
	return 0;
}
