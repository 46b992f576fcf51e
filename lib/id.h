/* id.h - identifiers: UUIDs of version 7, ordered by time.
 *
 * Ids of one process ascend even within a millisecond and when the clock
 * steps back.
 * Source:  RFC 9562 section 5.7, method 2 of 6.2.
 */
#ifndef HOOKLINE_ID_H
#define HOOKLINE_ID_H

#include <stdint.h>

#define ID_SIZE 37		/* 36 characters and a NUL */

void id_uuid7(char out[ID_SIZE], int64_t wall_us);

/* Ids from now on come after this one, which another process has made (its
 * first 36 characters; what is no id of version 7 counts for nothing). */
void id_after(const char *id);

#endif
