/* command.c - the command behind `--`. */
#include <stdlib.h>

#include "command.h"
#include "passon.h"
#include "variables.h"

struct command {
	char *const *argv;
	struct buf file;		/* the command's, with a NUL */
	char **base;			/* our environment, less some */
	struct children *children;
	struct passon *passon;
};

static int
init(struct command *c, struct loop *loop, const struct command_config *f,
    resume_fn room, void *arg, struct why *why)
{
	if (child_find(&c->file, f->argv[0], f->search, why) != 0)
		return -1;
	c->base = variables_base(f->env, f->prefix, f->secret_envs);
	c->children = children_new(loop);
	c->passon = passon_new(loop, room, arg);
	if (c->base == NULL || c->children == NULL || c->passon == NULL)
		return why_set(why, STATUS_SOME, "out of memory");
	return 0;
}

struct command *
command_new(struct loop *loop, const struct command_config *config,
    resume_fn room, void *arg, struct why *why)
{
	struct command *c = calloc(1, sizeof(*c));

	if (c == NULL) {
		why_set(why, STATUS_SOME, "out of memory");
		return NULL;
	}
	c->argv = config->argv;
	buf_init(&c->file, SIZE_MAX);
	if (init(c, loop, config, room, arg, why) == 0)
		return c;
	command_free(c);
	return NULL;
}

void
command_free(struct command *c)
{
	if (c == NULL)
		return;
	children_free(c->children);
	passon_free(c->passon);
	buf_done(&c->file);
	free(c->base);
	free(c);
}

void
command_kill(struct command *c)
{
	children_kill(c->children);
}

struct child *
command_run(struct command *c, struct buf *variables, size_t input_limit,
    const struct child_user *user, void *arg, struct why *why)
{
	struct child_config config = { .file = c->file.p, .argv = c->argv,
		.input_limit = input_limit };
	char **env = variables_list(c->base, variables);
	struct child *child;

	if (env == NULL) {
		why_set(why, STATUS_SOME, "out of memory");
		return NULL;
	}
	config.env = env;
	child = child_new(c->children, &config, user, arg, why);
	free(env);
	return child;
}

int
command_pass_on(struct command *c, const char *who, struct span line)
{
	return passon_line(c->passon, who, line);
}

void
command_metrics(struct metrics *m, uint64_t runs, uint64_t failures,
    uint64_t running)
{
	metrics_counter(m, "commands", "Commands that were run", runs);
	metrics_counter(m, "commands_failed",
	    "Commands that failed, or could not be run", failures);
	metrics_gauge(m, "commands_running",
	    "Commands that run, or are about to", running);
}
