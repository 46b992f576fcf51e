/* job.c - one delivery and its memory. */
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "job.h"

struct job_piece {
	struct job_piece *next;
	max_align_t data[];
};

void *
job_room(struct job *j, size_t n)
{
	struct job_piece *p = malloc(sizeof(*p) + n);

	if (p == NULL)
		return NULL;
	p->next = j->pieces;
	j->pieces = p;
	j->bytes += sizeof(*p) + n;
	return p->data;
}

char *
job_keep(struct job *j, struct span s)
{
	char *p = job_room(j, s.n + 1);

	if (p == NULL)
		return NULL;
	if (s.n > 0)
		memcpy(p, s.p, s.n);
	p[s.n] = '\0';
	return p;
}

struct job *
job_new(uint64_t line)
{
	struct job *j = calloc(1, sizeof(*j));

	if (j == NULL)
		return NULL;
	j->bytes = sizeof(*j);
	j->line = line;
	return j;
}

void
job_free(struct job *j)
{
	struct job_piece *p;

	if (j == NULL)
		return;
	while ((p = j->pieces) != NULL) {
		j->pieces = p->next;
		free(p);
	}
	free(j);
}
