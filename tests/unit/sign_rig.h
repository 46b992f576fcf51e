/* sign_rig.h - for the unit tests of signatures: schemes and secrets given as
 * text, messages, and examples from a file. */
#ifndef HOOKLINE_TESTS_SIGN_RIG_H
#define HOOKLINE_TESTS_SIGN_RIG_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "check.h"
#include "json.h"
#include "sign.h"

#define RIG_MAX 8
#define SIGN_RIG_FIELDS 16

/* "github stripe", "name=secret other=secret"; the text is kept. */
struct rig {
	const char *scheme_v[RIG_MAX];
	struct opt_list schemes;
	struct secret secret_v[RIG_MAX];
	struct secrets secrets;
	char text[4096];
};

static inline void
rig_init(struct rig *r, const char *scheme, const char *name,
    struct span secret)
{
	*r = (struct rig){ .scheme_v = { scheme },
		.secret_v = { { .name = (char *)name, .bytes = secret } } };
	r->schemes = (struct opt_list){ r->scheme_v, 1 };
	r->secrets = (struct secrets){ r->secret_v, secret.p != NULL };
}

static inline void
rig_scheme(struct rig *r, const char *scheme)
{
	r->scheme_v[r->schemes.n++] = scheme;
}

static inline void
rig_secret(struct rig *r, const char *name, const char *secret)
{
	r->secret_v[r->secrets.n++] = (struct secret){ .name = (char *)name,
		.bytes = span_str(secret) };
}

/* What it was made of, or NULL and said: nothing should be wrong with it. */
static inline struct sign *
rig_sign(const struct rig *r, enum sign_use use)
{
	struct why why;
	struct sign *s = sign_new(use, &r->schemes, &r->secrets, &why);

	if (s == NULL)
		fprintf(stderr, "%s: %s\n", r->scheme_v[0], why.text);
	CHECK(s != NULL);
	return s;
}

/* Why it can't be made, or "". */
static inline const char *
rig_refused(const struct rig *r, enum sign_use use)
{
	static struct why why;
	struct sign *s = sign_new(use, &r->schemes, &r->secrets, &why);

	if (s == NULL)
		return why.text;
	sign_free(s);
	return "";
}

/* One scheme and one secret. */
static inline struct sign *
sign_of(const char *scheme, const char *secret, enum sign_use use)
{
	struct rig r;

	rig_init(&r, scheme, "s", span_str(secret));
	return rig_sign(&r, use);
}

/* A message that was signed: the fields that were made join those it has. */
static inline int
rig_make(struct sign *s, struct sign_message *m, struct http1_field *room)
{
	const struct http1_field *made;
	struct why why;
	size_t n, i;

	if (sign_make(s, m, &made, &n, &why) != 0) {
		fprintf(stderr, "%s\n", why.text);
		return -1;
	}
	for (i = 0; i < m->nfields; i++)
		room[i] = m->fields[i];
	for (i = 0; i < n; i++)
		room[m->nfields + i] = made[i];
	m->fields = room;
	m->nfields += n;
	return 0;
}

/* "" if it fits, else the reason. */
static inline const char *
rig_check(struct sign *s, const struct sign_message *m)
{
	static struct sign_verdict v;

	sign_check(s, m, &v);
	return v.result == SIGN_OK ? "" : v.result == SIGN_FETCH ? "fetch" :
	    v.reason;
}

#endif
