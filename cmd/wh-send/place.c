/* place.c - where a job goes. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "make.h"
#include "place.h"
#include "utf8.h"

static int
no_memory(struct why *why)
{
	return why_set(why, STATUS_SOME, "out of memory");
}

static char *
concat(struct job *j, const char *a, const char *b, const char *c,
    const char *d)
{
	size_t n = strlen(a) + strlen(b) + strlen(c) + strlen(d) + 1;
	char *p = j != NULL ? job_room(j, n) : malloc(n);

	if (p != NULL)
		stpcpy(stpcpy(stpcpy(stpcpy(p, a), b), c), d);
	return p;
}

/* Scheme, host and port, however they are spelt. */
static char *
site(struct job *j, const struct url *u)
{
	char *text = concat(j, u->scheme, "://", u->host, "");
	const char *port = u->secure ? ":443" : ":80";
	size_t n = text != NULL ? strlen(text) : 0, i;

	for (i = 0; i < n; i++)
		text[i] = (char)tolower((unsigned char)text[i]);
	if (n > strlen(port) && strcmp(text + n - strlen(port), port) == 0)
		text[n - strlen(port)] = '\0';
	return text;
}

/* A URL of any kind without user info. */
static const char *
without_user(struct job *j, const char *text)
{
	const char *host = strstr(text, "://") + 3;
	const char *at = memchr(host, '@', strcspn(host, "/?#"));
	const char *scheme;

	if (at == NULL)
		return text;
	scheme = job_keep(j, span_of(text, (size_t)(host - text)));
	return scheme != NULL ? concat(j, scheme, at + 1, "", "") : NULL;
}

/* What else libcurl speaks is not for strangers to choose. */
static enum made
block_scheme(struct job *j, const char *text, struct why *why)
{
	j->deliver.url = without_user(j, text);
	if (j->deliver.url == NULL) {
		no_memory(why);
		return MADE_INVALID;
	}
	why_set(why, STATUS_REFUSED, "not an http or https URL");
	return MADE_BLOCKED;
}

static enum made
set_own_url(struct make *m, struct job *j, const struct url *u,
    struct why *why)
{
	char *http = url_http(u);

	if (http != NULL) {
		j->url = job_keep(j, span_str(http));
		j->deliver.url = job_keep(j, span_str(u->full));
		j->deliver.site = site(j, u);
	}
	j->strange = !m->config->allow_private;
	free(http);
	if (j->url != NULL && j->deliver.url != NULL && j->deliver.site != NULL)
		return MADE_JOB;
	no_memory(why);
	return MADE_INVALID;
}

/* The next character of a path, as a careless server may see it: dots and
 * slashes decoded, and backslashes turned round. */
static char
next_char(struct span *path)
{
	static const struct {
		const char *text;
		char c;
	} codes[] = { { "%2e", '.' }, { "%2f", '/' }, { "%5c", '/' } };
	char c = *path->p;
	size_t i;

	for (i = 0; i < sizeof(codes) / sizeof(codes[0]); i++)
		if (path->n >= 3 &&
		    strncasecmp(path->p, codes[i].text, 3) == 0) {
			*path = span_from(*path, 3);
			return codes[i].c;
		}
	*path = span_from(*path, 1);
	return c == '\\' ? '/' : c;
}

/* Does a path leave the folder that it is appended to (RFC 3986 section
 * 5.2.4)?  Without a folder it is the receiver's alone to judge. */
static int
climbs(struct span path)
{
	int depth = 0, dots = 0, others = 0;
	char c;

	while (depth >= 0 && (path.n > 0 || dots > 0)) {
		c = path.n > 0 ? next_char(&path) : '/';
		if (c == '/') {
			depth += others > 0 || dots > 2 ? 1 :
			    dots == 2 ? -1 : 0;
			dots = others = 0;
		} else if (c == '.') {
			dots++;
		} else {
			others++;
		}
	}
	return depth < 0;
}

/* The length of the user's URL as a folder that targets are appended to,
 * without its last slash; 0: it isn't one. */
static size_t
folder(const struct make *m)
{
	size_t n = m->url != NULL && m->append ? strlen(m->base.full) : 0;

	return n > 0 && m->base.full[n - 1] == '/' ? n - 1 : n;
}

