/* sign/spec.c - reads a spec. */
#include <stdlib.h>

#include "http1.h"
#include "sign/spec.h"

static const char *const algs[] = { "hmac", "hash", "token", "ed25519",
    "ecdsa", "adyen", "sns", "rfc9421", NULL };
static const char *const hashes[] = { "sha1", "sha256", "sha384", "sha512",
    NULL };
static const char *const keys[] = { "raw", "hex", "base64", "whsec", NULL };
static const char *const encodings[] = { "hex", "base64", "base64url", NULL };
static const char *const units[] = { "s", "ms", "rfc3339", NULL };
static const char *const parts[] = { "", "body", "timestamp", "id", "method",
    "url", "uri", "form", NULL };

/* The word's place in the list, or -1. */
static int
word_of(const char *const *words, struct span s)
{
	int i;

	for (i = 0; words[i] != NULL; i++)
		if (span_eq(span_str(words[i]), s))
			return i;
	return -1;
}

/* ---- settings: each answers -1 for a value that it can't take ---- */

static int
set_header(struct spec *s, struct span v)
{
	s->header = v;
	return http1_is_token(v) ? 0 : -1;
}

static int
set_prefix(struct spec *s, struct span v)
{
	s->prefix = v;
	return 0;
}

static int
set_hash(struct spec *s, struct span v)
{
	int i = word_of(hashes, v);

	s->hash = (enum mac_hash)i;
	return i < 0 ? -1 : 0;
}

static int
set_key(struct spec *s, struct span v)
{
	int i = word_of(keys, v);

	s->key = (enum spec_key)i;
	return i < 0 ? -1 : 0;
}

static int
set_encoding(struct spec *s, struct span v)
{
	int i = word_of(encodings, v);

	s->encoding = (enum spec_encoding)i;
	return i < 0 ? -1 : 0;
}

static int
set_unit(struct spec *s, struct span v)
{
	int i = word_of(units, v);

	s->unit = (enum spec_unit)i;
	return i < 0 ? -1 : 0;
}

static int
set_list(struct spec *s, struct span v)
{
	static const char *const words[] = { "comma", "semicolon", "space",
	    NULL };
	int i = word_of(words, v);

	s->separator = i < 0 ? '\0' : ",; "[i];
	return i < 0 ? -1 : 0;
}

static int
set_place(struct spec_place *p, struct span v)
{
	p->name = v;
	if (v.n > 1 && v.p[0] == '.')
		p->where = SPEC_IN_BODY;
	else if (v.n > 1 && v.p[v.n - 1] == '=')
		p->where = SPEC_IN_LIST;
	else if (http1_is_token(v))
		p->where = SPEC_IN_FIELD;
	else
		return -1;
	return 0;
}

static int
set_timestamp(struct spec *s, struct span v)
{
	return set_place(&s->timestamp, v);
}

static int
set_id(struct spec *s, struct span v)
{
	return set_place(&s->id, v);
}

static int
set_age(struct spec *s, struct span v)
{
	s->any_age = 1;
	return span_eq(v, SPAN("any")) ? 0 : -1;
}

static int
set_port(struct spec *s, struct span v)
{
	s->any_port = 1;
	return span_eq(v, SPAN("any")) ? 0 : -1;
}

static int
set_only(struct spec *s, struct span v)
{
	s->check_only = 1;
	return span_eq(v, SPAN("check")) ? 0 : -1;
}

/* NAME:VALUE */
static int
set_with(struct spec *s, struct span v)
{
	const char *colon = memchr(v.p, ':', v.n);

	if (colon == NULL || s->nwith == SPEC_WITH)
		return -1;
	s->with[s->nwith].name = span_of(v.p, (size_t)(colon - v.p));
	s->with[s->nwith].value = span_from(v, (size_t)(colon - v.p) + 1);
	return http1_is_token(s->with[s->nwith++].name) ? 0 : -1;
}

/* ---- the template ---- */

static int
add_piece(struct spec *s, enum spec_part part, struct span text)
{
	if (s->npieces == SPEC_PIECES)
		return -1;
	s->pieces[s->npieces++] = (struct spec_piece){ part, text };
	return 0;
}

/* What stands between { and }. */
static int
add_part(struct spec *s, struct span name)
{
	int part = name.n > 0 ? word_of(parts, name) : -1;

	if (part > 0)
		return add_piece(s, (enum spec_part)part, name);
	if (name.n < 8 || memcmp(name.p, "header:", 7) != 0)
		return -1;
	name = span_from(name, 7);
	return http1_is_token(name) ? add_piece(s, SPEC_FIELD, name) : -1;
}

static int
set_template(struct spec *s, struct span v)
{
	s->npieces = 0;
	while (v.n > 0) {
		const char *open = memchr(v.p, '{', v.n), *close;
		size_t n = open != NULL ? (size_t)(open - v.p) : v.n;

		if (n > 0 && add_piece(s, SPEC_TEXT, span_of(v.p, n)) != 0)
			return -1;
		v = span_from(v, n);
		if (v.n == 0)
			break;
		close = memchr(v.p, '}', v.n);
		if (close == NULL)
			return -1;
		n = (size_t)(close - v.p);
		if (add_part(s, span_of(v.p + 1, n - 1)) != 0)
			return -1;
		v = span_from(v, n + 1);
	}
	return 0;
}

/* ---- all of it ---- */

