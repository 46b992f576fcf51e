/* why.c - sentences about failures. */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "why.h"

int
why_set(struct why *why, enum status status, const char *fmt, ...)
{
	va_list ap;

	if (why == NULL)
		return -1;
	why->status = status;
	va_start(ap, fmt);
	if (vsnprintf(why->text, sizeof(why->text), fmt, ap) < 0)
		why->text[0] = '\0';
	va_end(ap);
	return -1;
}

int
why_errno(struct why *why, enum status status, const char *what)
{
	return why_set(why, status, "%s: %s", what, strerror(errno));
}
