/* forwarded.c - whose request is it, behind proxies that are trusted? */
#include <stdio.h>
#include <string.h>

#include "forwarded.h"

#define HOPS 32			/* looked at, of a field's line */

const struct opt forwarded_options[] = {
	{ .type = OPT_TYPE_LIST, .name = "trust-proxy", .arg = "CIDR",
	    .help = "believe such a proxy who its client is",
	    .more = "From Forwarded or X-Forwarded-For.\n"
		".Cm unix\nis whoever connects to a unix socket." },
	OPT_END
};

/* On the way from the peer to the client, along one of the fields. */
struct walk {
	const struct forwarded *f;
	int any;		/* the field is there */
	int stop;		/* the client is found, or never will be */
	int failed;
	struct cidr_ip ip;	/* as far as it is known now */
	char text[FORWARDED_SIZE];
};

static int
is_blank(char c)
{
	return c == ' ' || c == '\t';
}

static struct span
trim(struct span s)
{
	while (s.n > 0 && is_blank(s.p[0]))
		s = span_from(s, 1);
	while (s.n > 0 && is_blank(s.p[s.n - 1]))
		s.n--;
	return s;
}

static void
fail(struct walk *w)
{
	w->failed = w->stop = 1;
}

static void
step(struct walk *w, struct span node)
{
	char ip[CIDR_IP_TEXT];
	struct span port;

	if (cidr_peer_parse(&w->ip, node, &port) == -1) {
		fail(w);
		return;
	}
	cidr_ip_text(ip, &w->ip);
	if (port.n == 0)
		snprintf(w->text, sizeof(w->text), "%s", ip);
	else
		snprintf(w->text, sizeof(w->text),
		    w->ip.bits == 32 ? "%s:%.*s" : "[%s]:%.*s", ip,
		    (int)port.n, port.p);
	w->stop = !cidr_list_has(&w->f->trusted, &w->ip);
}

/* ---- X-Forwarded-For: a, b, c ---- */

static void
walk_plain(struct walk *w, struct span line)
{
	while (!w->stop && line.n > 0) {
		const char *comma = memrchr(line.p, ',', line.n);
		size_t at = comma == NULL ? 0 : (size_t)(comma - line.p) + 1;
		struct span node = trim(span_from(line, at));

		if (node.n > 0)		/* RFC 9110 section 5.6.1 */
			step(w, node);
		line.n = comma == NULL ? 0 : at - 1;
	}
}

/* ---- Forwarded: for=a;by=x, for="b" ---- */

/* Up to the byte c outside quotes, or all; *rest goes behind it.  -1: a
 * quote has no end. */
static int
until(struct span *rest, char c, struct span *part)
{
	int quoted = 0;
	size_t i;

	for (i = 0; i < rest->n && (quoted || rest->p[i] != c); i++)
		if (rest->p[i] == '"')
			quoted = !quoted;
		else if (quoted && rest->p[i] == '\\')
			i++;
	if (quoted || i > rest->n)
		return -1;
	*part = trim(span_of(rest->p, i));
	*rest = span_from(*rest, i < rest->n ? i + 1 : i);
	return 0;
}

/* A value as it is meant; text has room for any that could be an address. */
static int
unquote(struct span *value, char text[FORWARDED_SIZE])
{
	size_t i, n = 0;

	if (value->n == 0 || value->p[0] != '"')
		return 0;
	for (i = 1; i + 1 < value->n; i++) {
		if (value->p[i] == '\\')
			i++;
		if (n == FORWARDED_SIZE)
			return -1;
		text[n++] = value->p[i];
	}
	*value = span_of(text, n);
	return 0;
}

/* The one `for` of an element. */
static int
find_for(struct span element, struct span *value)
{
	struct span pair;
	int found = 0;

	while (element.n > 0) {
		if (until(&element, ';', &pair) == -1)
			return -1;
		if (pair.n < 4 || strncasecmp(pair.p, "for=", 4) != 0)
			continue;
		*value = span_from(pair, 4);
		found++;
	}
	return found == 1 ? 0 : -1;
}

