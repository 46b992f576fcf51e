/* opt.c - option tables: parsing, values, and what is printed from them. */
#include <stdlib.h>

#include "check.h"
#include "opt.h"
#include "opt/table.h"

enum form { FORM_NONE, FORM_EVENTS, FORM_TEXT };

struct inner {
	int64_t wait_ms;
	struct opt_list vars;
};

struct config {
	int quiet, four, form;
	int64_t jobs, size, again;
	const char *cert, *page;
	struct opt_list fields;
	struct inner inner;
	char **command;
};

static const struct opt inner_options[] = {
	OPT_GROUP("Lines"),
	{ .type = OPT_TYPE_TIME, .name = "max-wait", .arg = "TIME",
	    .offset = offsetof(struct inner, wait_ms), .dflt = "5s",
	    .max = 60000, .help = "how long to wait" },
	{ .type = OPT_TYPE_PAIRS, .name = "arg", .arg = "NAME VALUE",
	    .offset = offsetof(struct inner, vars), .help = "set $NAME" },
	OPT_END
};

static const struct opt options[] = {
	OPT_GROUP("Nothing below"),
	OPT_GROUP("Lines"),
	{ .type = OPT_TYPE_FLAG, .letter = 'q', .name = "quiet", .min = 1,
	    .offset = offsetof(struct config, quiet),
	    .help = "say less; it's [quiet]" },
	{ .type = OPT_TYPE_FLAG, .letter = '4', .min = 4,
	    .offset = offsetof(struct config, four), .help = "IPv4 only" },
	{ .type = OPT_TYPE_INCLUDE, .include = inner_options,
	    .offset = offsetof(struct config, inner) },
	{ .type = OPT_TYPE_REFUSED, .name = "secret",
	    .help = "is seen by everybody" },
	OPT_GROUP("The rest"),
	{ .type = OPT_TYPE_CHOICE, .name = "in", .arg = "events|text",
	    .offset = offsetof(struct config, form), .min = FORM_EVENTS,
	    .help = "form of the lines that come in, which is a long story "
	    "that has to be wrapped somewhere",
	    .more = "See\n.Xr hookline\\-events 7 ." },
	{ .type = OPT_TYPE_INT, .letter = 'j', .name = "jobs", .arg = "N",
	    .offset = offsetof(struct config, jobs), .dflt = "64", .min = 1,
	    .help = "deliveries at once" },
	{ .type = OPT_TYPE_INT, .letter = 'a', .name = "again", .arg = "N",
	    .offset = offsetof(struct config, again), .bare = "9",
	    .help = "once more" },
	{ .type = OPT_TYPE_SIZE, .name = "max-body", .arg = "SIZE",
	    .offset = offsetof(struct config, size), .dflt = "1M",
	    .help = "largest body" },
	{ .type = OPT_TYPE_STRING, .name = "cert", .arg = "FILE",
	    .offset = offsetof(struct config, cert), .help = "certificate" },
	{ .type = OPT_TYPE_STRING, .name = "page", .arg = "chat|FILE",
	    .offset = offsetof(struct config, page), .help = "page to show" },
	{ .type = OPT_TYPE_LIST, .letter = 'H', .name = "header",
	    .arg = "FIELD", .offset = offsetof(struct config, fields),
	    .help = "field to send" },
	OPT_END
};

static const char *const usage[] = { "[options] [ADDRESS ...]", "--list",
	NULL };
static const struct opt_program program = { .name = "wh-test",
	.summary = "tests options, a\\b", .usage = usage,
	.operand = "ADDRESS", .options = options };

/* Parses words parted by spaces into fresh storage; the last call's. */
static struct config config;
static struct opt_list operands;
static struct why why;

static int
parse(const char *line)
{
	static char text[512];
	char *argv[32] = { "wh-test" }, *word;
	int argc = 1;

	opt_free(&program, &config, &operands);
	memset(&config, 0, sizeof(config));
	why.text[0] = '\0';
	snprintf(text, sizeof(text), "%s", line);
	for (word = strtok(text, " "); word != NULL; word = strtok(NULL, " "))
		argv[argc++] = word;
	return opt_parse(&program, &config, argc, argv, &operands, &why);
}