/* The line's target under the user's URL, its user info kept. */
static int
append_target(struct make *m, struct job *j, const char *target,
    struct why *why)
{
	struct span path, query, dir = span_str(m->base.target);
	const char *origin, *under, *rest;
	size_t root = strlen(m->url) - dir.n;

	http1_target(span_str(target), &path, &query);
	if (path.n == 0 || *path.p != '/')
		return 0;		/* "*": of the host, no path */
	if (dir.p[dir.n - 1] == '/')
		dir.n--;
	if (dir.n > 0 && climbs(path))
		return why_set(why, STATUS_BAD_LINE,
		    "target: leads out of the URL's path");
	rest = job_keep(j, span_of(path.p, path.n +
	    (query.p != NULL ? query.n + 1 : 0)));
	origin = job_keep(j, span_of(m->base.full, strlen(m->base.full) -
	    strlen(m->base.target)));
	under = job_keep(j, dir);
	if (origin == NULL || under == NULL || rest == NULL)
		return no_memory(why);
	j->deliver.url = concat(j, origin, under, rest, "");
	/* Without user info or zone they are the same. */
	j->url = m->base.user == NULL && m->base.zone == NULL ?
	    j->deliver.url :
	    concat(j, job_keep(j, span_of(m->url, root)), under, rest, "");
	return j->deliver.url != NULL && j->url != NULL ? 0 : no_memory(why);
}

/* Is it the one that the user gave, or where targets are appended to that,
 * below it?  Then the job is led there. */
static int
is_given(struct make *m, struct job *j, const struct url *u)
{
	size_t root = folder(m);

	if (m->url == NULL)
		return 0;
	if (strcmp(u->full, m->base.full) == 0)
		return 1;
	return root > 0 && strncmp(u->full, m->base.full, root) == 0 &&
	    u->full[root] == '/' &&
	    append_target(m, j, u->full + root, NULL) == 0;
}

/* A URL that a line says is a stranger's, unless the user said the same. */
static enum made
set_url(struct make *m, struct job *j, const char *text, struct why *why)
{
	struct url u;
	enum made made;

	if (strstr(text, "://") != NULL &&
	    strncasecmp(text, "http:", 5) != 0 &&
	    strncasecmp(text, "https:", 6) != 0)
		return block_scheme(j, text, why);
	if (url_parse(&u, text, "http", why) == -1)
		return MADE_INVALID;
	made = is_given(m, j, &u) ? MADE_JOB : set_own_url(m, j, &u, why);
	url_done(&u);
	return made;
}

enum made
place_event(struct make *m, struct job *j, const struct event *e,
    struct why *why)
{
	const char *url = NULL, *target = NULL;

	place_base(m, j);
	if (make_string(m, j, e->url, "url", &url, why) == -1 ||
	    make_string(m, j, e->target, "target", &target, why) == -1)
		return MADE_INVALID;
	if (url != NULL)
		return set_url(m, j, url, why);
	if (m->url == NULL) {
		why_set(why, STATUS_BAD_LINE, "url: missing, and none was given"
		    " as an argument");
		return MADE_INVALID;
	}
	if (m->append && target != NULL &&
	    append_target(m, j, target, why) == -1)
		return MADE_INVALID;
	return MADE_JOB;
}

int
place_init(struct make *m, const char *url, struct why *why)
{
	if (!utf8_valid(span_str(url)))
		return why_set(why, STATUS_USAGE, "URL: not UTF-8");
	if (url_parse(&m->base, url, "http", why) == -1)
		return -1;
	if (strncmp(m->base.scheme, "http", 4) != 0)
		return why_set(why, STATUS_USAGE, "%s: not http or https",
		    m->base.scheme);
	if (m->append && strchr(m->base.target, '?') != NULL)
		return why_set(why, STATUS_USAGE,
		    "--append-path: the URL has a query");
	m->url = url_http(&m->base);
	m->site = site(NULL, &m->base);
	return m->url != NULL && m->site != NULL ? 0 : no_memory(why);
}

void
place_base(const struct make *m, struct job *j)
{
	j->url = m->url;
	j->deliver.url = m->base.full;
	j->deliver.site = m->site;
	j->method = m->config->method != NULL ? m->config->method : "POST";
}