/* A port may be hidden (RFC 7239 section 6.3), which is no fault. */
static struct span
without_hidden_port(struct span node)
{
	const char *colon = node.n == 0 ? NULL :
	    memrchr(node.p, ':', node.n);
	size_t at = colon == NULL ? node.n : (size_t)(colon - node.p);

	if (at + 1 < node.n && node.p[at + 1] == '_')
		node.n = at;
	return node;
}

static void
walk_element(struct walk *w, struct span element)
{
	char text[FORWARDED_SIZE];
	struct span value;

	if (find_for(element, &value) == -1 || unquote(&value, text) == -1)
		fail(w);
	else
		step(w, without_hidden_port(value));
}

/* Quotes are only read from the left, so the last elements are kept. */
static void
walk_pairs(struct walk *w, struct span line)
{
	struct span last[HOPS], one;
	size_t n = 0, i;

	while (line.n > 0) {
		if (until(&line, ',', &one) == -1) {
			fail(w);
			return;
		}
		if (one.n > 0)
			last[n++ % HOPS] = one;
	}
	for (i = 1; !w->stop && i <= n; i++)
		if (i > HOPS)
			fail(w);
		else
			walk_element(w, last[(n - i) % HOPS]);
}

/* ---- both ---- */

static void
walk(struct walk *w, const struct http1_head *head, struct span name,
    void (*line)(struct walk *, struct span))
{
	size_t i;

	for (i = head->nfields; i-- > 0 && !w->stop;) {
		const struct http1_field *f = &head->fields[i];

		if (!span_case_eq(f->name, name))
			continue;
		w->any = 1;
		line(w, f->value);
	}
	w->failed |= w->any && w->text[0] == '\0';
}

/* The port is that of a connection of the proxy's own, or is not told. */
static int
is_trusted(const struct forwarded *f, const char *remote)
{
	struct cidr_ip ip;
	struct span port;

	if (cidr_peer_parse(&ip, span_str(remote), &port) == -1)
		return f->trusts_unix;
	return cidr_list_has(&f->trusted, &ip);
}

/* What a proxy that is trusted says of its client. */
static const char *
told(const struct forwarded *f, const struct http1_head *head,
    const char *remote, char out[FORWARDED_SIZE])
{
	struct walk standard = { .f = f }, plain = { .f = f };
	const struct walk *w = &standard;

	walk(&standard, head, SPAN("Forwarded"), walk_pairs);
	walk(&plain, head, SPAN("X-Forwarded-For"), walk_plain);
	if (standard.failed || plain.failed)
		return remote;
	if (standard.any && plain.any &&
	    memcmp(&standard.ip, &plain.ip, sizeof(plain.ip)) != 0)
		return remote;
	if (!standard.any)
		w = &plain;
	if (!w->any)
		return remote;
	memcpy(out, w->text, FORWARDED_SIZE);
	return out;
}

const char *
forwarded_client(const struct forwarded *f, const struct http1_head *head,
    const char *remote, char out[FORWARDED_SIZE])
{
	if ((f->trusted.n == 0 && !f->trusts_unix) || !is_trusted(f, remote))
		return remote;
	return told(f, head, remote, out);
}

int
forwarded_init(struct forwarded *f, const struct opt_list *proxies,
    struct why *why)
{
	struct why inner;
	size_t i;

	*f = (struct forwarded){ .trusts_unix = 0 };
	for (i = 0; i < proxies->n; i++) {
		if (strcmp(proxies->v[i], "unix") == 0)
			f->trusts_unix = 1;
		else if (cidr_list_add(&f->trusted, proxies->v[i],
		    &inner) == -1)
			return why_set(why, inner.status,
			    "--trust-proxy: %s", inner.text);
	}
	return 0;
}

void
forwarded_done(struct forwarded *f)
{
	cidr_list_done(&f->trusted);
}
