/* job.c - one delivery and its memory: what most need is one allocation. */
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "job.h"

#define PIECE ((size_t)512)		/* at least, where more is needed */
#define OVERHEAD ((size_t)16)		/* malloc's, about */
#define ALIGN(n) (((n) + _Alignof(max_align_t) - 1) & \
    ~(_Alignof(max_align_t) - 1))

struct job_piece {
	struct job_piece *next;
	max_align_t data[];
};

const char *
outcome_name(int outcome)
{
	return outcome == OUTCOME_SPOOLED ? "spooled" :
	    deliver_outcome_name((enum deliver_outcome)outcome);
}

void
job_new_id(char out[JOB_ID_SIZE])
{
	memcpy(out, "msg_", 4);
	id_uuid7(out + 4, clock_wall_us());
}

void *
job_room(struct job *j, size_t n)
{
	size_t size = ALIGN(n);
	struct job_piece *p;
	char *room;

	if (size > j->left) {
		j->left = size > PIECE ? size : PIECE;
		p = malloc(sizeof(*p) + j->left);
		if (p == NULL) {
			j->left = 0;
			return NULL;
		}
		p->next = j->pieces;
		j->pieces = p;
		j->room = (char *)p->data;
		j->deliver.bytes += sizeof(*p) + j->left + OVERHEAD;
	}
	room = j->room;
	j->room += size;
	j->left -= size;
	return room;
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
job_new(uint64_t line, size_t room)
{
	size_t head = ALIGN(sizeof(struct job)), size = head + ALIGN(room);
	struct job *j = malloc(size);

	if (j == NULL)
		return NULL;
	*j = (struct job){ .line = line, .room = (char *)j + head,
	    .left = size - head };
	j->deliver.bytes = size + OVERHEAD;
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
