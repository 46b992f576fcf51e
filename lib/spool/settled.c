/* settled.c - what became of lines, and of their segments then. */
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <unistd.h>

#include "clock.h"
#include "event.h"
#include "spool/consumer.h"

#define SWEEP_MS INT64_C(3600000)

/* ---- segments that are through ---- */

static int
keep(struct spool_consumer *c, const struct spool_part *p)
{
	int done, ret;

	if (mkdirat(c->folder.dir, "done", 0700) == -1 && errno != EEXIST)
		return -1;
	done = openat(c->folder.dir, "done", O_RDONLY | O_DIRECTORY |
	    O_CLOEXEC);
	if (done == -1)
		return -1;
	/* It is kept from now on. */
	ret = state_keep(done, p) == -1 ||
	    utimensat(c->folder.seg, p->name, NULL, 0) == -1 ||
	    renameat(c->folder.seg, p->name, done, p->name) == -1 ? -1 : 0;
	close(done);
	return ret;
}

void
consumer_retire(struct spool_consumer *c, struct spool_part *p)
{
	if ((c->keep_ms > 0 ? keep(c, p) :
	    unlinkat(c->folder.seg, p->name, 0)) == -1 && errno != ENOENT) {
		consumer_trouble(c, p->name);
		return;
	}
	parts_remove(&c->parts, p);
}

static int64_t
age_ms(const struct stat *st)
{
	return clock_wall_us() / 1000 - (int64_t)st->st_mtim.tv_sec * 1000 -
	    st->st_mtim.tv_nsec / 1000000;
}

/* What was kept long enough. */
static void
sweep(struct spool_consumer *c, int done)
{
	DIR *d = spool_entries(done);
	struct dirent *e;
	struct stat st;

	/* The state among them: its younger lines are of younger files. */
	while (d != NULL && (e = readdir(d)) != NULL)
		if (fstatat(done, e->d_name, &st, 0) == 0 &&
		    S_ISREG(st.st_mode) && age_ms(&st) > c->keep_ms)
			unlinkat(done, e->d_name, 0);
	if (d != NULL)
		closedir(d);
}

void
consumer_sweep(void *arg)
{
	struct spool_consumer *c = arg;
	int done;

	if (c->keep_ms == 0)
		return;
	done = openat(c->folder.dir, "done", O_RDONLY | O_DIRECTORY |
	    O_CLOEXEC);
	if (done != -1) {
		sweep(c, done);
		close(done);
	}
	loop_timer_set(c->sweep, c->keep_ms / 8 < SWEEP_MS ?
	    c->keep_ms / 8 + 1 : SWEEP_MS);
}

static void
settle(struct spool_consumer *c, struct spool_ref ref, enum spool_fate fate)
{
	struct spool_part *p = ref.part;

	part_settle(p, ref.number, ref.number, fate);
	state_settled(&c->state, p, ref.number, fate);
	loop_task_schedule(c->loop, &c->task);
	c->given--;
	if (--p->given == 0 && p->over)
		consumer_retire(c, p);
}

/* ---- what is put aside ---- */

static void
was_stored(struct spool_consumer *c, struct spool_ref ref,
    enum spool_fate fate)
{
	settle(c, ref, fate);
	consumer_ready(c);
}

static void
on_dead(void *arg, struct spool_ref ref)
{
	was_stored(arg, ref, FATE_DEAD);
}

static void
on_bad(void *arg, struct spool_ref ref)
{
	was_stored(arg, ref, FATE_BAD);
}

static void
on_trouble(void *arg, const struct why *why)
{
	struct spool_consumer *c = arg;

	c->user->trouble(c->arg, why);
}

const struct spool_aside_user consumer_dead_user = { on_dead, on_trouble };
const struct spool_aside_user consumer_bad_user = { on_bad, on_trouble };

void
consumer_put_bad(struct spool_consumer *c, struct spool_part *p,
    struct span line)
{
	struct spool_ref ref = { .part = p, .number = p->reader.number };
	struct buf *b = &c->scratch;
	struct why why;

	why_set(&why, STATUS_SOME, "%s: line %" PRIu64
	    " does not verify, and is in bad.ndjson", p->name, ref.number);
	c->user->trouble(c->arg, &why);
	buf_clear(b);
	if (event_begin(b, "bad", NULL) == -1 ||
	    event_text(b, "segment", span_str(p->name)) == -1 ||
	    event_int(b, "line", (int64_t)ref.number) == -1 ||
	    event_body(b, line) == -1 || event_end(b) == -1 ||
	    aside_put(c->bad, buf_span(b), ref) == -1) {
		p->stuck = 1;	/* out of memory */
		return;
	}
	p->given++;
	c->given++;
}

/* ---- the module's functions ---- */

static int
read_line(int fd, struct spool_ref ref, struct buf *out)
{
	char *room = buf_room(out, ref.n);
	struct span event;

	if (room == NULL) {
		errno = ENOMEM;
		return -1;
	}
	if (pread(fd, room, ref.n, (off_t)ref.offset) != (ssize_t)ref.n ||
	    spool_unseal(room, ref.n, &event) == -1) {
		errno = EIO;
		return -1;
	}
	buf_took(out, event.n);
	return 0;
}

const char *
spool_segment(struct spool_ref ref)
{
	return ref.part->name;
}

int
spool_read(struct spool_consumer *c, struct spool_ref ref, struct buf *out,
    struct why *why)
{
	int fd = openat(c->folder.seg, ref.part->name, O_RDONLY | O_CLOEXEC);
	int ret = fd == -1 ? -1 : read_line(fd, ref, out);

	if (ret == -1)
		why_errno(why, STATUS_SOME, ref.part->name);
	if (fd != -1)
		close(fd);
	return ret;
}

void
spool_done(struct spool_consumer *c, struct spool_ref ref)
{
	settle(c, ref, FATE_DONE);
}

void
spool_again(struct spool_consumer *c, struct spool_ref ref, int64_t attempts,
    int64_t due_us)
{
	struct spool_past past = { ref.number, attempts, due_us };

	(void)part_attempted(ref.part, &past);
	state_attempted(&c->state, ref.part, &past);
	loop_task_schedule(c->loop, &c->task);
}

int
spool_dead(struct spool_consumer *c, struct spool_ref ref, struct span event)
{
	return aside_put(c->dead, event, ref);
}
