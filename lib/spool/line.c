/* line.c - an event with its crc. */
#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "crc32c.h"
#include "spool/own.h"

/* "crc":"xxxxxxxx"} */
#define OPENS "\"crc\":\""
#define CLOSES "\"}"
#define DIGITS 8
#define SEAL (sizeof(OPENS) - 1 + DIGITS + sizeof(CLOSES) - 1)

static void
hex(char out[DIGITS], uint32_t crc)
{
	int i;

	for (i = 0; i < DIGITS; i++)
		out[i] = "0123456789abcdef"[crc >> (28 - 4 * i) & 15];
}

/* {} and { }: no comma. */
static int
is_empty(struct span open)
{
	while (open.n > 1 && strchr(" \t\r", open.p[open.n - 1]) != NULL)
		open.n--;
	return open.n == 1;
}

int
spool_seal(struct buf *out, struct span event)
{
	struct span open = { event.p, event.n - 1 };
	char *p = buf_room(out, event.n + 1 + SEAL + 1), *q = p;

	assert(event.n >= 2 && event.p[0] == '{' && open.p[open.n] == '}');
	assert(memchr(event.p, '\n', event.n) == NULL);
	if (p == NULL)
		return -1;
	q = (char *)memcpy(q, open.p, open.n) + open.n;
	if (!is_empty(open))
		*q++ = ',';
	q = (char *)memcpy(q, OPENS, sizeof(OPENS) - 1) + sizeof(OPENS) - 1;
	hex(q, crc32c(open));
	q += DIGITS;
	q = (char *)memcpy(q, CLOSES, sizeof(CLOSES) - 1) +
	    sizeof(CLOSES) - 1;
	*q++ = '\n';
	buf_took(out, (size_t)(q - p));
	return 0;
}

/* The event without its closing brace; n 0 where the seal is not good. */
static struct span
open_part(struct span line)
{
	struct span open = { line.p, 0 };
	const char *seal;
	char want[DIGITS];

	if (line.n < 1 + SEAL || line.p[0] != '{')
		return open;
	seal = line.p + line.n - SEAL;
	open.n = line.n - SEAL;
	if (open.p[open.n - 1] == ',')
		open.n--;
	hex(want, crc32c(open));
	if (memcmp(seal, OPENS, sizeof(OPENS) - 1) != 0 ||
	    memcmp(seal + sizeof(OPENS) - 1, want, DIGITS) != 0 ||
	    memcmp(seal + SEAL - (sizeof(CLOSES) - 1), CLOSES,
	    sizeof(CLOSES) - 1) != 0)
		open.n = 0;
	return open;
}

int
spool_is_sealed(struct span line)
{
	return open_part(line).n > 0;
}

int
spool_unseal(char *line, size_t n, struct span *event)
{
	struct span open = open_part(span_of(line, n));

	if (open.n == 0)
		return -1;
	line[open.n] = '}';
	*event = span_of(line, open.n + 1);
	return 0;
}
