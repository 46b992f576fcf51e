/* parts.h - the consumer's segments, and what became of their lines. */
#ifndef HOOKLINE_SPOOL_PARTS_H
#define HOOKLINE_SPOOL_PARTS_H

#include "spool/own.h"

enum spool_fate {
	FATE_NONE,		/* not settled */
	FATE_DONE, FATE_DEAD, FATE_BAD
};

/* What is known of a line that is not settled but was attempted. */
struct spool_past {
	uint64_t number;
	int64_t attempts, due_us;
};

struct spool_part {
	char name[SPOOL_NAME_SIZE];
	struct spool_reader reader;	/* fd -1: not begun, or over */
	int over;		/* read to its end, and no more comes */
	int stuck;		/* an error: neither read on nor deleted */
	int quiet;		/* there was nothing when we looked last */
	uint64_t given;		/* lines that were given and not settled */
	unsigned char *fates;	/* by number - 1; beyond: FATE_NONE */
	size_t nfates, cap;
	struct spool_past *pasts;	/* by number */
	size_t npasts, pasts_cap;
};

struct spool_parts {
	struct spool_part **v;	/* in order */
	size_t n, cap;
	size_t turn;		/* who is served next, of those that live */
};

/* Looks into the folder for segments that are new: how many, or -1: errno. */
int parts_scan(struct spool_parts *, int seg);
void parts_done(struct spool_parts *);
struct spool_part *parts_find(const struct spool_parts *, const char *name);
void parts_remove(struct spool_parts *, struct spool_part *);

enum spool_fate part_fate(const struct spool_part *, uint64_t number);
/* All from `from` to `to`.  -1: out of memory; they may come again. */
int part_settle(struct spool_part *, uint64_t from, uint64_t to,
    enum spool_fate);

/* NULL: it was not attempted. */
const struct spool_past *part_past(const struct spool_part *,
    uint64_t number);
int part_attempted(struct spool_part *, const struct spool_past *);

#endif
