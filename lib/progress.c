/* progress.c - how far long work is. */
#include <sys/ioctl.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "progress.h"
#include "say.h"

#define FIRST_MS 1000		/* shorter work needs none */
#define STATUS_MS 200
#define MESSAGE_MS 1000
#define SAMPLES 6		/* the rate is that of so many updates */

struct progress {
	struct loop *loop;
	struct loop_timer *timer;	/* NULL: nothing is shown, ever */
	progress_fn fn;
	void *arg;
	int forced, terminal;
	int64_t began;
	struct sample {
		int64_t ms;
		uint64_t done;
	} samples[SAMPLES];
	size_t next;			/* the oldest of them */
	char last[256];
};

const struct opt progress_options[] = {
	{ .type = OPT_TYPE_FLAG, .name = "progress", .min = 1,
	    .offset = offsetof(struct progress_opts, progress),
	    .help = "show progress where stderr is no terminal, too",
	    .more = "On a terminal long work shows it by itself." },
	{ .type = OPT_TYPE_FLAG, .name = "no-progress", .min = -1,
	    .offset = offsetof(struct progress_opts, progress),
	    .help = "show none" },
	OPT_END
};

/* Per second, since the oldest sample. */
static uint64_t
rate(struct progress *p, uint64_t done)
{
	struct sample *s = &p->samples[p->next];
	struct sample old = *s;
	int64_t now = loop_now(p->loop), ms = now - old.ms;

	*s = (struct sample){ now, done };
	p->next = (p->next + 1) % SAMPLES;
	return ms <= 0 ? 0 : (done - old.done) * 1000 / (uint64_t)ms;
}

static void
describe(struct progress *p, char *out, size_t size)
{
	struct progress_count c[PROGRESS_COUNTS];
	size_t count = p->fn(p->arg, c), used, i;

	used = (size_t)snprintf(out, size, "%llu %s, %llu/s",
	    (unsigned long long)c[0].n, c[0].what,
	    (unsigned long long)rate(p, c[0].n));
	for (i = 1; i < count && used < size; i++)
		used += (size_t)snprintf(out + used, size - used,
		    ", %llu %s", (unsigned long long)c[i].n, c[i].what);
}

/* A status that the terminal would wrap could not be written over. */
static void
cut_to_width(char *text)
{
	struct winsize w;
	size_t before = strlen(say_name()) + 2, room;

	if (ioctl(STDERR_FILENO, TIOCGWINSZ, &w) == -1 || w.ws_col == 0)
		return;
	room = w.ws_col > before + 1 ? w.ws_col - before - 1 : 0;
	if (strlen(text) > room)
		text[room] = '\0';
}

/* In the background the terminal is somebody else's. */
static int
in_foreground(void)
{
	return tcgetpgrp(STDERR_FILENO) == getpgrp();
}

static void
on_timer(void *arg)
{
	struct progress *p = arg;
	char text[sizeof(p->last)];

	describe(p, text, sizeof(text));
	if (p->terminal && in_foreground()) {
		cut_to_width(text);
		say_status(text);
	} else if (!p->terminal && strcmp(text, p->last) != 0) {
		say_note("%s", text);
		memcpy(p->last, text, sizeof(text));
	}
	loop_timer_set(p->timer, p->terminal ? STATUS_MS : MESSAGE_MS);
}

struct progress *
progress_new(struct loop *loop, const struct progress_opts *opts,
    progress_fn fn, void *arg)
{
	struct progress *p = calloc(1, sizeof(*p));
	size_t i;

	if (p == NULL)
		return NULL;
	*p = (struct progress){ .loop = loop, .fn = fn, .arg = arg,
	    .forced = opts->progress > 0,
	    .terminal = isatty(STDERR_FILENO) && !say_is_json() };
	p->began = loop_now(loop);
	for (i = 0; i < SAMPLES; i++)
		p->samples[i].ms = p->began;
	if (opts->progress < 0 || (!p->terminal && !p->forced))
		return p;
	p->timer = loop_timer_new(loop, on_timer, p);
	if (p->timer == NULL) {
		free(p);
		return NULL;
	}
	loop_timer_set(p->timer, FIRST_MS);
	return p;
}

void
progress_end(struct progress *p)
{
	char text[sizeof(p->last)];

	if (p->timer == NULL)
		return;
	loop_timer_stop(p->timer);
	say_status(NULL);
	/* The rate of it all. */
	p->samples[p->next] = (struct sample){ p->began, 0 };
	describe(p, text, sizeof(text));
	if (p->forced && strcmp(text, p->last) != 0)
		say_note("%s", text);
}

void
progress_free(struct progress *p)
{
	if (p == NULL)
		return;
	loop_timer_free(p->timer);
	free(p);
	say_status(NULL);
}
