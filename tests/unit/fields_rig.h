/* fields_rig.h - a head's fields as lines of text: "Name: value\n". */
#ifndef HOOKLINE_TESTS_FIELDS_RIG_H
#define HOOKLINE_TESTS_FIELDS_RIG_H

#include <string.h>

#include "http1.h"

/* As the front would give them; they are of lines, which must stay. */
static void
fields_parse(struct http1_head *head, const char *lines)
{
	head->nfields = 0;
	while (*lines != '\0') {
		struct http1_field *f = &head->fields[head->nfields++];
		size_t n = strcspn(lines, ":");

		f->name = span_of(lines, n);
		lines += n + 1;
		lines += strspn(lines, " ");
		n = strcspn(lines, "\n");
		f->value = span_of(lines, n);
		lines += n + 1;
	}
}

#endif
