/* value.c - what an option's value may be. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "opt.h"
#include "opt/table.h"

#define FRACTION_MAX 1000000000	/* nine digits behind the point */

struct unit {
	const char *name;
	int64_t factor;
};

static const struct unit time_units[] = {
	{ "ms", 1 }, { "s", 1000 }, { "m", 60 * 1000 }, { "h", 3600 * 1000 },
	{ "d", 86400 * 1000 }, { NULL, 0 }
};

static const struct unit size_units[] = {
	{ "", 1 }, { "k", 1 << 10 }, { "K", 1 << 10 }, { "M", 1 << 20 },
	{ "G", 1 << 30 }, { "T", INT64_C(1) << 40 }, { NULL, 0 }
};

/* Digits, up to the first byte that is none: -1 if there are none, or too
 * many for 64 bits. */
static int
digits(const char **text, int64_t *value)
{
	const char *p = *text;

	*value = 0;
	for (; *p >= '0' && *p <= '9'; p++) {
		if (*value > (INT64_MAX - 9) / 10)
			return -1;
		*value = *value * 10 + (*p - '0');
	}
	if (p == *text)
		return -1;
	*text = p;
	return 0;
}

/* Digits behind a point, as a part of FRACTION_MAX; later ones do not count. */
static int
fraction(const char **text, int64_t *value)
{
	int64_t place = FRACTION_MAX / 10;

	*value = 0;
	if (**text != '.')
		return 0;
	++*text;
	if (**text < '0' || **text > '9')
		return -1;
	for (; **text >= '0' && **text <= '9'; ++*text, place /= 10)
		*value += place * (**text - '0');
	return 0;
}

/* "1.5M" by a table of units: -1 without saying why. */
static int
scaled(const char *text, const struct unit *unit, int64_t *value)
{
	int64_t whole, part;

	if (digits(&text, &whole) != 0 || fraction(&text, &part) != 0)
		return -1;
	if (whole == 0 && part == 0 && *text == '\0') {
		*value = 0;
		return 0;
	}
	while (unit->name != NULL && strcmp(unit->name, text) != 0)
		unit++;
	if (unit->name == NULL ||
	    whole > INT64_MAX / unit->factor - 1 ||
	    (part > 0 && unit->factor > INT64_MAX / FRACTION_MAX))
		return -1;
	*value = whole * unit->factor + part * unit->factor / FRACTION_MAX;
	return 0;
}

int
opt_time(const char *text, int64_t *ms, struct why *why)
{
	if (scaled(text, time_units, ms) == 0)
		return 0;
	return why_set(why, STATUS_USAGE, "'%s' is not a time, as 500ms, 5s, "
	    "2m and 1h are", text);
}

int
opt_size(const char *text, int64_t *bytes, struct why *why)
{
	if (scaled(text, size_units, bytes) == 0)
		return 0;
	return why_set(why, STATUS_USAGE, "'%s' is not a size, as 512, 64k, "
	    "1M and 2G are", text);
}

static int
whole_number(const char *text, int64_t *value, struct why *why)
{
	const char *p = text + (*text == '-');

	if (digits(&p, value) != 0 || *p != '\0')
		return why_set(why, STATUS_USAGE,
		    "'%s' is not a whole number", text);
	if (*text == '-')
		*value = -*value;
	return 0;
}

static int
number(const struct opt *row, int64_t *at, const char *text, struct why *why)
{
	int64_t value;
	int rc;

	if (row->type == OPT_TYPE_SIZE)
		rc = opt_size(text, &value, why);
	else if (row->type == OPT_TYPE_TIME)
		rc = opt_time(text, &value, why);
	else
		rc = whole_number(text, &value, why);
	if (rc != 0)
		return -1;
	if (value < row->min)
		return why_set(why, STATUS_USAGE, "%s is less than the least "
		    "possible, %" PRId64, text, row->min);
	if (row->max != 0 && value > row->max)
		return why_set(why, STATUS_USAGE, "%s is more than the most "
		    "possible, %" PRId64, text, row->max);
	*at = value;
	return 0;
}

static int
choice(const struct opt *row, int *at, const char *text, struct why *why)
{
	const char *words = row->arg;
	struct span word;
	int i;

	for (i = 0; opt_word(&words, &word); i++) {
		if (word.n == strlen(text) &&
		    memcmp(word.p, text, word.n) == 0) {
			*at = (int)row->min + i;
			return 0;
		}
	}
	return why_set(why, STATUS_USAGE, "'%s' is not one of %s", text,
	    row->arg);
}

int
opt_list_add(struct opt_list *list, const char *text, struct why *why)
{
	const char **v;

	v = realloc(list->v, (list->n + 1) * sizeof(*v));
	if (v == NULL)
		return why_set(why, STATUS_USAGE, "out of memory");
	v[list->n++] = text;
	list->v = v;
	return 0;
}

int
opt_store(const struct opt *row, void *at, const char *text, struct why *why)
{
	switch (row->type) {
	case OPT_TYPE_FLAG:
		*(int *)at = (int)row->min;
		return 0;
	case OPT_TYPE_INT:
	case OPT_TYPE_SIZE:
	case OPT_TYPE_TIME:
		return number(row, at, text, why);
	case OPT_TYPE_STRING:
		*(const char **)at = text;
		return 0;
	case OPT_TYPE_CHOICE:
		return choice(row, at, text, why);
	case OPT_TYPE_LIST:
	case OPT_TYPE_PAIRS:
		return opt_list_add(at, text, why);
	case OPT_TYPE_END:
	case OPT_TYPE_GROUP:
	case OPT_TYPE_INCLUDE:
	case OPT_TYPE_REFUSED:
		break;
	}
	return 0;
}