static void
values(void)
{
	CHECK(parse("") == 0);
	CHECK(config.inner.wait_ms == 5000);
	CHECK(config.jobs == 64);
	CHECK(config.size == 1 << 20);
	CHECK(config.form == FORM_NONE);
	CHECK(operands.n == 0);

	CHECK(parse("8080 -q4j7 --in text --max-body=64k --max-wait 1.5s "
	    "x --cert=a=b -- --jobs -") == 0);
	CHECK(config.quiet == 1 && config.four == 4 && config.jobs == 7);
	CHECK(config.form == FORM_TEXT);
	CHECK(config.size == 65536);
	CHECK(config.inner.wait_ms == 1500);
	CHECK_STR(config.cert, "a=b");
	CHECK(operands.n == 4);
	CHECK_STR(operands.v[1], "x");
	CHECK_STR(operands.v[2], "--jobs");
	CHECK_STR(operands.v[3], "-");

	CHECK(parse("-j 1 -j 2 -H a -Hb --header=c --arg n v --arg=m w") == 0);
	CHECK(config.jobs == 2);
	CHECK(config.fields.n == 3 && config.inner.vars.n == 4);
	CHECK_STR(config.fields.v[2], "c");
	CHECK_STR(config.inner.vars.v[2], "m");
	CHECK_STR(config.inner.vars.v[3], "w");
	CHECK(parse("--cert= -") == 0);
	CHECK_STR(config.cert, "");
}

/* A value that may be left out never is the next argument. */
static void
bare(void)
{
	CHECK(parse("x") == 0 && config.again == 0);
	CHECK(parse("--again x") == 0 && config.again == 9);
	CHECK(operands.n == 1);
	CHECK(parse("--again=3 x") == 0 && config.again == 3);
	CHECK(parse("-qa 3") == 0 && config.again == 9 && config.quiet == 1);
	CHECK(parse("-a3") == 0 && config.again == 3);
	CHECK(parse("--again=") == -1);
	CHECK_STR(why.text, "--again: '' is not a whole number");
}

static void
errors(void)
{
	static const struct { const char *line, *why; } cases[] = {
		{ "--max-boddy 1",
		    "--max-boddy: no such option (did you mean --max-body?)" },
		{ "--max-b=1",
		    "--max-b: no such option (did you mean --max-body?)" },
		{ "--qiet",
		    "--qiet: no such option (did you mean --quiet?)" },
		{ "--verison",
		    "--verison: no such option (did you mean --version?)" },
		{ "--nonsense", "--nonsense: no such option" },
		{ "--=x", "--: no such option" },
		{ "--secret x", "--secret: is seen by everybody" },
		{ "--secret=x", "--secret: is seen by everybody" },
		{ "--secre", "--secre: no such option" },
		{ "-qx", "-x: no such option" },
		{ "--quiet=1", "--quiet: takes no value" },
		{ "--cert", "--cert: needs FILE" },
		{ "-j", "-j: needs N" },
		{ "--arg x", "--arg: needs NAME VALUE" },
		{ "-jx", "-j: 'x' is not a whole number" },
		{ "--jobs 1.5", "--jobs: '1.5' is not a whole number" },
		{ "-j0", "-j: 0 is less than the least possible, 1" },
		{ "-j 99999999999999999999",
		    "-j: '99999999999999999999' is not a whole number" },
		{ "--max-wait 2m",
		    "--max-wait: 2m is more than the most possible, 60000" },
		{ "--max-wait 5", "--max-wait: '5' is not a time, as 500ms, "
		    "5s, 2m and 1h are" },
		{ "--max-body 5x", "--max-body: '5x' is not a size, as 512, "
		    "64k, 1M and 2G are" },
		{ "--in x", "--in: 'x' is not one of events|text" },
		{ "--print-docs=x",
		    "--print-docs: 'x' is not one of mdoc|bash|zsh|fish" }
	};
	size_t i;

	for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		CHECK(parse(cases[i].line) == -1);
		CHECK(why.status == STATUS_USAGE);
		CHECK_STR(why.text, cases[i].why);
	}
}

