/* sign.c - fuzz target: signatures and what is said of them.
 *
 * The first line is a scheme, the lines up to an empty one are header fields,
 * the rest is the body.  Nobody can sign without the secret: so what is found
 * good is good again, and isn't any more once the body is another.
 *
 * clang -g -O1 -D_GNU_SOURCE -fsanitize=fuzzer,address,undefined -Ilib \
 *     tests/fuzz/sign.c lib/sign/[a-z]*.c lib/http1/[a-z]*.c ... -lcrypto
 */
#include <stdlib.h>

#include "say.h"
#include "sign.h"

#define FIELDS 24

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static void
must(int so)
{
	if (!so)
		abort();
}

/* One of them fits any scheme; sns wants none. */
static const char *const secrets[] = { "c2VjcmV0c2VjcmV0", "00ff00ff",
    "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
    "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE83T4O/n84iotIvIW4mdBgQ/7dAfSmpqIM8kF"
    "9mN1flpVKS3GRqe62gw+2fNNRaINXvVpiglSI8eNEc6wEA3F+g==", NULL };

static struct sign *
make_sign(const char *scheme)
{
	struct opt_list schemes = { &scheme, 1 };
	struct secret secret = { .name = "s" };
	struct secrets one = { &secret, 1 };
	struct sign *s = NULL;
	struct why why;
	size_t i;

	for (i = 0; s == NULL; i++) {
		one.n = secrets[i] != NULL;
		secret.bytes = span_str(secrets[i]);
		s = sign_new(SIGN_CHECK, &schemes, &one, &why);
		if (secrets[i] == NULL)
			break;
	}
	return s;
}

/* Takes a line off, as a copy with a NUL. */
static char *
take_line(struct span *in)
{
	const char *end = in->n > 0 ? memchr(in->p, '\n', in->n) : NULL;
	size_t n = end != NULL ? (size_t)(end - in->p) : in->n;
	char *line = strndup(in->n > 0 ? in->p : "", n);

	must(line != NULL);
	*in = span_from(*in, n + (end != NULL));
	return line;
}

static void
check(struct sign *s, struct sign_message *m, struct span body)
{
	struct sign_verdict v, again;
	char *other = malloc(body.n + 1);

	must(other != NULL);
	m->body = body;
	sign_check(s, m, &v);
	sign_check(s, m, &again);
	must(v.result == again.result);
	must(v.result != SIGN_BAD || v.reason[0] != '\0');
	must(v.result != SIGN_OK || (v.scheme != NULL && v.key != NULL));
	must(v.result != SIGN_FETCH ||
	    memcmp(v.certificate_url.p, "https://sns.", 12) == 0);
	if (body.n > 0)
		memcpy(other, body.p, body.n);
	other[body.n] = 'x';
	m->body = span_of(other, body.n + 1);
	sign_check(s, m, &again);
	/* But for tokens, and what RFC 9421 was told not to cover. */
	must(v.result != SIGN_OK || again.result != SIGN_OK ||
	    strcmp(v.scheme, "gitlab") == 0 ||
	    strcmp(v.scheme, "telegram") == 0 ||
	    strcmp(v.scheme, "token") == 0 ||
	    strcmp(v.scheme, "rfc9421") == 0);
	free(other);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct span in = span_of((const char *)data, n);
	char *scheme = take_line(&in), *lines[FIELDS] = { NULL };
	struct http1_field fields[FIELDS];
	struct sign_message m = { .method = SPAN("POST"),
		.url = SPAN("https://user@Example.com:443/a%2Cb?c=1&d=%20"),
		.fields = fields, .now_s = 1700000000, .tolerance_s = 300,
		.want_id = 1 };
	struct sign *s;
	size_t i;

	say_level(SAY_QUIET);
	for (i = 0; i < FIELDS; i++) {
		char *colon;

		lines[i] = take_line(&in);
		colon = strchr(lines[i], ':');
		if (colon == NULL)
			break;
		*colon = '\0';
		fields[i] = (struct http1_field){ span_str(lines[i]),
			span_trim(span_str(colon + 1)) };
		m.nfields++;
	}
	s = make_sign(scheme);
	if (s != NULL)
		check(s, &m, in);
	sign_free(s);
	free(scheme);
	for (i = 0; i < FIELDS; i++)
		free(lines[i]);
	return 0;
}
