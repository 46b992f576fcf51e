/* access.c - who may come in. */
#include <stdlib.h>

#include "access.h"
#include "base64.h"
#include "keys.h"
#include "list.h"
#include "loop.h"
#include "mac.h"
#include "query.h"
#include "say.h"

#define HIDDEN "***"
#define TOKEN "token"		/* in a query */

#define AT_ONCE 2		/* of libuv's four threads */
#define WAITING 64
#define MAX_BASIC ((size_t)4096)

/* A request that waits for its password to be checked, or in `all` a place
 * for one that is being checked. */
struct job {
	struct link link;
	struct access *access;
	struct exchange *x;		/* NULL: has gone */
	struct keys_question question;
	struct loop_work *work;
	int is_busy, fits;
};

struct access {
	access_fn fn;
	void *arg;
	struct keys *keys;		/* NULL: whoever may */
	struct access_opts opts;
	struct job jobs[AT_ONCE];
	struct link waiting;
	size_t nwaiting, nbusy;
	struct buf buf, target;
	int freed;
};

/* ---- in other threads ---- */

static void
run(void *arg)
{
	struct job *j = arg;

	j->fits = keys_ask(&j->question);
}

static void
destroy(struct access *a)
{
	size_t i;

	for (i = 0; i < AT_ONCE; i++) {
		loop_work_free(a->jobs[i].work);
		keys_question_done(&a->jobs[i].question);
	}
	keys_free(a->keys);
	buf_done(&a->buf);
	buf_done(&a->target);
	free(a);
}

static void
begin(struct job *j, struct exchange *x, struct keys_question *q)
{
	j->x = x;
	j->question = *q;
	j->is_busy = 1;
	j->access->nbusy++;
	loop_work_start(j->work);
}

/* The next who waits has the place. */
static void
go_on(struct job *j)
{
	struct link *l = list_first(&j->access->waiting);
	struct job *next;

	if (l == NULL)
		return;
	next = LIST_OF(l, struct job, link);
	list_remove(l);
	j->access->nwaiting--;
	begin(j, next->x, &next->question);
	free(next);
}

static void
on_done(void *arg)
{
	struct job *j = arg;
	struct access *a = j->access;
	struct exchange *x = j->x;
	struct span user;
	char *name;
	int fits = j->fits;

	j->x = NULL;
	j->is_busy = 0;
	a->nbusy--;
	if (a->freed) {
		if (a->nbusy == 0)
			destroy(a);
		return;
	}
	if (fits)
		keys_learn(a->keys, &j->question);
	name = j->question.user;
	j->question.user = NULL;
	keys_question_done(&j->question);
	go_on(j);
	user = span_str(name);
	if (x != NULL)
		a->fn(a->arg, x, fits ? &user : NULL);
	free(name);
}

/* ---- what a request shows ---- */

/* The credentials, if it is that scheme; p NULL if not. */
static struct span
credentials(struct span value, const char *scheme)
{
	size_t n = strlen(scheme);

	if (value.n <= n || value.p[n] != ' ' ||
	    !span_case_eq(span_of(value.p, n), span_str(scheme)))
		return (struct span){ NULL, 0 };
	return span_trim(span_from(value, n));
}

static int
has_token(struct access *a, const struct http1_head *head, struct span value,
    struct span *user)
{
	struct span token = credentials(value, "Bearer"), path, query;

	if (token.p != NULL && keys_token(a->keys, token, user))
		return 1;
	http1_target(head->target, &path, &query);
	buf_clear(&a->buf);
	return query_value(query, TOKEN, &a->buf) > 0 &&
	    keys_token(a->keys, buf_span(&a->buf), user);
}

static enum access_answer
hand_over(struct access *a, struct exchange *x, struct keys_question *q)
{
	struct job *j;
	size_t i;

	for (i = 0; i < AT_ONCE; i++) {
		if (a->jobs[i].is_busy)
			continue;
		begin(&a->jobs[i], x, q);
		return ACCESS_WAITS;
	}
	j = a->nwaiting < WAITING ? calloc(1, sizeof(*j)) : NULL;
	if (j == NULL) {
		keys_question_done(q);
		return ACCESS_BUSY;
	}
	j->x = x;
	j->question = *q;
	list_add(&a->waiting, &j->link);
	a->nwaiting++;
	return ACCESS_WAITS;
}

static enum access_answer
ask_basic(struct access *a, struct exchange *x, struct span value,
    struct span *user)
{
	struct span both = credentials(value, "Basic"), name;
	struct keys_question q;

	buf_clear(&a->buf);
	if (both.p == NULL || base64_decode(&a->buf, both) == -1)
		return ACCESS_NO;
	both = buf_span(&a->buf);
	if (both.n == 0 || memchr(both.p, ':', both.n) == NULL)
		return ACCESS_NO;
	span_item(&both, ':', &name);
	switch (keys_basic(a->keys, name, both, user, &q)) {
	case KEYS_YES:
		return ACCESS_YES;
	case KEYS_ASK:
		return hand_over(a, x, &q);
	case KEYS_NO:
		break;
	}
	return ACCESS_NO;
}

/* Does it show anything that could be right or wrong? */
static int
shows(struct access *a, const struct http1_head *head)
{
	struct span value, path, query;

	http1_target(head->target, &path, &query);
	buf_clear(&a->buf);
	return http1_field(head, "Authorization", &value) > 0 ||
	    query_value(query, TOKEN, &a->buf) != 0;
}

