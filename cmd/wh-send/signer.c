/* signer.c - --sign. */
#include <stdlib.h>

#include "clock.h"
#include "signer.h"

int
signer_init(struct signer *s, const struct opt_list *schemes,
    const struct secret_opts *secrets, struct why *why)
{
	const char *standard[] = { "standard-webhooks" };
	struct opt_list list = { standard, 1 };
	struct why inner;

	*s = (struct signer){ .sign = NULL };
	if (secrets_load(&s->secrets, secrets, why) != 0)
		return -1;
	if (s->secrets.n == 0 && schemes->n == 0)
		return 0;
	if (schemes->n > 0)
		list = *schemes;
	s->sign = sign_new(SIGN_MAKE, &list, &s->secrets, &inner);
	return s->sign != NULL ? 0 :
	    why_set(why, inner.status, "--sign %s", inner.text);
}

void
signer_done(struct signer *s)
{
	sign_free(s->sign);
	secrets_done(&s->secrets);
	free(s->fields);
}

static int
rekey(void *arg, struct why *why)
{
	struct signer *s = arg;

	return sign_rekey(s->sign, &s->secrets, why);
}

int
signer_reload(struct signer *s, struct why *why)
{
	return s->sign == NULL ? 0 :
	    secrets_reload(&s->secrets, rekey, s, why);
}

/* Room for so many fields. */
static int
grow(struct signer *s, size_t n)
{
	struct http1_field *v;

	if (n <= s->cap)
		return 0;
	v = realloc(s->fields, 2 * n * sizeof(*v));
	if (v == NULL)
		return -1;
	s->fields = v;
	s->cap = 2 * n;
	return 0;
}

int
signer_put(struct signer *s, const struct job *j, struct http_request *r,
    struct why *why)
{
	struct sign_message m = { .method = span_str(j->method),
		.url = span_str(j->deliver.url), .body = j->body,
		.now_s = clock_wall_us() / 1000000, .id = j->id };
	const struct http1_field *made;
	size_t i, n, all = 0;

	if (s->sign == NULL)
		return 0;
	if (grow(s, r->nheaders) != 0)
		return why_set(why, STATUS_SOME, "out of memory");
	for (i = 0; i < r->nheaders; i++)
		if (!sign_writes(s->sign, r->headers[i].name))
			s->fields[all++] = r->headers[i];
	m.fields = s->fields;
	m.nfields = all;
	if (sign_make(s->sign, &m, &made, &n, why) != 0)
		return -1;
	if (grow(s, all + n) != 0)
		return why_set(why, STATUS_SOME, "out of memory");
	for (i = 0; i < n; i++)
		s->fields[all++] = made[i];
	r->headers = s->fields;
	r->nheaders = all;
	return 0;
}
