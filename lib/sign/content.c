/* sign/content.c - what is signed, and its code as text. */
#include <string.h>

#include "base64.h"
#include "percent.h"
#include "sign/own.h"

static enum sign_outcome
piece(struct sign *s, const struct sign_message *m,
    const struct spec_piece *p, struct sign_content *c, struct span *out,
    struct sign_verdict *v)
{
	enum sign_outcome o;

	switch (p->part) {
	case SPEC_TEXT:
		*out = p->text;
		break;
	case SPEC_BODY:
		*out = m->body;
		break;
	case SPEC_TIMESTAMP:
		*out = c->timestamp;
		break;
	case SPEC_ID:
		*out = c->id;
		break;
	case SPEC_METHOD:
		*out = m->method;
		break;
	case SPEC_URL:
		*out = c->url;
		break;
	case SPEC_URI:
		buf_clear(&s->extra);
		if (sign_uri(c->url, &s->extra) != 0)
			return sign_wrong(v, "out of memory");
		*out = buf_span(&s->extra);
		break;
	case SPEC_FORM:
		buf_clear(&s->extra);
		o = sign_form(m, c->url, &s->extra, v);
		*out = buf_span(&s->extra);
		return o;
	case SPEC_FIELD:
		o = sign_field(m, p->text, out, v);
		return o != SIGN_ABSENT ? o : sign_wrong(v,
		    "%.*s is signed, and isn't there", (int)p->text.n,
		    p->text.p);
	}
	return SIGN_GOOD;
}

enum sign_outcome
sign_content(struct sign *s, const struct sign_message *m,
    const struct spec *spec, struct sign_content *c, struct sign_verdict *v)
{
	enum sign_outcome o = SIGN_GOOD;

	for (c->n = 0; c->n < spec->npieces && o == SIGN_GOOD; c->n++)
		o = piece(s, m, &spec->pieces[c->n], c, &c->v[c->n], v);
	return o;
}

int
sign_content_whole(struct sign *s, const struct sign_content *c,
    struct span *whole)
{
	size_t i;

	buf_clear(&s->content);
	for (i = 0; i < c->n; i++)
		if (buf_add(&s->content, c->v[i]) != 0)
			return -1;
	*whole = buf_span(&s->content);
	return 0;
}

/* ---- encodings ---- */

static int
to_hex(struct buf *out, struct span s)
{
	static const char digits[] = "0123456789abcdef";
	char *p = buf_room(out, 2 * s.n);
	size_t i;

	if (p == NULL)
		return -1;
	for (i = 0; i < s.n; i++) {
		*p++ = digits[(unsigned char)s.p[i] >> 4];
		*p++ = digits[(unsigned char)s.p[i] & 15];
	}
	buf_took(out, 2 * s.n);
	return 0;
}

int
sign_encode(struct buf *out, enum spec_encoding encoding, struct span s)
{
	size_t before = out->n, i;

	if (encoding == SPEC_AS_HEX)
		return to_hex(out, s);
	if (base64_encode(out, s) != 0)
		return -1;
	if (encoding != SPEC_AS_BASE64URL)
		return 0;
	for (i = before; i < out->n; i++)
		if (out->p[i] == '+')
			out->p[i] = '-';
		else if (out->p[i] == '/')
			out->p[i] = '_';
		else if (out->p[i] == '=')
			break;
	buf_trim(out, i);
	return 0;
}

int
sign_decode(struct buf *out, enum spec_encoding encoding, struct span s)
{
	size_t i;

	if (encoding == SPEC_AS_BASE64)
		return base64_decode(out, s);
	if (encoding != SPEC_AS_HEX || s.n % 2 != 0)
		return -1;
	for (i = 0; i < s.n; i += 2) {
		int high = percent_hex(s.p[i]), low = percent_hex(s.p[i + 1]);

		if (high < 0 || low < 0 ||
		    buf_addc(out, (char)(high << 4 | low)) != 0)
			return -1;
	}
	return 0;
}

int
sign_mac_text(const struct sign_key *k, const struct spec *spec,
    const struct sign_content *c, struct buf *out)
{
	unsigned char mac[MAC_MAX];
	size_t i, n;

	mac_begin(k->mac);
	for (i = 0; i < c->n; i++)
		mac_add(k->mac, c->v[i]);
	n = mac_end(k->mac, mac);
	return sign_encode(out, spec->encoding, span_of(mac, n));
}
