/* corpus.h - the messages of tests/data/corpus.ndjson, for unit tests that
 * run in the project's folder. */
#ifndef HOOKLINE_TESTS_CORPUS_H
#define HOOKLINE_TESTS_CORPUS_H

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "base64.h"
#include "buf.h"
#include "json.h"
#include "msg.h"

#define CORPUS "tests/data/corpus.ndjson"

static void
corpus_line(struct span line, void (*fn)(void *arg, struct msg), void *arg)
{
	struct span kind, code, text;
	struct buf body;

	buf_init(&body, SIZE_MAX);
	if (json_check(line, NULL, NULL) == 0 &&
	    json_member(line, "kind", &kind) &&
	    json_member(line, "base64", &code) && json_plain(code, &text) &&
	    base64_decode(&body, text) == 0)
		fn(arg, (struct msg){ json_key_is(kind, "binary") ?
		    MSG_BINARY : MSG_TEXT, buf_span(&body) });
	else
		fprintf(stderr, "%s: a bad line\n", CORPUS);
	buf_done(&body);
}

/* Calls fn(arg, message) for each: how many there were. */
static int
corpus_each(void (*fn)(void *arg, struct msg), void *arg)
{
	FILE *f = fopen(CORPUS, "r");
	char *line = NULL;
	size_t size = 0;
	ssize_t got;
	int n = 0;

	if (f == NULL) {
		perror(CORPUS);
		return 0;
	}
	for (; (got = getline(&line, &size, f)) > 0; n++)
		corpus_line(span_of(line, (size_t)got - 1), fn, arg);
	free(line);
	fclose(f);
	return n;
}

#endif
