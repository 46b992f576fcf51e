/* sign/deal.c - which secret is whose key.
 *
 * A public key is known to others, and must never serve as the key of an
 * HMAC: who knows it could sign.  So a secret that a scheme with key pairs
 * takes is no other scheme's.
 */
#include <stdlib.h>

#include "sign/own.h"

/* What came of each secret. */
enum taken { NOT_YET, AS_SHARED, AS_PAIR, AS_PUBLIC };
struct mark {
	enum taken taken;	/* AS_PUBLIC: it can't sign, so by nobody */
	const char *expected;	/* what it should have been for one */
};

struct deal {
	struct sign_scheme *schemes;
	size_t n;
	enum sign_use use;
	const struct secrets *secrets;
	struct mark *marks;
};

/* Has it the scheme's name?  `github` is github-sha1's, too. */
static int
is_own(const struct sign_scheme *scheme, const struct secret *secret)
{
	struct span name = span_str(secret->name);
	struct span scheme_name = span_str(scheme->name);

	return sign_begins(scheme_name, name) &&
	    (scheme_name.n == name.n || scheme_name.p[name.n] == '-');
}

/* A secret with a scheme's name is only for that, and a scheme that has such
 * takes no other. */
static int
is_for(const struct deal *d, const struct sign_scheme *scheme,
    const struct secret *secret)
{
	struct span name = span_str(secret->name);
	size_t i;

	if (is_own(scheme, secret))
		return 1;
	if (preset_find(name) != NULL)
		return 0;
	for (i = 0; i < d->secrets->n; i++)
		if (is_own(scheme, &d->secrets->v[i]))
			return 0;
	return 1;
}

static void
try_key(struct deal *d, struct sign_scheme *scheme, struct sign_variant *v,
    size_t i, int pairs)
{
	const struct secret *secret = &d->secrets->v[i];
	struct sign_key *k = &v->keys[v->nkeys];
	struct mark *m = &d->marks[i];
	const char *expected;

	if (!is_for(d, scheme, secret) || (!pairs && m->taken >= AS_PAIR))
		return;
	*k = (struct sign_key){ .name = secret->name };
	expected = pairs ? sign_key_pair(k, &v->spec, d->use, secret) :
	    sign_key_symmetric(k, &v->spec, secret);
	if (k->mac != NULL || k->pub != NULL || k->token.p != NULL) {
		m->taken = pairs ? AS_PAIR : AS_SHARED;
		v->nkeys++;
	} else if (expected == sign_key_not_private) {
		m->taken = AS_PUBLIC;
		m->expected = expected;
	} else if (expected == NULL) {
		m->expected = "what there is memory for";
	} else if (m->expected == NULL || !sign_key_is_of_pair(secret->bytes)) {
		m->expected = expected;
	}
}

static int
try_keys(struct deal *d, struct sign_scheme *scheme, struct sign_variant *v,
    int pairs)
{
	size_t i;

	if (v->spec.alg == SPEC_SNS || (v->spec.alg != SPEC_RFC9421 &&
	    pairs != spec_is_asymmetric(&v->spec)))
		return 0;
	if (v->keys == NULL)
		v->keys = calloc(d->secrets->n + 1, sizeof(*v->keys));
	if (v->keys == NULL)
		return -1;
	for (i = 0; i < d->secrets->n; i++)
		try_key(d, scheme, v, i, pairs);
	return 0;
}

/* Pairs first: what is one of them is nothing else. */
static int
deal_out(struct deal *d, int pairs)
{
	size_t s, i;

	for (s = 0; s < d->n; s++)
		for (i = 0; i < d->schemes[s].n; i++)
			if (try_keys(d, &d->schemes[s],
			    &d->schemes[s].v[i], pairs) != 0)
				return -1;
	return 0;
}

static int
is_taken(const struct mark *m)
{
	return m->taken == AS_SHARED || m->taken == AS_PAIR;
}

static int
has_key(const struct sign_scheme *scheme)
{
	size_t i;

	for (i = 0; i < scheme->n; i++)
		if (scheme->v[i].nkeys > 0 ||
		    scheme->v[i].spec.alg == SPEC_SNS)
			return 1;
	return 0;
}

static int
lacks_key(const struct deal *d, const struct sign_scheme *scheme,
    struct why *why)
{
	size_t i;

	for (i = 0; i < d->secrets->n; i++)
		if (!is_taken(&d->marks[i]) && d->marks[i].expected != NULL &&
		    is_for(d, scheme, &d->secrets->v[i]))
			return why_set(why, STATUS_USAGE,
			    "%s: secret %s: is not %s", scheme->name,
			    d->secrets->v[i].name, d->marks[i].expected);
	if (d->secrets->n == 0)
		return why_set(why, STATUS_USAGE, "%s: needs a secret "
		    "(--secret-file)", scheme->name);
	return why_set(why, STATUS_USAGE, "%s: the secrets are another "
	    "scheme's: name one %s=FILE", scheme->name, scheme->name);
}

/* Has every scheme a key, and is every secret of use? */
static int
check_deal(const struct deal *d, struct why *why)
{
	size_t i;

	for (i = 0; i < d->n; i++)
		if (!has_key(&d->schemes[i]))
			return lacks_key(d, &d->schemes[i], why);
	for (i = 0; i < d->secrets->n; i++)
		if (!is_taken(&d->marks[i]) &&
		    preset_find(span_str(d->secrets->v[i].name)) == NULL)
			return why_set(why, STATUS_USAGE,
			    "secret %s: is not %s", d->secrets->v[i].name,
			    d->marks[i].expected != NULL ?
			    d->marks[i].expected : "of use here");
	return 0;
}

int
sign_keys(struct sign_scheme *schemes, size_t n, enum sign_use use,
    const struct secrets *secrets, struct why *why)
{
	struct deal d = { .schemes = schemes, .n = n,
		.use = use, .secrets = secrets,
		.marks = calloc(secrets->n + 1, sizeof(struct mark)) };
	int rc = -1;

	if (d.marks == NULL || deal_out(&d, 1) != 0 || deal_out(&d, 0) != 0)
		why_set(why, STATUS_SOME, "out of memory");
	else
		rc = check_deal(&d, why);
	free(d.marks);
	return rc;
}

void
sign_keys_done(struct sign_variant *v)
{
	size_t i;

	for (i = 0; i < v->nkeys; i++)
		sign_key_done(&v->keys[i]);
	free(v->keys);
	v->keys = NULL;
	v->nkeys = 0;
}
