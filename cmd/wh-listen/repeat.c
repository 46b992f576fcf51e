/* repeat.c - requests whose signed id came before.
 *
 * Found by their exchange's address, because whoever answers it need not know
 * of this.
 */
#include <stdlib.h>

#include "listener.h"
#include "repeat.h"
#include "say.h"

struct repeat {
	struct named named;		/* by the bytes of x */
	struct exchange *x;
	struct dedupe_claim *claim;	/* its own, or the one it waits for */
	struct repeat *next;		/* that waits, or has left */
	uint64_t position;		/* of its line; UINT64_MAX: none yet */
	char command[ID_SIZE];		/* the event's id, if it has one */
	int waits;
};

int
repeats_init(struct repeats *r, int64_t ttl_ms, size_t max_bytes,
    struct why *why)
{
	r->ids = dedupe_new(ttl_ms, max_bytes);
	return r->ids != NULL ? 0 :
	    why_set(why, STATUS_SOME, "out of memory");
}

static void
discard(struct repeats *r, struct repeat *one)
{
	names_remove(&r->open, &one->named);
	free(one);
}

void
repeats_done(struct repeats *r)
{
	struct named *any;

	/* The name is the first of a repeat's members. */
	while ((any = names_any(&r->open)) != NULL)
		discard(r, (struct repeat *)any);
	while (r->left != NULL) {
		struct repeat *one = r->left;

		r->left = one->next;
		free(one);
	}
	dedupe_free(r->ids);
}

static struct repeat *
find(const struct repeats *r, struct exchange *x)
{
	return r->ids == NULL ? NULL : (struct repeat *)
	    names_find(&r->open, span_of(&x, sizeof(x)));
}

static struct repeat *
add(struct repeats *r, struct exchange *x, struct dedupe_claim *claim)
{
	struct repeat *one = calloc(1, sizeof(*one));

	if (one == NULL)
		return NULL;
	one->x = x;
	one->claim = claim;
	one->position = UINT64_MAX;
	one->named.name = span_of(&one->x, sizeof(one->x));
	if (names_add(&r->open, &one->named) == 0)
		return one;
	free(one);
	return NULL;
}

/* ---- a request comes ---- */

static int
out_of_memory(struct exchange *x)
{
	settle_refuse(x, 500, NULL, SPAN(""), "out of memory\n");
	return 1;
}

/* Answered, and no line. */
static void
drop(struct repeats *r, struct exchange *x)
{
	r->dropped++;
	say_detail("%s: a repeat", exchange_remote(x));
	front_reply(x, 200, NULL, 0, SPAN(""));
}

static int
wait(struct repeats *r, struct exchange *x, struct dedupe_claim *claim)
{
	struct repeat *one = add(r, x, claim);

	if (one == NULL)
		return out_of_memory(x);
	one->waits = 1;
	one->next = *dedupe_waiting(claim);
	*dedupe_waiting(claim) = one;
	return 1;
}

int
repeats_ask(struct repeats *r, struct exchange *x, struct span scope,
    struct span id, int64_t now_ms)
{
	struct dedupe_claim *claim;

	if (r->ids == NULL || id.p == NULL)
		return 0;
	switch (dedupe_ask(r->ids, scope, id, now_ms, &claim)) {
	case DEDUPE_NEW:
		if (add(r, x, claim) != NULL)
			return 0;
		dedupe_drop(r->ids, claim);
		return out_of_memory(x);
	case DEDUPE_PENDING:
		return wait(r, x, claim);
	case DEDUPE_REPEAT:
		drop(r, x);
		return 1;
	default:
		return out_of_memory(x);
	}
}

void
repeats_note(struct repeats *r, struct exchange *x, uint64_t position,
    const char *command)
{
	struct repeat *one = find(r, x);

	if (one == NULL)
		return;
	one->position = position;
	if (command != NULL)
		memcpy(one->command, command, ID_SIZE);
}

/* ---- its fate ---- */

static void
tell_full(struct repeats *r)
{
	if (!r->told_full && dedupe_forgotten(r->ids) > 0)
		say_warn("--dedupe: more ids than --dedupe-memory holds: "
		    "the oldest are forgotten early");
	r->told_full |= dedupe_forgotten(r->ids) > 0;
}

/* Answering who waits comes back to repeats_replied, which frees it. */
static void
decide(struct repeats *r, struct dedupe_claim *claim, int kept,
    int64_t now_ms)
{
	struct repeat *one = *dedupe_waiting(claim);

	if (kept)
		dedupe_keep(r->ids, claim, now_ms);
	else
		dedupe_drop(r->ids, claim);
	tell_full(r);
	while (one != NULL) {
		struct repeat *next = one->next;

		if (kept)
			drop(r, one->x);
		else
			settle_busy(one->x, "the first of these was not "
			    "taken\n");
		one = next;
	}
}

static int
is_good(int status)
{
	return status >= 200 && status < 300;
}

void
repeats_replied(struct repeats *r, struct exchange *x, int status,
    int64_t now_ms)
{
	struct repeat *one = find(r, x);
	struct dedupe_claim *claim;

	if (one == NULL)
		return;
	claim = one->waits ? NULL : one->claim;
	discard(r, one);
	if (claim != NULL)
		decide(r, claim, is_good(status), now_ms);
}

static void
stop_waiting(struct repeat *one)
{
	struct repeat *p = *dedupe_waiting(one->claim);

	if (p == one) {
		*dedupe_waiting(one->claim) = one->next;
		return;
	}
	while (p->next != one)
		p = p->next;
	p->next = one->next;
}

void
repeats_left(struct repeats *r, struct exchange *x)
{
	struct repeat *one = find(r, x);

	if (one == NULL)
		return;
	if (one->waits) {
		stop_waiting(one);
		discard(r, one);
		return;
	}
	names_remove(&r->open, &one->named);
	one->next = r->left;
	r->left = one;
}

/* The next of those who have left, from *at on, is decided. */
static void
decide_left(struct repeats *r, struct repeat **at, int kept, int64_t now_ms)
{
	struct repeat *one = *at;

	*at = one->next;
	decide(r, one->claim, kept, now_ms);
	free(one);
}

void
repeats_taken(struct repeats *r, uint64_t position, int taken,
    int64_t now_ms)
{
	struct repeat **at = &r->left;

	while (*at != NULL)
		if ((*at)->position > position ||
		    (taken && (*at)->command[0] != '\0'))
			at = &(*at)->next;
		else
			decide_left(r, at, taken, now_ms);
}

void
repeats_over(struct repeats *r, const char *command, int status,
    int64_t now_ms)
{
	struct repeat **at = &r->left;

	while (*at != NULL && strcmp((*at)->command, command) != 0)
		at = &(*at)->next;
	if (*at != NULL)
		decide_left(r, at, is_good(status), now_ms);
}

void
repeats_metrics(const struct repeats *r, struct metrics *m)
{
	if (r->ids == NULL)
		return;
	metrics_counter(m, "repeats", "Requests that --dedupe dropped",
	    r->dropped);
	metrics_gauge(m, "dedupe_ids", "Ids that are remembered",
	    dedupe_count(r->ids));
	metrics_counter(m, "dedupe_forgotten",
	    "Ids forgotten before their time", dedupe_forgotten(r->ids));
}