static const struct {
	const char *name;
	int (*set)(struct spec *, struct span);
} settings[] = {
	{ "header", set_header }, { "prefix", set_prefix },
	{ "hash", set_hash }, { "key", set_key },
	{ "encoding", set_encoding }, { "unit", set_unit },
	{ "list", set_list }, { "timestamp", set_timestamp },
	{ "id", set_id }, { "age", set_age }, { "port", set_port },
	{ "only", set_only }, { "with", set_with },
	{ "template", set_template },
};

/* Takes what stands before a comma off *rest, into *room, escapes undone. */
static struct span
next_value(struct span *rest, char **room)
{
	struct span v = { *room, 0 };
	size_t i;

	for (i = 0; i < rest->n && rest->p[i] != ','; i++) {
		char c = rest->p[i];

		if (c == '\\' && i + 1 < rest->n) {
			c = rest->p[++i];
			c = c == 'n' ? '\n' : c;
		}
		*(*room)++ = c;
		v.n++;
	}
	*rest = span_from(*rest, i < rest->n ? i + 1 : i);
	return v;
}

static int
set_one(struct spec *s, struct span text, struct why *why)
{
	const char *equals = memchr(text.p, '=', text.n);
	size_t n = equals != NULL ? (size_t)(equals - text.p) : text.n, i;

	for (i = 0; i < sizeof(settings) / sizeof(settings[0]); i++) {
		if (!span_eq(span_str(settings[i].name), span_of(text.p, n)))
			continue;
		if (equals != NULL &&
		    settings[i].set(s, span_from(text, n + 1)) == 0)
			return 0;
		return why_set(why, STATUS_USAGE,
		    "%s: not a value that it can have: %.*s",
		    settings[i].name, (int)text.n, text.p);
	}
	return why_set(why, STATUS_USAGE, "%.*s: no such setting", (int)n,
	    text.p);
}

/* What no signature can do without. */
static int
check_whole(const struct spec *s, struct why *why)
{
	if (s->header.n == 0)
		return why_set(why, STATUS_USAGE, "header=NAME is missing");
	if (s->alg == SPEC_TOKEN)
		return 0;
	if (!spec_has(s, SPEC_BODY) && !spec_has(s, SPEC_FORM))
		return why_set(why, STATUS_USAGE,
		    "template: without {body}, anybody can change that");
	if (spec_has(s, SPEC_TIMESTAMP) != (s->timestamp.where ==
	    SPEC_IN_FIELD || s->timestamp.where == SPEC_IN_LIST))
		return why_set(why, STATUS_USAGE, "timestamp=WHERE and "
		    "{timestamp} in the template: one needs the other");
	if (spec_has(s, SPEC_ID) != (s->id.where == SPEC_IN_FIELD))
		return why_set(why, STATUS_USAGE, "id=NAME and {id} in the "
		    "template: one needs the other");
	if (s->timestamp.where == SPEC_IN_LIST && s->separator == '\0')
		return why_set(why, STATUS_USAGE,
		    "timestamp: is in a list: list=comma is missing");
	return 0;
}

static int
read_settings(struct spec *s, struct span rest, struct why *why)
{
	char *room = s->text;

	s->hash = MAC_SHA256;
	s->pieces[s->npieces++].part = SPEC_BODY;
	while (rest.n > 0)
		if (set_one(s, next_value(&rest, &room), why) != 0)
			return -1;
	return check_whole(s, why);
}

/* The settings of an alg with code of its own: only that code knows more. */
static int
read_rest(struct spec *s, struct why *why)
{
	struct span key = spec_setting(s, "key");

	s->hash = MAC_SHA256;
	s->key = s->alg == SPEC_ADYEN ? SPEC_HEX : SPEC_BASE64;
	if (key.p != NULL && set_key(s, key) != 0)
		return why_set(why, STATUS_USAGE, "key: not raw, hex, base64");
	return 0;
}

int
spec_init(struct spec *s, const char *text, struct why *why)
{
	struct span rest;
	int alg;

	*s = (struct spec){ .or_else = *text == '|' };
	rest = span_from(span_str(text), (size_t)s->or_else);
	alg = word_of(algs, span_of(rest.p, strcspn(rest.p, ":")));
	if (alg < 0)
		return why_set(why, STATUS_USAGE, "no such scheme");
	s->alg = (enum spec_alg)alg;
	s->text = malloc(rest.n + 1);
	if (s->text == NULL)
		return why_set(why, STATUS_SOME, "out of memory");
	rest = span_from(rest, strlen(algs[alg]));
	if (rest.n > 0)
		rest = span_from(rest, 1);
	if (s->alg < SPEC_ADYEN)
		return read_settings(s, rest, why);
	memcpy(s->text, rest.p, rest.n);
	s->rest = span_of(s->text, rest.n);
	return read_rest(s, why);
}

void
spec_done(struct spec *s)
{
	free(s->text);
	*s = (struct spec){ 0 };
}

struct span
spec_setting(const struct spec *s, const char *name)
{
	struct span rest = s->rest, one;
	size_t n = strlen(name);

	while (span_item(&rest, ',', &one))
		if (one.n > n && memcmp(one.p, name, n) == 0 &&
		    one.p[n] == '=')
			return span_from(one, n + 1);
	return span_of(NULL, 0);
}

int
spec_is_asymmetric(const struct spec *s)
{
	return s->alg == SPEC_ED25519 || s->alg == SPEC_ECDSA;
}

int
spec_has(const struct spec *s, enum spec_part part)
{
	size_t i;

	for (i = 0; i < s->npieces; i++)
		if (s->pieces[i].part == part)
			return 1;
	return 0;
}