enum access_answer
access_ask(struct access *a, struct exchange *x, struct span *user)
{
	const struct http1_head *head = exchange_head(x);
	enum access_answer answer;
	struct span value = SPAN("");

	*user = SPAN("");
	if (a->keys == NULL)
		return ACCESS_YES;
	if (http1_field(head, "Authorization", &value) > 1)
		return ACCESS_WRONG;
	answer = has_token(a, head, value, user) ? ACCESS_YES :
	    ask_basic(a, x, value, user);
	if (answer == ACCESS_NO && shows(a, head))
		answer = ACCESS_WRONG;
	if (a->buf.base != NULL)
		mac_wipe(a->buf.base, a->buf.cap);
	return answer;
}

void
access_forget(struct access *a, const struct exchange *x)
{
	struct link *l;
	size_t i;

	for (i = 0; i < AT_ONCE; i++)
		if (a->jobs[i].x == x)
			a->jobs[i].x = NULL;
	for (l = a->waiting.next; l != &a->waiting; l = l->next) {
		struct job *j = LIST_OF(l, struct job, link);

		if (j->x != x)
			continue;
		list_remove(l);
		a->nwaiting--;
		keys_question_done(&j->question);
		free(j);
		return;
	}
}

/* ---- what it is told ---- */

void
access_refuse(const struct access *a, struct exchange *x)
{
	struct front_field fields[3] = {
		{ "Content-Type", SPAN("text/plain; charset=utf-8") },
	};
	struct span value;
	size_t n = 1;

	if (a->opts.basic_file != NULL)
		fields[n++] = (struct front_field){ "WWW-Authenticate",
		    SPAN("Basic realm=\"ws-serve\", charset=\"UTF-8\"") };
	if (a->opts.token_file != NULL)
		fields[n++] = (struct front_field){ "WWW-Authenticate",
		    SPAN("Bearer realm=\"ws-serve\"") };
	/* A browser shows nothing until it is asked to. */
	if (http1_field(exchange_head(x), "Authorization", &value) > 0)
		say_note("%s: refused with 401", exchange_remote(x));
	else
		say_detail("%s: refused with 401", exchange_remote(x));
	front_reply(x, 401, fields, n, SPAN("who are you?\n"));
}

/* The target without what --token-file takes from it; where memory is out,
 * without any query. */
static struct span
told_target(struct access *a, struct span target)
{
	struct span path, query, one;
	struct buf *b = &a->target;
	int n = 0;

	http1_target(target, &path, &query);
	buf_clear(&a->buf);
	if (a->opts.token_file == NULL ||
	    query_value(query, TOKEN, &a->buf) == 0)
		return target;
	buf_clear(b);
	target.n = (size_t)(query.p - target.p) - 1;
	if (buf_add(b, target) == -1)
		return path;
	while (span_item(&query, '&', &one)) {
		buf_clear(&a->buf);
		if (query_value(one, TOKEN, &a->buf) == 0 &&
		    (buf_addc(b, n++ > 0 ? '&' : '?') == -1 ||
		    buf_add(b, one) == -1))
			return path;
	}
	return buf_span(b);
}

const struct http1_head *
access_told(struct access *a, const struct http1_head *head,
    struct http1_head *scratch)
{
	size_t i;

	if (a->keys == NULL)
		return head;
	*scratch = *head;
	scratch->target = told_target(a, head->target);
	for (i = 0; i < head->nfields; i++)
		if (span_case_eq(head->fields[i].name,
		    SPAN("Authorization")))
			scratch->fields[i].value = SPAN(HIDDEN);
	return scratch;
}

/* ---- the whole of it ---- */

struct access *
access_new(struct loop *loop, const struct access_opts *opts, access_fn fn,
    void *arg, struct why *why)
{
	struct access *a = calloc(1, sizeof(*a));
	int bad = 0;
	size_t i;

	if (a == NULL) {
		why_set(why, STATUS_USAGE, "out of memory");
		return NULL;
	}
	a->fn = fn;
	a->arg = arg;
	a->opts = *opts;
	list_init(&a->waiting);
	buf_init(&a->buf, MAX_BASIC);
	buf_init(&a->target, SIZE_MAX);
	for (i = 0; i < AT_ONCE; i++) {
		a->jobs[i].access = a;
		a->jobs[i].work = loop_work_new(loop, run, on_done,
		    &a->jobs[i]);
		bad |= a->jobs[i].work == NULL;
	}
	/* All at once: what grows leaves copies behind. */
	bad |= buf_room(&a->buf, MAX_BASIC) == NULL;
	if (bad)
		why_set(why, STATUS_USAGE, "out of memory");
	else if ((opts->basic_file == NULL && opts->token_file == NULL) ||
	    (a->keys = keys_new(opts->basic_file, opts->token_file,
	    why)) != NULL)
		return a;
	destroy(a);
	return NULL;
}

void
access_free(struct access *a)
{
	struct link *l;

	if (a == NULL)
		return;
	while ((l = list_first(&a->waiting)) != NULL)
		access_forget(a, LIST_OF(l, struct job, link)->x);
	/* The rest is done when the last thread is. */
	a->freed = 1;
	if (a->nbusy == 0)
		destroy(a);
}

void
access_reload(struct access *a)
{
	struct why why;

	if (a->keys == NULL)
		return;
	if (keys_reload(&a->keys, &why) == -1)
		say_err("who may come in is as before: %s", why.text);
	else
		say_note("names and tokens were read again");
}