static void
units(void)
{
	int64_t v;

	CHECK(opt_time("500ms", &v, NULL) == 0 && v == 500);
	CHECK(opt_time("0.5s", &v, NULL) == 0 && v == 500);
	CHECK(opt_time("2m", &v, NULL) == 0 && v == 120000);
	CHECK(opt_time("1h", &v, NULL) == 0 && v == 3600000);
	CHECK(opt_time("1d", &v, NULL) == 0 && v == 86400000);
	CHECK(opt_time("0", &v, NULL) == 0 && v == 0);
	CHECK(opt_time("", &v, NULL) == -1);
	CHECK(opt_time("s", &v, NULL) == -1);
	CHECK(opt_time("-1s", &v, NULL) == -1);
	CHECK(opt_time("1 s", &v, NULL) == -1);
	CHECK(opt_time("1.s", &v, NULL) == -1);
	CHECK(opt_time("9223372036854775807h", &v, NULL) == -1);
	CHECK(opt_size("512", &v, NULL) == 0 && v == 512);
	CHECK(opt_size("1.5M", &v, NULL) == 0 && v == 3 << 19);
	CHECK(opt_size("1T", &v, NULL) == 0 && v == INT64_C(1) << 40);
	CHECK(opt_size("9999999T", &v, NULL) == -1);
	CHECK(opt_size("1kB", &v, NULL) == -1);
	CHECK(opt_size("0x10", &v, NULL) == -1);
}

static char *
printed(void (*print)(const struct opt_program *, FILE *))
{
	char *text = NULL;
	size_t n;
	FILE *out = open_memstream(&text, &n);

	if (out == NULL)
		abort();
	print(&program, out);
	fclose(out);
	return text;
}

static void
holds(void (*print)(const struct opt_program *, FILE *), const char *part)
{
	char *text = printed(print);

	CHECK(strstr(text, part) != NULL);
	if (strstr(text, part) == NULL)
		fprintf(stderr, "%s\nlacks\n%s\n", text, part);
	free(text);
}

static void
widths(void)
{
	char *text = printed(opt_help), *line;

	for (line = strtok(text, "\n"); line; line = strtok(NULL, "\n"))
		CHECK(strlen(line) < 80);
	free(text);
}

static void
prints(void)
{
	widths();
	holds(opt_help, "usage: wh-test [options] [ADDRESS ...]\n"
	    "       wh-test --list\n\nwh-test: tests options, a\\b\n\nLines:\n"
	    "  -q, --quiet             say less; it's [quiet]\n"
	    "  -4                      IPv4 only\n"
	    "      --max-wait TIME     how long to wait (default: 5s)\n"
	    "      --arg NAME VALUE    set $NAME (repeatable)\n\n"
	    "The rest:\n      --in events|text    form");
	holds(opt_help, "  -a, --again[=N]         once more\n");
	holds(opt_mdoc, ".It Fl a , Fl \\-again Ns Op = Ns Ar N\n");
	holds(opt_zsh, "'(-a --again)'{-a,--again}'[once more]'");
	holds(opt_help, "man wh-test\n");
	holds(opt_mdoc, ".Ss Lines\n.Bl -tag -width Ds\n"
	    ".It Fl q , Fl \\-quiet\nSay less; it's [quiet].\n");
	holds(opt_mdoc, ".It Fl \\-max\\-wait Ar TIME\nHow long to wait.\n"
	    "The default is\n.Cm 5s .\n");
	holds(opt_mdoc, ".It Fl \\-in Cm events | Cm text\n");
	holds(opt_mdoc, "\nSee\n.Xr hookline\\-events 7 .\n.It");
	holds(opt_bash, "\t--in)\n\t\tmapfile -t COMPREPLY < <(compgen -W "
	    "'events text' -- \"$cur\")\n\t\treturn\n");
	holds(opt_bash, "\t--cert)\n\t\tcompopt -o filenames\n"
	    "\t\tmapfile -t COMPREPLY < <(compgen -f -- \"$cur\")\n");
	holds(opt_bash, "complete -F _wh_test wh-test\n");
	holds(opt_zsh, "\t'(-q --quiet)'{-q,--quiet}'[say less; it'\\''s "
	    "\\[quiet\\]]' \\\n");
	holds(opt_zsh, "'--cert=[certificate]:FILE:_files'");
	holds(opt_zsh, "'--in=[");
	holds(opt_zsh, "]:events|text:(events text)'");
	holds(opt_fish, "complete -c wh-test -s q -l quiet -d 'say less; "
	    "it\\'s [quiet]'\n");
	holds(opt_fish, "-l page -r -F -a 'chat' -d");
}

