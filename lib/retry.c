/* retry.c - when to try again. */
#include <ctype.h>
#include <string.h>

#include "clock.h"
#include "opt.h"
#include "retry.h"

#define LONGEST_S (INT64_C(366) * 86400) /* a longer Retry-After is cut */

/* The waits of the Standard Webhooks specification. */
#define STANDARD "5s,5m,30m,2h,5h,10h,14h,20h,24h"

/* splitmix64: a full period from any seed, zero included. */
static uint64_t
next_random(uint64_t *seed)
{
	uint64_t z = *seed += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

static int64_t
backoff(const struct retry_plan *p, int64_t tries)
{
	int64_t wait = p->first_ms, i;

	for (i = 0; i < tries && wait < p->max_ms; i++)
		wait = wait > p->max_ms / 2 ? p->max_ms : wait * 2;
	return wait < p->max_ms ? wait : p->max_ms;
}

static int64_t
step(const struct retry_plan *p, int64_t tries)
{
	size_t last = p->nsteps - 1;

	return p->steps_ms[tries < (int64_t)last ? (size_t)tries : last];
}

/* Digits alone, or -1; what is past the longest wait is that. */
static int64_t
seconds(struct span s)
{
	int64_t secs = 0;
	size_t i;

	for (i = 0; i < s.n; i++) {
		if (!isdigit((unsigned char)s.p[i]))
			return -1;
		secs = secs * 10 + (s.p[i] - '0');
		if (secs > LONGEST_S)
			secs = LONGEST_S;
	}
	return s.n == 0 ? -1 : secs;
}

/* ---- public ---- */

int
retry_schedule(struct retry_plan *p, const char *text, struct why *why)
{
	const char *at = strcmp(text, "standard") == 0 ? STANDARD : text;
	struct why cause;
	char word[32];
	size_t n;

	for (p->nsteps = 0; ; at += n + 1) {
		n = strcspn(at, ",");
		if (p->nsteps == RETRY_STEPS)
			return why_set(why, STATUS_USAGE,
			    "%s: more than %d times", text, RETRY_STEPS);
		if (n >= sizeof(word))
			return why_set(why, STATUS_USAGE,
			    "%s: not a list of times", text);
		memcpy(word, at, n);
		word[n] = '\0';
		if (opt_time(word, &p->steps_ms[p->nsteps++], &cause) == -1)
			return why_set(why, STATUS_USAGE, "%s", cause.text);
		if (at[n] == '\0')
			return 0;
	}
}

int
retry_backoff(struct retry_plan *p, const char *text, struct why *why)
{
	const char *dots = strstr(text, "..");
	size_t n = dots != NULL ? (size_t)(dots - text) : strlen(text);
	char head[32];

	if (n >= sizeof(head))
		return why_set(why, STATUS_USAGE, "%s: not a range", text);
	memcpy(head, text, n);
	head[n] = '\0';
	if (opt_time(head, &p->first_ms, why) == -1 ||
	    opt_time(dots != NULL ? dots + 2 : head, &p->max_ms, why) == -1)
		return -1;
	if (p->max_ms < p->first_ms)
		return why_set(why, STATUS_USAGE,
		    "%s: ends before it begins", text);
	return 0;
}

int64_t
retry_next(const struct retry_plan *p, int64_t tries, int64_t asked_ms,
    uint64_t *seed)
{
	int64_t wait, jitter;

	if (tries >= p->max_tries)
		return RETRY_NEVER;
	wait = p->nsteps > 0 ? step(p, tries) : backoff(p, tries);
	/* Added to the peer's wish as well: all whom it told the same time
	 * would come back together. */
	jitter = wait / 2 < RETRY_JITTER_MS ? wait / 2 : RETRY_JITTER_MS;
	jitter = (int64_t)(next_random(seed) % ((uint64_t)jitter + 1));
	if (asked_ms > RETRY_ASKED_MS)
		asked_ms = RETRY_ASKED_MS;
	return (wait > asked_ms ? wait : asked_ms) + jitter;
}

int64_t
retry_after_ms(struct span value, int64_t wall_us)
{
	struct span s = span_trim(value);
	int64_t secs = seconds(s), ms;

	if (secs >= 0)
		return secs * 1000;
	secs = clock_http_date(s.p, s.n);
	if (secs < 0)
		return -1;
	ms = secs * 1000 - wall_us / 1000;
	if (ms > LONGEST_S * 1000)
		return LONGEST_S * 1000;
	return ms > 0 ? ms : 0;
}
