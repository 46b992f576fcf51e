/* forwarded.c - whose request is it, behind proxies that are trusted? */
#include "check.h"
#include "forwarded.h"

/* Fields as lines "Name: value\n"; trusted are 10.0.0.0/8, 2001:db8::/32 and,
 * where the peer is "unix:", unix. */
static const struct {
	const char *peer, *fields, *client;
} cases[] = {
	/* Nobody said anything, or nobody to be believed. */
	{ "10.0.0.1:5", "", "10.0.0.1:5" },
	{ "192.0.2.1:5", "X-Forwarded-For: 1.2.3.4\n", "192.0.2.1:5" },
	{ "192.0.2.1:5", "Forwarded: for=1.2.3.4\n", "192.0.2.1:5" },
	{ "[2001:db9::1]:5", "X-Forwarded-For: 1.2.3.4\n", "[2001:db9::1]:5" },
	/* X-Forwarded-For, one hop and more. */
	{ "10.0.0.1:5", "X-Forwarded-For: 1.2.3.4\n", "1.2.3.4" },
	{ "10.0.0.1:5", "x-forwarded-for: 1.2.3.4:567\n", "1.2.3.4:567" },
	{ "10.0.0.1:5", "X-Forwarded-For: 2606::1\n", "2606::1" },
	{ "10.0.0.1:5", "X-Forwarded-For: [2606::1]\n", "2606::1" },
	{ "10.0.0.1:5", "X-Forwarded-For: [2606::1]:9\n", "[2606::1]:9" },
	{ "10.0.0.1:5", "X-Forwarded-For: ::ffff:1.2.3.4\n", "1.2.3.4" },
	{ "10.0.0.1:5", "X-Forwarded-For: 6.6.6.6, 1.2.3.4\n", "1.2.3.4" },
	{ "10.0.0.1:5", "X-Forwarded-For: 6.6.6.6,1.2.3.4, 10.9.9.9\n",
	    "1.2.3.4" },
	{ "[2001:db8::1]:5", "X-Forwarded-For: 1.2.3.4, 10.1.1.1,10.2.2.2\n",
	    "1.2.3.4" },
	/* What a client made up on the left is not even looked at. */
	{ "10.0.0.1:5", "X-Forwarded-For: nonsense, 1.2.3.4\n", "1.2.3.4" },
	{ "10.0.0.1:5", "X-Forwarded-For: 10.5.5.5, 1.2.3.4\n", "1.2.3.4" },
	/* All of them trusted: the first is the client. */
	{ "10.0.0.1:5", "X-Forwarded-For: 10.7.7.7, 10.8.8.8\n", "10.7.7.7" },
	/* Lines in their order; empty elements are none. */
	{ "10.0.0.1:5", "X-Forwarded-For: 6.6.6.6\nX-Forwarded-For: 1.2.3.4\n",
	    "1.2.3.4" },
	{ "10.0.0.1:5", "X-Forwarded-For: 1.2.3.4\nHost: x\n"
	    "X-Forwarded-For: 10.1.1.1\n", "1.2.3.4" },
	{ "10.0.0.1:5", "X-Forwarded-For: 1.2.3.4 , ,, \n", "1.2.3.4" },
	{ "10.0.0.1:5", "X-Forwarded-For: 1.2.3.4\nX-Forwarded-For: \n",
	    "1.2.3.4" },
	/* No address where one would count. */
	{ "10.0.0.1:5", "X-Forwarded-For: unknown\n", "10.0.0.1:5" },
	{ "10.0.0.1:5", "X-Forwarded-For: \n", "10.0.0.1:5" },
	{ "10.0.0.1:5", "X-Forwarded-For: ,\n", "10.0.0.1:5" },
	{ "10.0.0.1:5", "X-Forwarded-For: 1.2.3.4, nonsense\n", "10.0.0.1:5" },
	{ "10.0.0.1:5", "X-Forwarded-For: x, 10.1.1.1\n", "10.0.0.1:5" },
	{ "10.0.0.1:5", "X-Forwarded-For: 1.2.3.4:99999\n", "10.0.0.1:5" },
	{ "10.0.0.1:5", "X-Forwarded-For: 1.2.3.4 5.6.7.8\n", "10.0.0.1:5" },
	{ "10.0.0.1:5", "X-Forwarded-For: \"1.2.3.4\"\n", "10.0.0.1:5" },
	/* Forwarded. */
	{ "10.0.0.1:5", "Forwarded: for=1.2.3.4\n", "1.2.3.4" },
	{ "10.0.0.1:5", "forwarded: FOR=\"1.2.3.4:567\"\n", "1.2.3.4:567" },
	{ "10.0.0.1:5", "Forwarded: for=\"[2606::1]\"\n", "2606::1" },
	{ "10.0.0.1:5", "Forwarded: for=\"[2606::1]:9\"\n", "[2606::1]:9" },
	{ "10.0.0.1:5", "Forwarded: for=\"1.2.3.4:_p\"\n", "1.2.3.4" },
	{ "10.0.0.1:5", "Forwarded: proto=https;for=1.2.3.4;by=10.0.0.1\n",
	    "1.2.3.4" },
	{ "10.0.0.1:5", "Forwarded: host=\"a,b;for=6.6.6.6\" ; for=1.2.3.4\n",
	    "1.2.3.4" },
	{ "10.0.0.1:5", "Forwarded: host=\"\\\",\" ; for=\"1.2.\\3.4\"\n",
	    "1.2.3.4" },
	{ "10.0.0.1:5", "Forwarded: for=6.6.6.6, for=1.2.3.4\n", "1.2.3.4" },
	{ "10.0.0.1:5", "Forwarded: for=6.6.6.6,for=1.2.3.4 , for=10.1.1.1,\n",
	    "1.2.3.4" },
	{ "10.0.0.1:5", "Forwarded: by=x, for=1.2.3.4\n", "1.2.3.4" },
	{ "10.0.0.1:5", "Forwarded: for=\"\nForwarded: for=1.2.3.4\n",
	    "1.2.3.4" },
	{ "10.0.0.1:5", "Forwarded: for=10.7.7.7, for=10.8.8.8\n",
	    "10.7.7.7" },
	{ "10.0.0.1:5", "Forwarded: for=unknown\n", "10.0.0.1:5" },
	{ "10.0.0.1:5", "Forwarded: for=_hidden\n", "10.0.0.1:5" },
	{ "10.0.0.1:5", "Forwarded: for=1.2.3.4;for=1.2.3.4\n",
	    "10.0.0.1:5" },
	{ "10.0.0.1:5", "Forwarded: proto=https\n", "10.0.0.1:5" },
	{ "10.0.0.1:5", "Forwarded: for\n", "10.0.0.1:5" },
	{ "10.0.0.1:5", "Forwarded: for=\n", "10.0.0.1:5" },
	{ "10.0.0.1:5", "Forwarded: for=\"\"\n", "10.0.0.1:5" },
	{ "10.0.0.1:5", "Forwarded: for=\"1.2.3.4\n", "10.0.0.1:5" },
	{ "10.0.0.1:5", "Forwarded: for=\"1.2.3.4\"x\n", "10.0.0.1:5" },
	{ "10.0.0.1:5", "Forwarded: for=\"1.2.3.4\\\n", "10.0.0.1:5" },
	{ "10.0.0.1:5", "Forwarded: for=\", for=1.2.3.4\n", "10.0.0.1:5" },
	{ "10.0.0.1:5", "Forwarded: for = 1.2.3.4\n", "10.0.0.1:5" },
	{ "10.0.0.1:5", "Forwarded: \n", "10.0.0.1:5" },
	{ "10.0.0.1:5", "Forwarded: for=\"1111111111111111111111111111111111111"
	    "111111111111111111111111111111111111111111111111111\"\n",
	    "10.0.0.1:5" },
	/* Both: only what they agree on. */
	{ "10.0.0.1:5", "Forwarded: for=1.2.3.4\nX-Forwarded-For: 1.2.3.4\n",
	    "1.2.3.4" },
	{ "10.0.0.1:5", "Forwarded: for=\"1.2.3.4:9\"\n"
	    "X-Forwarded-For: 1.2.3.4\n", "1.2.3.4:9" },
	{ "10.0.0.1:5", "Forwarded: for=6.6.6.6\nX-Forwarded-For: 1.2.3.4\n",
	    "10.0.0.1:5" },
	{ "10.0.0.1:5", "Forwarded: for=_x\nX-Forwarded-For: 1.2.3.4\n",
	    "10.0.0.1:5" },
	{ "10.0.0.1:5", "X-Forwarded-For: x\nForwarded: for=1.2.3.4\n",
	    "10.0.0.1:5" },
	/* A unix socket has no address. */
	{ "unix:", "X-Forwarded-For: 1.2.3.4\n", "1.2.3.4" },
	{ "unix:", "", "unix:" }
};