/* A program that takes a command behind `--`. */
static void
commands(void)
{
	struct opt_program with = program;
	char *argv[] = { "wh-test", "8080", "-q", "--", "cat", "--", "-q",
		NULL };

	opt_free(&program, &config, &operands);
	config = (struct config){ 0 };
	with.command = "COMMAND";
	with.command_offset = offsetof(struct config, command);
	CHECK(opt_parse(&with, &config, 7, argv, &operands, &why) == 0);
	CHECK(operands.n == 1 && config.quiet == 1);
	CHECK(config.command == argv + 4);
	CHECK(opt_parse(&with, &config, 4, argv, &operands, &why) == -1);
	CHECK_STR(why.text, "--: needs COMMAND");
	config.command = NULL;
	CHECK(opt_parse(&with, &config, 3, argv, &operands, &why) == 0);
	CHECK(config.command == NULL);
}

/* Options that need others, and one that excludes some. */
static void
together(void)
{
	static const struct opt some[] = {
		{ .type = OPT_TYPE_INT, .letter = 'j', .name = "jobs",
		    .arg = "N", .offset = offsetof(struct config, jobs),
		    .dflt = "8", .help = "at once", .needs = "COMMAND" },
		{ .type = OPT_TYPE_FLAG, .letter = 'q', .name = "quiet",
		    .min = 1, .offset = offsetof(struct config, quiet),
		    .help = "say less", .needs = "cert|page" },
		{ .type = OPT_TYPE_STRING, .name = "cert", .arg = "FILE",
		    .offset = offsetof(struct config, cert), .help = "it" },
		{ .type = OPT_TYPE_STRING, .name = "page", .arg = "FILE",
		    .offset = offsetof(struct config, page), .help = "it",
		    .excludes = "jobs|cert" },
		OPT_END
	};
	static const struct { const char *argv[6], *says; } cases[] = {
		{ { "x", "--cert", "c", "-q" }, NULL },
		{ { "x", "-q", "--page=p" }, NULL },
		{ { "x", "-j2", "--", "cat" }, NULL },
		{ { "x", "--", "cat" }, NULL },
		{ { "x", "-q" }, "--quiet: needs --cert" },
		{ { "x", "-j", "8" }, "--jobs: needs COMMAND" },
		{ { "x", "--cert", "c", "--page", "p" },
		    "--page: does not go with --cert" },
		{ { "x", "--page", "p", "-j2", "--", "cat" },
		    "--page: does not go with --jobs" },
	};
	struct opt_program with = program;
	size_t i;
	int n, rc;

	with.options = some;
	with.command = "COMMAND";
	with.command_offset = offsetof(struct config, command);
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		for (n = 0; n < 6 && cases[i].argv[n] != NULL; n++)
			;
		rc = opt_parse(&with, &config, n, (char **)cases[i].argv,
		    &operands, &why);
		CHECK(rc == (cases[i].says == NULL ? 0 : -1));
		if (rc == -1)
			CHECK_STR(why.text, cases[i].says);
	}
}

int
main(void)
{
	values();
	bare();
	errors();
	units();
	prints();
	commands();
	together();
	opt_free(&program, &config, &operands);
	return CHECK_DONE;
}
