/* keys.c - who may come in, from files. */
#include <sys/stat.h>

#include <stdlib.h>

#include "digest.h"
#include "file.h"
#include "keys.h"
#include "list.h"
#include "mac.h"
#include "pwhash.h"
#include "utf8.h"

#define MAX_FILE ((size_t)64 << 20)

/* A user, by his name; a token, by its proof. */
struct key {
	struct named named;	/* the first, for names.h */
	struct link link;
	struct span user;	/* of a token: empty if it has no name */
	char *hash;		/* or NULL */
	int has_proof;
	unsigned char proof[KEYS_PROOF];
	char name[];
};

struct keys {
	const char *basic_file, *token_file;
	struct mac *mac;
	struct names users, tokens;
	struct link all;
	const char *some_hash;	/* for users that there are not; or NULL */
};

/* ---- proofs ---- */

static void
prove(const struct keys *k, struct span a, struct span b,
    unsigned char proof[KEYS_PROOF])
{
	unsigned char out[MAC_MAX];

	mac_begin(k->mac);
	mac_add(k->mac, a);
	mac_add(k->mac, span_of("", 1));	/* no name holds a NUL */
	mac_add(k->mac, b);
	mac_end(k->mac, out);
	memcpy(proof, out, KEYS_PROOF);
}

/* ---- lines ---- */

static struct key *
key_new(struct keys *k, struct span name)
{
	struct key *key = calloc(1, sizeof(*key) + name.n + 1);

	if (key == NULL)
		return NULL;
	if (name.n > 0)
		memcpy(key->name, name.p, name.n);
	key->user = span_of(key->name, name.n);
	list_add(&k->all, &key->link);
	return key;
}

static int
no_memory(struct why *why)
{
	return why_set(why, STATUS_USAGE, "out of memory");
}

static int
is_text(struct span s)
{
	size_t i;

	for (i = 0; i < s.n; i++)
		if ((unsigned char)s.p[i] < ' ' || s.p[i] == 0x7f)
			return 0;
	return utf8_valid(s);
}

/* RFC 6750: b64token. */
static int
is_token(struct span s)
{
	size_t i;

	while (s.n > 0 && s.p[s.n - 1] == '=')
		s.n--;
	for (i = 0; i < s.n; i++)
		if (strchr("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuv"
		    "wxyz0123456789-._~+/", s.p[i]) == NULL || !s.p[i])
			return 0;
	return s.n > 0;
}

static int
add_user(struct keys *k, struct span line, struct why *why)
{
	struct span name;
	struct key *key;

	if (memchr(line.p, ':', line.n) == NULL)
		return why_set(why, STATUS_USAGE, "is not NAME:PASSWORD");
	span_item(&line, ':', &name);
	if (name.n == 0 || line.n == 0 || !is_text(name) || !is_text(line))
		return why_set(why, STATUS_USAGE, "is not NAME:PASSWORD");
	if (names_find(&k->users, name) != NULL)
		return why_set(why, STATUS_USAGE, "has a name that was there "
		    "before");
	key = key_new(k, name);
	if (key == NULL || (key->hash = strndup(line.p, line.n)) == NULL)
		return no_memory(why);
	key->named.name = key->user;
	if (names_add(&k->users, &key->named) == -1)
		return no_memory(why);
	if (!pwhash_looks(key->hash)) {
		prove(k, name, line, key->proof);
		key->has_proof = 1;
		mac_wipe(key->hash, line.n);
		free(key->hash);
		key->hash = NULL;
	} else if (!pwhash_known(key->hash)) {
		return why_set(why, STATUS_USAGE, "has a hash of a kind that "
		    "is not known here: make one with htpasswd -B");
	} else if (k->some_hash == NULL) {
		k->some_hash = key->hash;
	}
	return 0;
}

static int
add_token(struct keys *k, struct span line, struct why *why)
{
	struct span name = SPAN("");
	struct key *key;

	if (memchr(line.p, ':', line.n) != NULL)
		span_item(&line, ':', &name);
	if (!is_token(line) || !is_text(name))
		return why_set(why, STATUS_USAGE, "is not [NAME:]TOKEN");
	key = key_new(k, name);
	if (key == NULL)
		return no_memory(why);
	prove(k, SPAN(""), line, key->proof);
	key->named.name = span_of(key->proof, sizeof(key->proof));
	if (names_find(&k->tokens, key->named.name) != NULL)
		return why_set(why, STATUS_USAGE, "has a token that was there "
		    "before");
	return names_add(&k->tokens, &key->named) == -1 ? no_memory(why) : 0;
}

/* ---- files ---- */

static int
read_lines(struct keys *k, struct span text, const char *path,
    int (*add)(struct keys *, struct span, struct why *), struct why *why)
{
	struct why cause;
	struct span line;
	size_t number = 0, found = 0;

	while (span_item(&text, '\n', &line)) {
		number++;
		while (line.n > 0 && line.p[line.n - 1] == '\r')
			line.n--;
		if (span_trim(line).n == 0 || line.p[0] == '#')
			continue;
		if (add(k, line, &cause) == -1)
			return why_set(why, cause.status, "%s: line %zu %s",
			    path, number, cause.text);
		found++;
	}
	return found > 0 ? 0 : why_set(why, STATUS_USAGE, "%s: is empty",
	    path);
}

