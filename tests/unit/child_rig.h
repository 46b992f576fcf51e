/* child_rig.h - children whose user is the test itself. */
#ifndef HOOKLINE_TESTS_CHILD_RIG_H
#define HOOKLINE_TESTS_CHILD_RIG_H

#include <signal.h>
#include <unistd.h>

#include "buf.h"
#include "child.h"
#include "flow.h"

#include "check.h"

#define LONG_MS 60000

struct rig {
	struct loop *loop;
	struct children *all;
	struct child *child;
	struct loop_timer *limit, *later;
	struct buf out, err;	/* each line of err with a `|` behind */
	struct child_end end;
	int ends, outputs, errors, rooms, late;
	int full_each;		/* answer FULL, and resume a moment later */
	int free_at_output, stop_at_output, free_at_end;
};

static inline void
on_limit(void *arg)
{
	struct rig *r = arg;

	r->late = 1;
	CHECK(!r->late);
	loop_stop(r->loop);
}

static inline void
on_later(void *arg)
{
	child_resume(((struct rig *)arg)->child);
}

static inline int
answer(struct rig *r)
{
	if (r->full_each)
		loop_timer_set(r->later, 1);
	return r->full_each ? FULL : 0;
}

static inline int
on_output(void *arg, struct span s)
{
	struct rig *r = arg;

	r->outputs++;
	buf_add(&r->out, s);
	if (r->stop_at_output)
		child_stop(r->child, LONG_MS);
	if (r->free_at_output) {
		child_free(r->child);
		r->child = NULL;
		loop_stop(r->loop);
		return FULL;
	}
	return answer(r);
}

static inline int
on_error(void *arg, struct span s)
{
	struct rig *r = arg;

	r->errors++;
	buf_add(&r->err, s);
	buf_addc(&r->err, '|');
	return answer(r);
}

static inline void
on_room(void *arg)
{
	((struct rig *)arg)->rooms++;
}

static inline void
on_end(void *arg, const struct child_end *end)
{
	struct rig *r = arg;

	r->ends++;
	r->end = *end;
	if (r->free_at_end) {
		child_free(r->child);
		r->child = NULL;
	}
	loop_stop(r->loop);
}

static inline void
rig_init(struct rig *r)
{
	signal(SIGPIPE, SIG_IGN);
	*r = (struct rig){ .loop = loop_new(NULL) };
	r->all = children_new(r->loop);
	r->limit = loop_timer_new(r->loop, on_limit, r);
	r->later = loop_timer_new(r->loop, on_later, r);
	buf_init(&r->out, SIZE_MAX);
	buf_init(&r->err, SIZE_MAX);
}

/* A command, whose input is still open. */
static inline struct child *
rig_start(struct rig *r, const char *const *argv, struct why *why)
{
	static const struct child_user user = { on_output, on_error, on_room,
		on_end };
	struct buf file;
	struct child_config config = { .argv = (char *const *)argv,
		.env = environ, .input_limit = 65536 };

	buf_init(&file, SIZE_MAX);
	CHECK(child_find(&file, argv[0], getenv("PATH"), why) == 0);
	config.file = file.p;
	r->child = child_new(r->all, &config, &user, r, why);
	buf_done(&file);
	return r->child;
}

static inline void
rig_sh(struct rig *r, const char *script)
{
	const char *argv[] = { "sh", "-c", script, NULL };
	struct why why;

	CHECK(rig_start(r, argv, &why) != NULL);
}

/* Until something stops the loop. */
static inline void
rig_run(struct rig *r)
{
	loop_timer_set(r->limit, LONG_MS);
	loop_run(r->loop);
	loop_timer_stop(r->limit);
}

/* The output so far. */
static inline const char *
rig_out(struct rig *r)
{
	buf_addc(&r->out, '\0');
	buf_trim(&r->out, r->out.n - 1);
	return r->out.p;
}

static inline const char *
rig_err(struct rig *r)
{
	buf_addc(&r->err, '\0');
	buf_trim(&r->err, r->err.n - 1);
	return r->err.p;
}

/* Freed once it is over. */
static inline void
rig_next(struct rig *r)
{
	child_free(r->child);
	r->child = NULL;
	r->ends = r->outputs = r->errors = r->rooms = 0;
	buf_clear(&r->out);
	buf_clear(&r->err);
}

/* One command from its start to its end, without input. */
static inline void
rig_whole(struct rig *r, const char *script)
{
	rig_next(r);
	rig_sh(r, script);
	child_end_input(r->child);
	rig_run(r);
	CHECK(r->ends == 1);
}

static inline void
rig_done(struct rig *r)
{
	children_free(r->all);
	child_free(r->child);
	loop_timer_free(r->limit);
	loop_timer_free(r->later);
	loop_free(r->loop);
	buf_done(&r->out);
	buf_done(&r->err);
}

#endif
