/* page.c - the pages, and how they are answered with. */
#include <ctype.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base64.h"
#include "block.h"
#include "buf.h"
#include "digest.h"
#include "file.h"
#include "page.h"

#define MAX_PAGE ((size_t)64 << 20)

/* A user's page may hold what it likes, but not fetch it from elsewhere. */
#define USERS_POLICY "default-src 'self' 'unsafe-inline' data:; " \
	"connect-src 'self' ws: wss:"

/* The last one goes on with the host's name. */
#define REST_OF_POLICY "; img-src data:; base-uri 'none'; " \
	"form-action 'none'; frame-ancestors 'none'; trusted-types 'none'; " \
	"require-trusted-types-for 'script'; connect-src 'self'"

#define MAX_POLICY ((size_t)4096)

struct page {
	struct block *html;	/* one for all who ask, however slow */
	struct buf policy;
	int is_own;		/* and not the user's */
};

/* The built-in ones, from the files as they stand. */
/* NOLINTBEGIN(bugprone-macro-parentheses): names that are declared. */
#define EMBED(name, file) __asm__( \
	".pushsection .rodata\n" \
	".hidden " #name "\n.hidden " #name "_end\n" \
	".globl " #name "\n.globl " #name "_end\n" \
	#name ":\n.incbin \"" file "\"\n" #name "_end:\n.byte 0\n" \
	".popsection\n"); \
extern const char name[], name##_end[]
/* NOLINTEND(bugprone-macro-parentheses) */

EMBED(page_chat, "cmd/ws-serve/chat.html");
EMBED(page_feed, "cmd/ws-serve/feed.html");
EMBED(page_css, "cmd/ws-serve/common.css");
EMBED(page_js, "cmd/ws-serve/common.js");

