/* json/check.c - is the text one JSON value?  One pass, without recursion. */
#include "json.h"
#include "json/run.h"
#include "utf8.h"

/* What json_check expects next. */
enum want { WANT_VALUE, WANT_FIRST, WANT_FIRST_KEY, WANT_MORE };

struct scan {
	const char *p, *start, *end;
	struct why *why;
	unsigned depth, deepest;
	char open[JSON_MAX_DEPTH];	/* '[' and '{', outermost first */
};

static int
fail(struct scan *s, const char *p, const char *what)
{
	size_t byte = (size_t)(p - s->start) + 1;
	unsigned char c;

	if (p >= s->end)
		return why_set(s->why, STATUS_BAD_LINE,
		    "byte %zu: %s, not the end", byte, what);
	c = (unsigned char)*p;
	if (c > 0x20 && c < 0x7f)
		return why_set(s->why, STATUS_BAD_LINE,
		    "byte %zu: %s, not '%c'", byte, what, c);
	return why_set(s->why, STATUS_BAD_LINE,
	    "byte %zu: %s, not byte 0x%02x", byte, what, c);
}

static int
check_escape(struct scan *s)
{
	int i;

	s->p++;
	if (s->p == s->end || *s->p == '\0' ||
	    strchr("\"\\/bfnrtu", *s->p) == NULL)
		return fail(s, s->p, "expected one of \"\\/bfnrtu behind \\");
	if (*s->p++ != 'u')
		return 0;
	for (i = 0; i < 4; i++, s->p++)
		if (s->p == s->end || json_hex_value(*s->p) == -1)
			return fail(s, s->p, "expected four hex digits");
	return 0;
}

static int
check_string(struct scan *s)
{
	s->p++;
	for (;;) {
		size_t n;

		s->p += json_plain_run(s->p, s->end, 1);
		if (s->p == s->end || (unsigned char)*s->p < 0x20)
			return fail(s, s->p, "expected '\"' or a character");
		if (*s->p == '"') {
			s->p++;
			return 0;
		}
		if (*s->p == '\\') {
			if (check_escape(s) == -1)
				return -1;
			continue;
		}
		n = utf8_len(span_of(s->p, (size_t)(s->end - s->p)));
		if (n == 0)
			return fail(s, s->p, "expected UTF-8");
		s->p += n;
	}
}

static int
check_digits(struct scan *s)
{
	const char *p = s->p;

	s->p = json_skip_digits(p, s->end);
	return s->p == p ? fail(s, p, "expected a digit") : 0;
}

static int
check_number(struct scan *s)
{
	if (*s->p == '-')
		s->p++;
	if (s->p < s->end && *s->p == '0')
		s->p++;
	else if (check_digits(s) == -1)
		return -1;
	if (s->p < s->end && *s->p == '.') {
		s->p++;
		if (check_digits(s) == -1)
			return -1;
	}
	if (s->p < s->end && (*s->p | 0x20) == 'e') {
		s->p++;
		if (s->p < s->end && (*s->p == '+' || *s->p == '-'))
			s->p++;
		return check_digits(s);
	}
	return 0;
}

static int
check_word(struct scan *s, const char *word)
{
	const char *p = s->p;

	for (; *word != '\0'; word++, s->p++)
		if (s->p == s->end || *s->p != *word)
			return fail(s, p, "expected a value");
	return 0;
}

static int
check_open(struct scan *s)
{
	_Static_assert(JSON_MAX_DEPTH == 200, "the message says so");

	if (s->depth == JSON_MAX_DEPTH)
		return fail(s, s->p, "expected at most 200 levels");
	s->open[s->depth++] = *s->p++;
	if (s->deepest < s->depth)
		s->deepest = s->depth;
	return s->p[-1] == '{' ? WANT_FIRST_KEY : WANT_FIRST;
}

static int
check_close(struct scan *s)
{
	s->depth--;
	s->p++;
	return WANT_MORE;
}

/* These answer what is wanted next, or -1. */
static int
check_value(struct scan *s)
{
	char c = s->p < s->end ? *s->p : '\0';
	int result;

	if (c == '"')			/* most are */
		return check_string(s) == -1 ? -1 : WANT_MORE;
	switch (c) {
	case '{': case '[':
		return check_open(s);
	case 't':
		result = check_word(s, "true");
		break;
	case 'f':
		result = check_word(s, "false");
		break;
	case 'n':
		result = check_word(s, "null");
		break;
	case '-': case '0': case '1': case '2': case '3': case '4':
	case '5': case '6': case '7': case '8': case '9':
		result = check_number(s);
		break;
	default:
		return fail(s, s->p, "expected a value");
	}
	return result == -1 ? -1 : WANT_MORE;
}

/* There rarely is any. */
static inline void
skip_space(struct scan *s)
{
	if (s->p < s->end && json_is_space(*s->p))
		s->p = json_skip_space(s->p, s->end);
}

/* A member. */
static int
check_key(struct scan *s, const char *expected)
{
	if (s->p == s->end || *s->p != '"')
		return fail(s, s->p, expected);
	if (check_string(s) == -1)
		return -1;
	skip_space(s);
	if (s->p == s->end || *s->p != ':')
		return fail(s, s->p, "expected ':'");
	s->p++;
	skip_space(s);
	return check_value(s);
}

static int
check_more(struct scan *s)
{
	int in_object = s->open[s->depth - 1] == '{';
	char c = s->p < s->end ? *s->p : '\0';

	if (c == ',') {
		s->p++;
		skip_space(s);
		return in_object ? check_key(s, "expected a string") :
		    check_value(s);
	}
	if (c == (in_object ? '}' : ']'))
		return check_close(s);
	return fail(s, s->p, in_object ? "expected ',' or '}'" :
	    "expected ',' or ']'");
}

static int
is_next(const struct scan *s, char c)
{
	return s->p < s->end && *s->p == c;
}

static int
check_step(struct scan *s, int want)
{
	switch (want) {
	case WANT_FIRST:
		return is_next(s, ']') ? check_close(s) : check_value(s);
	case WANT_FIRST_KEY:
		return is_next(s, '}') ? check_close(s) :
		    check_key(s, "expected a string or '}'");
	case WANT_MORE:
		return check_more(s);
	default:
		return check_value(s);
	}
}

int
json_check(struct span text, struct json *out, struct why *why)
{
	/* A pointer to nothing may not be added to or compared. */
	const char *start = text.p == NULL ? "" : text.p;
	struct scan s = { .p = start, .start = start, .end = start + text.n,
	    .why = why };
	struct span value;
	int want = WANT_VALUE;

	skip_space(&s);
	if (s.end - s.p >= 3 && memcmp(s.p, "\xef\xbb\xbf", 3) == 0)
		return fail(&s, s.p, "expected a value, no byte order mark");
	value.p = s.p;
	do {
		skip_space(&s);
		want = check_step(&s, want);
	} while (want != -1 && !(want == WANT_MORE && s.depth == 0));
	if (want == -1)
		return -1;
	value.n = (size_t)(s.p - value.p);
	skip_space(&s);
	if (s.p != s.end)
		return fail(&s, s.p, "expected the end");
	if (out != NULL) {
		out->type = json_type(value);
		out->value = value;
		out->depth = s.deepest;
		/* None can stand inside a string. */
		out->has_break = memchr(value.p, '\n', value.n) != NULL;
	}
	return 0;
}