static int
read_file(struct keys *k, const char *option, const char *path,
    int (*add)(struct keys *, struct span, struct why *), struct why *why)
{
	struct why cause;
	struct buf b;
	int rc;

	if (path == NULL)
		return 0;
	buf_init(&b, MAX_FILE);
	rc = file_read(&b, path, &cause);
	if (rc == 0)
		rc = read_lines(k, buf_span(&b), path, add, &cause);
	mac_wipe_buf(&b);
	return rc == 0 ? 0 : why_set(why, STATUS_USAGE, "%s: %s", option,
	    cause.text);
}

struct keys *
keys_new(const char *basic_file, const char *token_file, struct why *why)
{
	struct keys *k = calloc(1, sizeof(*k));
	unsigned char secret[KEYS_PROOF];

	if (k == NULL) {
		no_memory(why);
		return NULL;
	}
	k->basic_file = basic_file;
	k->token_file = token_file;
	list_init(&k->all);
	digest_random(secret, sizeof(secret));
	k->mac = mac_new(MAC_SHA256, span_of(secret, sizeof(secret)));
	mac_wipe(secret, sizeof(secret));
	if (k->mac == NULL)
		no_memory(why);
	else if (read_file(k, "--basic-file", basic_file, add_user,
	    why) == 0 &&
	    read_file(k, "--token-file", token_file, add_token, why) == 0)
		return k;
	keys_free(k);
	return NULL;
}

void
keys_free(struct keys *k)
{
	struct named *n;
	struct link *l;

	if (k == NULL)
		return;
	while ((n = names_any(&k->users)) != NULL)
		names_remove(&k->users, n);
	while ((n = names_any(&k->tokens)) != NULL)
		names_remove(&k->tokens, n);
	while ((l = list_first(&k->all)) != NULL) {
		struct key *key = LIST_OF(l, struct key, link);

		list_remove(l);
		free(key->hash);
		free(key);
	}
	mac_free(k->mac);
	free(k);
}

/* A pipe, as <(...) of a shell makes, has no second reading. */
static int
can_be_read(const char *path, struct why *why)
{
	struct stat st;

	return path == NULL || stat(path, &st) == -1 || S_ISREG(st.st_mode) ?
	    0 : why_set(why, STATUS_USAGE, "%s: not a file", path);
}

int
keys_reload(struct keys **k, struct why *why)
{
	struct keys *fresh;

	if (can_be_read((*k)->basic_file, why) == -1 ||
	    can_be_read((*k)->token_file, why) == -1)
		return -1;
	fresh = keys_new((*k)->basic_file, (*k)->token_file, why);
	if (fresh == NULL)
		return -1;
	keys_free(*k);
	*k = fresh;
	return 0;
}

/* ---- who is it? ---- */

int
keys_token(const struct keys *k, struct span token, struct span *user)
{
	unsigned char proof[KEYS_PROOF];
	const struct key *key;

	prove(k, SPAN(""), token, proof);
	key = (struct key *)names_find(&k->tokens,
	    span_of(proof, sizeof(proof)));
	if (key == NULL)
		return 0;
	*user = key->user;
	return 1;
}

/* As long as for a user that is there, and in vain. */
static enum keys_answer
ask(const char *hash, struct span name, struct span password,
    struct keys_question *q)
{
	q->hash = strdup(hash);
	q->password = strndup(password.p, password.n);
	q->user = strndup(name.p, name.n);
	if (q->hash != NULL && q->password != NULL && q->user != NULL)
		return KEYS_ASK;
	keys_question_done(q);
	return KEYS_NO;
}

enum keys_answer
keys_basic(const struct keys *k, struct span name, struct span password,
    struct span *user, struct keys_question *q)
{
	const struct key *key = (struct key *)names_find(&k->users, name);
	const char *hash = key == NULL ? k->some_hash : key->hash;

	*q = (struct keys_question){ .no_user = key == NULL };
	if (!is_text(name) || !is_text(password))
		return KEYS_NO;
	prove(k, name, password, q->proof);
	if (key != NULL && key->has_proof &&
	    mac_equal(key->proof, q->proof, KEYS_PROOF)) {
		*user = key->user;
		return KEYS_YES;
	}
	return hash == NULL ? KEYS_NO : ask(hash, name, password, q);
}

int
keys_ask(const struct keys_question *q)
{
	return pwhash_fits(q->hash, q->password) && !q->no_user;
}

void
keys_learn(struct keys *k, const struct keys_question *q)
{
	struct span name = span_str(q->user);
	struct key *key = (struct key *)names_find(&k->users, name);

	if (key == NULL || key->hash == NULL ||
	    strcmp(key->hash, q->hash) != 0)
		return;
	prove(k, name, span_str(q->password), key->proof);
	key->has_proof = 1;
}

void
keys_question_done(struct keys_question *q)
{
	if (q->password != NULL)
		mac_wipe(q->password, strlen(q->password));
	free(q->password);
	free(q->hash);
	free(q->user);
	*q = (struct keys_question){ .hash = NULL };
}
