/* sign_needs.c - what a list of schemes needs to be told, and can tell. */
#include "check.h"
#include "sign.h"

static struct sign *
new(const char *a, const char *b)
{
	const char *v[] = { a, b };
	const struct opt_list list = { v, b == NULL ? 1 : 2 };
	char name[] = "k";
	struct secret secret = { name, SPAN("c2VjcmV0c2VjcmV0"), NULL };
	const struct secrets secrets = { &secret, 1 };

	return sign_new(SIGN_CHECK, &list, &secrets, NULL);
}

static const struct {
	const char *a, *b;
	int needs_url, tells_id;
} cases[] = {
	{ "github", NULL, 0, 0 },	/* X-GitHub-Delivery is not signed */
	{ "gitlab", NULL, 0, 0 }, { "shopify", "zoom", 0, 0 },
	{ "standard-webhooks", NULL, 0, 1 }, { "twitch", NULL, 0, 1 },
	{ "github", "stripe", 0, 1 }, { "slack", "github", 0, 1 },
	{ "sns", "github", 0, 1 }, { "twilio", NULL, 1, 0 },
	{ "square", NULL, 1, 1 },
};

static void
test_tokens(void)
{
	struct sign *s = new("gitlab", "token:header=Mine");

	CHECK(s != NULL);
	if (s == NULL)
		return;
	CHECK(sign_is_token(s, SPAN("x-gitlab-token")));
	CHECK(sign_is_token(s, SPAN("mine")));
	CHECK(!sign_is_token(s, SPAN("X-Gitlab-Event")));
	sign_free(s);
	s = new("github", "standard-webhooks");
	CHECK(s != NULL && !sign_is_token(s, SPAN("X-Hub-Signature-256")));
	CHECK(s != NULL && !sign_is_token(s, SPAN("webhook-signature")));
	sign_free(s);
}

int
main(void)
{
	size_t i;

	test_tokens();

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct sign *s = new(cases[i].a, cases[i].b);

		CHECK(s != NULL);
		if (s == NULL)
			continue;
		if (sign_needs_url(s) != cases[i].needs_url ||
		    sign_tells_id(s) != cases[i].tells_id)
			fprintf(stderr, "%s\n", cases[i].a);
		CHECK(sign_needs_url(s) == cases[i].needs_url);
		CHECK(sign_tells_id(s) == cases[i].tells_id);
		sign_free(s);
	}
	return CHECK_DONE;
}
