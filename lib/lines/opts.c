/* lines/opts.c - the options of lines, and what they mean together. */
#include "lines/own.h"

#define AT(member) .offset = offsetof(struct lines_opts, member)
#define FORMS "events|payload|text"

const struct opt lines_form_options[] = {
	OPT_GROUP("Lines"),
	{ .type = OPT_TYPE_FLAG, .letter = 'e', .name = "events",
	    AT(events), .min = 1,
	    .help = "lines are events: messages in an envelope" },
	{ .type = OPT_TYPE_FLAG, .letter = 'p', .name = "payload",
	    AT(payload), .min = 1,
	    .help = "lines are payloads: messages and nothing else" },
	OPT_END
};

const struct opt lines_in_options[] = {
	OPT_GROUP("Lines"),
	{ .type = OPT_TYPE_CHOICE, .name = "in", .arg = FORMS, AT(in),
	    .min = LINES_WORD_EVENTS,
	    .help = "what lines on stdin are",
	    .more = "Text is payload with\n.Fl \\-raw\\-input ." },
	{ .type = OPT_TYPE_FLAG, .letter = 'R', .name = "raw-input",
	    AT(raw_in), .min = 1,
	    .help = "a line on stdin is text as it stands, not JSON",
	    .more = "The default where stdin is a terminal and no option\n"
		"says what lines on it are." },
	OPT_END
};

const struct opt lines_out_options[] = {
	OPT_GROUP("Lines"),
	{ .type = OPT_TYPE_CHOICE, .name = "out", .arg = FORMS, AT(out),
	    .min = LINES_WORD_EVENTS,
	    .help = "what lines on stdout are",
	    .more = "Text is payload with\n.Fl \\-raw\\-output ." },
	{ .type = OPT_TYPE_FLAG, .letter = 'r', .name = "raw-output",
	    AT(raw_out), .min = 1,
	    .help = "print a string bare, without quotes and escapes",
	    .more = "The default where stdout is a terminal and no option\n"
		"says what lines on it are." },
	OPT_END
};

const struct opt lines_null_options[] = {
	OPT_GROUP("Lines"),
	{ .type = OPT_TYPE_FLAG, .letter = '0', .name = "null",
	    AT(null), .min = 1,
	    .help = "raw records end with NUL, not with a line feed" },
	OPT_END
};

#define SELECT_HELP(where) \
	"let lines " where " pass for which the jq expression is true"
#define FILTER_HELP(where) \
	"replace each line " where " by what the jq expression yields"

#define SELECT(l, n, m, where) { .type = OPT_TYPE_STRING, .letter = (l), \
	.name = (n), .arg = "EXPR", AT(m), .help = SELECT_HELP(where), \
	.more = "What passes keeps its bytes." }
#define FILTER(l, n, m, where) { .type = OPT_TYPE_STRING, .letter = (l), \
	.name = (n), .arg = "EXPR", AT(m), .help = FILTER_HELP(where), \
	.more = "That may be none, one or several lines." }

const struct opt lines_in_filter_options[] = {
	OPT_GROUP("Filters"),
	SELECT('s', "select", in_select, "on stdin"),
	FILTER('f', "filter", in_filter, "on stdin"),
	OPT_END
};

const struct opt lines_out_filter_options[] = {
	OPT_GROUP("Filters"),
	SELECT('s', "select", out_select, "on stdout"),
	FILTER('f', "filter", out_filter, "on stdout"),
	OPT_END
};

const struct opt lines_in_filter_long_options[] = {
	OPT_GROUP("Filters"),
	SELECT(0, "in-select", in_select, "on stdin"),
	FILTER(0, "in-filter", in_filter, "on stdin"),
	OPT_END
};

const struct opt lines_out_filter_long_options[] = {
	OPT_GROUP("Filters"),
	SELECT(0, "out-select", out_select, "on stdout"),
	FILTER(0, "out-filter", out_filter, "on stdout"),
	OPT_END
};

const struct opt lines_var_options[] = {
	OPT_GROUP("Filters"),
	{ .type = OPT_TYPE_PAIRS, .name = "arg", .arg = "NAME VALUE",
	    AT(vars),
	    .help = "expressions see the string VALUE as $NAME" },
	{ .type = OPT_TYPE_PAIRS, .name = "argjson", .arg = "NAME JSON",
	    AT(json_vars),
	    .help = "expressions see the JSON value as $NAME" },
	OPT_END
};

static int
check(const struct lines_opts *o, struct why *why)
{
	if (o->events && o->payload)
		return why_set(why, STATUS_USAGE,
		    "--events: contradicts --payload");
	if (o->null && !o->raw_in && !o->raw_out &&
	    o->in != LINES_WORD_TEXT && o->out != LINES_WORD_TEXT)
		return why_set(why, STATUS_USAGE, "--null: "
		    "is for raw records, but neither side is raw");
	return 0;
}

static enum lines_form
form(const struct lines_opts *o, int word, enum lines_form dflt)
{
	if (word != LINES_WORD_NONE)
		return word == LINES_WORD_EVENTS ? LINES_EVENTS :
		    LINES_PAYLOAD;
	return o->events ? LINES_EVENTS : o->payload ? LINES_PAYLOAD : dflt;
}

static int
raw(const struct lines_opts *o, int word, int flag, int is_terminal)
{
	return flag || word == LINES_WORD_TEXT || (is_terminal &&
	    word == LINES_WORD_NONE && !o->events && !o->payload);
}

int
lines_way_in(const struct lines_opts *o, enum lines_form dflt,
    int is_terminal, struct lines_way *way, struct why *why)
{
	if (check(o, why) != 0)
		return -1;
	way->raw = raw(o, o->in, o->raw_in, is_terminal);
	way->form = form(o, o->in, dflt);
	if (way->raw && o->in == LINES_WORD_EVENTS && o->in_filter == NULL)
		return why_set(why, STATUS_USAGE, "--in events: "
		    "contradicts --raw-input, unless a filter makes events");
	if (way->raw && o->in != LINES_WORD_EVENTS)
		way->form = LINES_PAYLOAD;
	way->terminator = way->raw && o->null ? '\0' : '\n';
	return 0;
}

int
lines_way_out(const struct lines_opts *o, enum lines_form dflt,
    int is_terminal, struct lines_way *way, struct why *why)
{
	if (check(o, why) != 0)
		return -1;
	way->raw = raw(o, o->out, o->raw_out, is_terminal);
	way->form = form(o, o->out, dflt);
	way->terminator = way->raw && o->null ? '\0' : '\n';
	return 0;
}
