/* check.h - the whole of the unit tests' framework: CHECK counts and reports,
 * and the program ends with CHECK_DONE. */
#ifndef HOOKLINE_TESTS_CHECK_H
#define HOOKLINE_TESTS_CHECK_H

#include <stdio.h>
#include <string.h>

static int check_passed, check_failed;

#define CHECK(cond) \
	((cond) ? (void)check_passed++ : (void)(check_failed++, \
	    fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, #cond)))

/* Equal strings; prints both where they are not. */
#define CHECK_STR(got, want) \
	(strcmp((got), (want)) == 0 ? (void)check_passed++ : \
	    (void)(check_failed++, fprintf(stderr, \
	    "%s:%d: got %s, wanted %s\n", __FILE__, __LINE__, (got), (want))))

#define CHECK_DONE \
	(printf("%s: %d checks passed, %d failed\n", __FILE__, check_passed, \
	    check_failed), check_failed != 0)

#endif
