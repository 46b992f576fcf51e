/* id.c - ids are UUIDs of version 7, and ascend whatever the clock does. */
#include "check.h"
#include "id.h"

static int
well_formed(const char *id)
{
	size_t i;

	for (i = 0; i < 36; i++) {
		int dash = i == 8 || i == 13 || i == 18 || i == 23;

		if (dash ? id[i] != '-' :
		    strchr("0123456789abcdef", id[i]) == NULL)
			return 0;
	}
	return id[36] == '\0' && id[14] == '7' &&
	    strchr("89ab", id[19]) != NULL;
}

int
main(void)
{
	const int64_t ms = 1645557742000;	/* RFC 9562 appendix A.6 */
	char id[ID_SIZE], last[ID_SIZE];
	int i, wrong = 0;

	id_uuid7(last, ms * 1000);
	CHECK(well_formed(last));
	CHECK(strncmp(last, "017f22e2-79b0-7", 15) == 0);
	for (i = 0; i < 200000; i++) {
		/* The clock steps back at times, and forth. */
		int64_t us = ms * 1000 + i / 50 * 7 - (i % 1000 == 0) * 9999;

		id_uuid7(id, us);
		wrong += !well_formed(id) || strcmp(last, id) >= 0;
		memcpy(last, id, sizeof(id));
	}
	CHECK(wrong == 0);
	id_uuid7(id, (ms + 3600000) * 1000);
	CHECK(strncmp(id, "017f2319-6830-7", 15) == 0);
	/* Another process's ids, of an hour later. */
	id_after("017f2350-56f0-7abc-8123-456789abcdef");
	id_uuid7(id, ms * 1000);
	CHECK(well_formed(id));
	CHECK(strcmp(id, "017f2350-56f0-7abc-8123-456789abcdef") > 0);
	CHECK(strncmp(id, "017f2350-56f0-7abc-8123-4", 25) == 0);
	id_after("017f2319-6830-7fff-bfff-ffffffffffff");	/* earlier */
	id_after("017f2350-56f0-4fff-bfff-ffffffffffff");	/* no such id */
	id_after("");
	memcpy(last, id, sizeof(id));
	id_uuid7(id, ms * 1000);
	CHECK(strcmp(id, last) > 0);
	CHECK(strncmp(id, "017f2350-56f0-7abc-8123-4", 25) == 0);
	return CHECK_DONE;
}
