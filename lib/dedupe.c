/* dedupe.c - which events came before.
 *
 * A tree of digests, so that long ids cost no more than short ones; and the
 * kept ones in a row: with one ttl for all, who was kept first expires first.
 */
#include <stdlib.h>

#include "buf.h"
#include "dedupe.h"
#include "digest.h"
#include "names.h"

struct dedupe_claim {
	struct named named;		/* its name is the digest */
	struct dedupe_claim *next;	/* that was kept after it */
	int64_t until_ms;		/* once kept; before: 0 */
	void *waiting;
	unsigned char digest[DIGEST_SHA256_SIZE];
};

_Static_assert(sizeof(struct dedupe_claim) + 64 <= DEDUPE_ENTRY_BYTES,
    "an entry is dearer than the header says");

struct dedupe {
	struct names names;
	struct dedupe_claim *first, **last;
	size_t count, max_count;	/* kept */
	uint64_t forgotten;
	int64_t ttl_ms;
	struct buf text;		/* that is digested */
};

struct dedupe *
dedupe_new(int64_t ttl_ms, size_t max_bytes)
{
	struct dedupe *d = calloc(1, sizeof(*d));

	if (d == NULL)
		return NULL;
	d->last = &d->first;
	d->ttl_ms = ttl_ms;
	d->max_count = max_bytes / DEDUPE_ENTRY_BYTES;
	if (d->max_count == 0)
		d->max_count = 1;
	buf_init(&d->text, SIZE_MAX);
	return d;
}

static void
discard(struct dedupe *d, struct dedupe_claim *c)
{
	names_remove(&d->names, &c->named);
	free(c);
}

void
dedupe_free(struct dedupe *d)
{
	struct named *any;

	if (d == NULL)
		return;
	/* The name is the first of a claim's members. */
	while ((any = names_any(&d->names)) != NULL)
		discard(d, (struct dedupe_claim *)any);
	buf_done(&d->text);
	free(d);
}

static void
forget_first(struct dedupe *d)
{
	struct dedupe_claim *c = d->first;

	d->first = c->next;
	if (d->first == NULL)
		d->last = &d->first;
	d->count--;
	discard(d, c);
}

static void
expire(struct dedupe *d, int64_t now_ms)
{
	while (d->first != NULL && d->first->until_ms <= now_ms)
		forget_first(d);
}

static int
digest(struct dedupe *d, struct span scope, struct span id,
    unsigned char out[DIGEST_SHA256_SIZE])
{
	buf_clear(&d->text);
	if (buf_add(&d->text, scope) != 0 || buf_addc(&d->text, '\0') != 0 ||
	    buf_add(&d->text, id) != 0)
		return -1;
	digest_sha256(out, buf_span(&d->text));
	return 0;
}

int
dedupe_ask(struct dedupe *d, struct span scope, struct span id,
    int64_t now_ms, struct dedupe_claim **claim)
{
	unsigned char name[DIGEST_SHA256_SIZE];
	struct dedupe_claim *c;

	expire(d, now_ms);
	if (digest(d, scope, id, name) != 0)
		return -1;
	c = (struct dedupe_claim *)names_find(&d->names,
	    span_of(name, sizeof(name)));
	*claim = c;
	if (c != NULL)
		return c->until_ms == 0 ? DEDUPE_PENDING : DEDUPE_REPEAT;
	c = calloc(1, sizeof(*c));
	if (c == NULL)
		return -1;
	memcpy(c->digest, name, sizeof(name));
	c->named.name = span_of(c->digest, sizeof(c->digest));
	if (names_add(&d->names, &c->named) != 0) {
		free(c);
		return -1;
	}
	*claim = c;
	return DEDUPE_NEW;
}

void
dedupe_keep(struct dedupe *d, struct dedupe_claim *c, int64_t now_ms)
{
	expire(d, now_ms);
	if (d->count == d->max_count) {
		forget_first(d);
		d->forgotten++;
	}
	c->until_ms = now_ms + d->ttl_ms;
	c->waiting = NULL;
	*d->last = c;
	d->last = &c->next;
	d->count++;
}

void
dedupe_drop(struct dedupe *d, struct dedupe_claim *c)
{
	discard(d, c);
}

void **
dedupe_waiting(struct dedupe_claim *c)
{
	return &c->waiting;
}

size_t
dedupe_count(const struct dedupe *d)
{
	return d->count;
}

uint64_t
dedupe_forgotten(const struct dedupe *d)
{
	return d->forgotten;
}