static void
parse(struct http1_head *head, const char *lines)
{
	head->nfields = 0;
	while (*lines != '\0') {
		struct http1_field *f = &head->fields[head->nfields++];
		size_t name = strcspn(lines, ":"), all = strcspn(lines, "\n");

		f->name = span_of(lines, name);
		f->value = span_of(lines + name + 2, all - name - 2);
		lines += all + 1;
	}
}

static struct forwarded
trusting(const char *a, const char *b)
{
	const char *v[] = { a, b };
	const struct opt_list list = { v, b == NULL ? 1 : 2 };
	struct forwarded f;

	CHECK(forwarded_init(&f, &list, NULL) == 0);
	return f;
}

static void
test_cases(void)
{
	struct forwarded inet = trusting("10.0.0.0/8", "2001:db8::/32");
	struct forwarded local = trusting("unix", "10.0.0.0/8");
	static struct http1_head head;
	char out[FORWARDED_SIZE];
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		parse(&head, cases[i].fields);
		CHECK_STR(forwarded_client(strcmp(cases[i].peer, "unix:") == 0
		    ? &local : &inet, &head, cases[i].peer, out),
		    cases[i].client);
	}
	parse(&head, "X-Forwarded-For: 1.2.3.4\n");
	CHECK_STR(forwarded_client(&inet, &head, "unix:", out), "unix:");
	forwarded_done(&inet);
	forwarded_done(&local);
}

