/* client/url.c - URLs, by libcurl's parser.
 *
 * It guesses schemes from host names and takes "localhost:3000" for the
 * scheme localhost, so a missing scheme is put in before it looks; and it
 * knows no default port for ws, so that is done here too.
 */
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <curl/curl.h>

#include "../buf.h"
#include "url.h"

#define MAX_URL ((size_t)1 << 20)

static int
has_scheme(const char *text)
{
	const char *p = text;

	while (isalnum((unsigned char)*p) || *p == '+' || *p == '-' ||
	    *p == '.')
		p++;
	return p > text && strncmp(p, "://", 3) == 0;
}

/* A number alone; to libcurl it would be an IPv4 address. */
static int
is_port(const char *text)
{
	int64_t port;

	return span_number(span_str(text), 5, &port) == 0;
}

static int
fail(struct why *why, const char *text, CURLUcode code)
{
	const char *scheme_end = strstr(text, "://");
	const char *host = scheme_end != NULL ? scheme_end + 3 : text;
	const char *at = memrchr(host, '@', strcspn(host, "?#"));

	/* A password that is not encoded may hold any character. */
	return why_set(why, STATUS_USAGE, "%.*s%s: %s", (int)(host - text),
	    text, at != NULL ? at + 1 : host, curl_url_strerror(code));
}

/* The parts that are not NULL, one behind the other; gives the string. */
static char *
join(const char *const parts[], size_t n)
{
	struct buf b;
	size_t i;
	int bad = 0;

	buf_init(&b, 4 * MAX_URL);
	for (i = 0; i < n; i++)
		bad |= parts[i] != NULL && buf_adds(&b, parts[i]) == -1;
	if (bad || buf_addc(&b, '\0') == -1) {
		buf_done(&b);
		return NULL;
	}
	return b.base;		/* nothing was ever dropped from it */
}

#define JOIN(...) \
	join((const char *const[]){ __VA_ARGS__ }, \
	    sizeof((const char *const[]){ __VA_ARGS__ }) / sizeof(char *))

/* A part, copied for free(); NULL where there is none. */
static char *
part(CURLU *u, CURLUPart which)
{
	char *got = NULL, *copy;

	if (curl_url_get(u, which, &got, 0) != CURLUE_OK)
		return NULL;
	copy = strdup(got);
	curl_free(got);
	return copy;
}

static int
take_scheme(struct url *url, CURLU *u, struct why *why)
{
	char *p;

	url->scheme = part(u, CURLUPART_SCHEME);
	if (url->scheme == NULL)
		return why_set(why, STATUS_SOME, "out of memory");
	for (p = url->scheme; *p != '\0'; p++)
		*p = (char)tolower((unsigned char)*p);
	url->secure = strcmp(url->scheme, "https") == 0 ||
	    strcmp(url->scheme, "wss") == 0;
	if (url->secure || strcmp(url->scheme, "http") == 0 ||
	    strcmp(url->scheme, "ws") == 0)
		return 0;
	return why_set(why, STATUS_USAGE, "%s: not http, https, ws or wss",
	    url->scheme);
}

static char *
host_and_port(const struct url *url, CURLU *u)
{
	char *host = part(u, CURLUPART_HOST), *port = part(u, CURLUPART_PORT);
	char *out = NULL;

	if (host != NULL && (port == NULL ||
	    strcmp(port, url->secure ? "443" : "80") == 0))
		out = JOIN(host);
	else if (host != NULL)
		out = JOIN(host, ":", port);
	free(host);
	free(port);
	return out;
}

static char *
user_info(CURLU *u)
{
	char *name = part(u, CURLUPART_USER);
	char *password = part(u, CURLUPART_PASSWORD);
	char *out = NULL;

	if (name != NULL || password != NULL)
		out = JOIN(name, password ? ":" : "", password);
	free(name);
	free(password);
	return out;
}

static char *
path_and_query(CURLU *u)
{
	char *path = part(u, CURLUPART_PATH), *query = part(u, CURLUPART_QUERY);
	char *out;

	out = JOIN(path != NULL ? path : "/", query ? "?" : "", query);
	free(path);
	free(query);
	return out;
}