#define EMBEDDED(name) span_of((name), \
	(size_t)((uintptr_t)name##_end - (uintptr_t)(name)))

/* ---- the policy ---- */

/* What stands between the first <tag> and its end; empty if there is none. */
static struct span
element(struct span html, const char *open, const char *close)
{
	const char *end = html.p + html.n;
	const char *from = memmem(html.p, html.n, open, strlen(open)), *to;

	if (from == NULL)
		return SPAN("");
	from += strlen(open);
	to = memmem(from, (size_t)(end - from), close, strlen(close));
	return to == NULL ? SPAN("") : span_of(from, (size_t)(to - from));
}

static int
add_hash(struct buf *out, const char *directive, struct span text)
{
	unsigned char digest[DIGEST_SHA256_SIZE];

	digest_sha256(digest, text);
	return buf_addf(out, "; %s 'sha256-", directive) == 0 &&
	    base64_encode(out, span_of(digest, sizeof(digest))) == 0 &&
	    buf_addc(out, '\'') == 0 ? 0 : -1;
}

/* Only the script and the style that are in the page count. */
static int
pinned_policy(struct buf *out, struct span html)
{
	if (buf_adds(out, "default-src 'none'") == -1 ||
	    add_hash(out, "script-src",
	    element(html, "<script>", "</script>")) == -1 ||
	    add_hash(out, "style-src",
	    element(html, "<style>", "</style>")) == -1)
		return -1;
	return buf_adds(out, REST_OF_POLICY);
}

/* ---- making it ---- */

/* Appends the page's text up to that line, and in its place the part. */
static int
add_part(struct buf *html, struct span *rest, const char *line,
    struct span part)
{
	const char *at = memmem(rest->p, rest->n, line, strlen(line));
	size_t n = at == NULL ? rest->n : (size_t)(at - rest->p);

	if (buf_add(html, span_of(rest->p, n)) == -1)
		return -1;
	*rest = span_from(*rest, at == NULL ? n : n + strlen(line));
	return at == NULL ? 0 : buf_add(html, part);
}

/* One of ours, with what both have in common. */
static int
compose(struct buf *html, struct span own)
{
	if (add_part(html, &own, "/* common.css */\n",
	    EMBEDDED(page_css)) == -1 ||
	    add_part(html, &own, "/* common.js */\n", EMBEDDED(page_js)) == -1)
		return -1;
	return buf_add(html, own);
}

/* The page's bytes and its policy. */
static int
fill(struct buf *html, struct page *p, const char *which, struct why *why)
{
	struct span own = { NULL, 0 };

	if (strcmp(which, "chat") == 0)
		own = EMBEDDED(page_chat);
	else if (strcmp(which, "feed") == 0)
		own = EMBEDDED(page_feed);
	p->is_own = own.p != NULL;
	if (!p->is_own) {
		if (file_read(html, which, why) == -1)
			return -1;
		if (buf_adds(&p->policy, USERS_POLICY) == 0)
			return 0;
	} else if (compose(html, own) == 0 &&
	    pinned_policy(&p->policy, buf_span(html)) == 0) {
		return 0;
	}
	return why_set(why, STATUS_USAGE, "out of memory");
}

static int
share(struct page *p, struct span html, struct why *why)
{
	p->html = block_new(html.n);
	if (p->html == NULL)
		return why_set(why, STATUS_USAGE, "out of memory");
	block_add(p->html, html);
	return 0;
}

struct page *
page_new(const char *which, struct why *why)
{
	struct page *p = calloc(1, sizeof(*p));
	struct why cause;
	struct buf html;

	if (p == NULL) {
		why_set(why, STATUS_USAGE, "--page: out of memory");
		return NULL;
	}
	buf_init(&html, MAX_PAGE);
	buf_init(&p->policy, MAX_POLICY);
	if (fill(&html, p, which, &cause) == -1 ||
	    share(p, buf_span(&html), &cause) == -1) {
		why_set(why, cause.status, "--page: %s", cause.text);
		page_free(p);
		p = NULL;
	}
	buf_done(&html);
	return p;
}

void
page_free(struct page *p)
{
	if (p == NULL)
		return;
	block_unref(p->html);
	buf_done(&p->policy);
	free(p);
}

/* ---- answering ---- */

static void
answer_without(struct exchange *x)
{
	static const struct front_field fields[] = {
		{ "Upgrade", { "websocket", 9 } },
		{ "Connection", { "Upgrade", 7 } },
		{ "Content-Type", { "text/plain; charset=utf-8", 25 } },
	};

	front_reply(x, 426, fields, sizeof(fields) / sizeof(fields[0]),
	    SPAN("Here are websockets only: no pages.\n"));
}

static void
answer_method(struct exchange *x)
{
	static const struct front_field fields[] = {
		{ "Allow", { "GET, HEAD", 9 } },
	};

	front_reply(x, 405, fields, 1, SPAN(""));
}

/* Of a host's name or address, and its port; more than these may stand in a
 * Host field, and would mean something else in a policy. */
static int
is_plain(struct span host)
{
	size_t i;

	for (i = 0; i < host.n; i++)
		if (!isalnum((unsigned char)host.p[i]) &&
		    memchr(".:-_[]", host.p[i], 6) == NULL)
			return 0;
	return host.n > 0;
}

/* The page's policy.  Safari before 16 does not take 'self' for websockets as
 * well, so they are named. */
static int
add_policy(struct buf *out, const struct page *p, const struct http1_head *head)
{
	struct span host;

	if (buf_add(out, buf_span(&p->policy)) == -1)
		return -1;
	if (!p->is_own || http1_field(head, "Host", &host) != 1 ||
	    !is_plain(host))
		return 0;
	return buf_addf(out, " ws://%.*s wss://%.*s", (int)host.n, host.p,
	    (int)host.n, host.p);
}

static void
answer_page(const struct page *p, struct exchange *x)
{
	struct buf policy;

	buf_init(&policy, SIZE_MAX);
	if (add_policy(&policy, p, exchange_head(x)) == -1) {
		front_reply(x, 503, NULL, 0, SPAN(""));
	} else {
		const struct front_field fields[] = {
			{ "Content-Type", SPAN("text/html; charset=utf-8") },
			{ "Content-Security-Policy", buf_span(&policy) },
			{ "X-Content-Type-Options", SPAN("nosniff") },
			{ "Referrer-Policy", SPAN("no-referrer") },
			{ "Cache-Control", SPAN("no-cache") },
		};

		front_reply_shared(x, 200, fields,
		    sizeof(fields) / sizeof(fields[0]), p->html);
	}
	buf_done(&policy);
}

void
page_answer(const struct page *p, struct exchange *x)
{
	struct span method = exchange_head(x)->method;

	if (!span_eq(method, SPAN("GET")) && !span_eq(method, SPAN("HEAD")))
		answer_method(x);
	else if (p == NULL)
		answer_without(x);
	else
		answer_page(p, x);
}