/* A chain of trusted hops, longer and longer: the client is found behind 31,
 * and never anybody else. */
static void
test_chain(void)
{
	struct forwarded f = trusting("10.0.0.0/8", NULL);
	static struct http1_head head;
	char line[4096], out[FORWARDED_SIZE];
	size_t n;

	for (n = 0; n < 60; n++) {
		size_t i, used = (size_t)sprintf(line,
		    "Forwarded: for=6.6.6.6, for=1.2.3.4");

		for (i = 0; i < n; i++)
			used += (size_t)sprintf(line + used,
			    ", for=10.0.0.%zu", i);
		strcpy(line + used, "\n");
		parse(&head, line);
		CHECK_STR(forwarded_client(&f, &head, "10.0.0.1:5", out),
		    n < 32 ? "1.2.3.4" : "10.0.0.1:5");
	}
	forwarded_done(&f);
}

static void
test_options(void)
{
	const char *v[] = { "10.0.0.0/8", "10.0.0.1/8" };
	const struct opt_list list = { v, 2 };
	struct forwarded f;
	struct why why;

	CHECK(forwarded_init(&f, &list, &why) == -1);
	CHECK(why.status == STATUS_USAGE);
	CHECK_STR(why.text, "--trust-proxy: 10.0.0.1/8: bits are set behind "
	    "the prefix (did you mean 10.0.0.0/8?)");
	forwarded_done(&f);
}

int
main(void)
{
	test_cases();
	test_chain();
	test_options();
	return CHECK_DONE;
}