static int
take_parts(struct url *url, CURLU *u, struct why *why)
{
	if (take_scheme(url, u, why) == -1)
		return -1;
	url->host = host_and_port(url, u);
	url->target = path_and_query(u);
	url->user = user_info(u);
	url->zone = part(u, CURLUPART_ZONEID);
	if (url->host == NULL || url->target == NULL)
		return why_set(why, STATUS_SOME, "out of memory");
	url->full = JOIN(url->scheme, "://", url->host, url->target);
	if (url->full == NULL)
		return why_set(why, STATUS_SOME, "out of memory");
	return 0;
}

/* first may be NULL; text, for messages, is what the user or peer wrote. */
static int
take(struct url *url, const char *first, const char *whole, const char *text,
    struct why *why)
{
	const unsigned how = CURLU_NON_SUPPORT_SCHEME | CURLU_PATH_AS_IS;
	CURLU *u = curl_url();
	CURLUcode code = CURLUE_OK;
	int ret = -1;

	if (u == NULL || whole == NULL)
		code = CURLUE_OUT_OF_MEMORY;
	if (code == CURLUE_OK && first != NULL)
		code = curl_url_set(u, CURLUPART_URL, first, how);
	if (code == CURLUE_OK)
		code = curl_url_set(u, CURLUPART_URL, whole, how);
	if (code == CURLUE_OUT_OF_MEMORY)
		why_set(why, STATUS_SOME, "out of memory");
	else if (code != CURLUE_OK)
		fail(why, text, code);
	else
		ret = take_parts(url, u, why);
	if (ret == -1)
		url_done(url);
	curl_url_cleanup(u);
	return ret;
}

int
url_parse(struct url *url, const char *text, const char *dflt,
    struct why *why)
{
	char *whole;
	int ret;

	memset(url, 0, sizeof(*url));
	if (strlen(text) > MAX_URL)
		return why_set(why, STATUS_USAGE, "URL: too long");
	whole = has_scheme(text) ? JOIN(text) : JOIN(dflt, "://",
	    is_port(text) ? "localhost:" : "", text);
	ret = take(url, NULL, whole, text, why);
	free(whole);
	return ret;
}

int
url_resolve(struct url *url, const struct url *base, const char *reference,
    struct why *why)
{
	memset(url, 0, sizeof(*url));
	return take(url, base->full, reference, reference, why);
}

static int
is_proxy_scheme(const char *scheme)
{
	static const char *const known[] = { "http", "https", "socks4",
	    "socks4a", "socks5", "socks5h" };
	size_t i;

	for (i = 0; i < sizeof(known) / sizeof(*known); i++)
		if (strcasecmp(scheme, known[i]) == 0)
			return 1;
	return 0;
}

int
url_proxy_check(const char *text, struct why *why)
{
	CURLU *u;
	CURLUcode code;
	struct why cause;
	char *scheme = NULL;
	int ret = 0;

	if (text == NULL || *text == '\0')
		return 0;
	u = curl_url();
	code = u == NULL ? CURLUE_OUT_OF_MEMORY : curl_url_set(u,
	    CURLUPART_URL, text, CURLU_NON_SUPPORT_SCHEME |
	    CURLU_GUESS_SCHEME);
	if (code != CURLUE_OK)
		ret = fail(&cause, text, code);
	else if (has_scheme(text))
		scheme = part(u, CURLUPART_SCHEME);
	if (scheme != NULL && !is_proxy_scheme(scheme))
		ret = why_set(&cause, STATUS_USAGE, "%s: not http, https, "
		    "socks4, socks4a, socks5 or socks5h", scheme);
	free(scheme);
	curl_url_cleanup(u);
	return ret == 0 ? 0 :
	    why_set(why, STATUS_USAGE, "--proxy: %s", cause.text);
}

void
url_done(struct url *url)
{
	free(url->scheme);
	free(url->host);
	free(url->target);
	free(url->full);
	free(url->user);
	free(url->zone);
	memset(url, 0, sizeof(*url));
}

/* [fe80::1]:80 with its zone back in (RFC 6874). */
static char *
zoned_host(const struct url *url)
{
	size_t n = strcspn(url->host, "]");
	char *address = strndup(url->host, n), *out = NULL;

	if (address != NULL)
		out = JOIN(address, "%25", url->zone, url->host + n);
	free(address);
	return out;
}

char *
url_http(const struct url *url)
{
	char *host = url->zone != NULL ? zoned_host(url) : JOIN(url->host);
	char *out = NULL;

	if (host != NULL)
		out = JOIN(url->secure ? "https://" : "http://", url->user,
		    url->user ? "@" : "", host, url->target);
	free(host);
	return out;
}
