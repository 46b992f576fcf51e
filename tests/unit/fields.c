/* fields.c - header fields as a user gives them. */
#include <stdlib.h>
#include <unistd.h>

#include "check.h"
#include "fields.h"

static const char *
write_file(char *path, const char *text)
{
	int fd = mkstemp(path);

	if (fd == -1 || write(fd, text, strlen(text)) == -1)
		abort();
	close(fd);
	return path;
}

/* "Name=value,", "Name-," for none of that name. */
static void
describe(const struct fields *f, char *out, size_t size)
{
	size_t i, n = 0;

	out[0] = '\0';
	for (i = 0; i < f->n && n < size; i++)
		n += (size_t)snprintf(out + n, size - n, "%.*s%c%.*s,",
		    (int)f->v[i].name.n, f->v[i].name.p,
		    f->v[i].value.p != NULL ? '=' : '-',
		    (int)f->v[i].value.n,
		    f->v[i].value.p != NULL ? f->v[i].value.p : "");
}

static void
taken(void)
{
	char path[] = "/tmp/fieldsXXXXXX", at[32], text[256];
	const char *v[] = { "A: b\tc ", "a:d:e", "None:", "None2: \t",
	    "Empty;", at };
	const struct opt_list list = { v, 6 };
	struct fields f;
	struct why why;

	snprintf(at, sizeof(at), "@%s", write_file(path,
	    "F: 1\r\n\n  \n\tG:2  \nH;\nI:3"));
	CHECK(fields_init(&f, &list, &why) == 0);
	unlink(path);
	CHECK(fields_add(&f, "Added", SPAN("x"), &why) == 0);
	describe(&f, text, sizeof(text));
	CHECK_STR(text, "A=b\tc,a=d:e,None-,None2-,Empty=,F=1,G=2,H=,I=3,"
	    "Added=x,");
	CHECK(fields_have(f.v, f.n, SPAN("NONE")));
	CHECK(!fields_have(f.v, f.n, SPAN("Non")));
	CHECK(span_eq(fields_value(f.v, f.n, SPAN("a")), SPAN("b\tc")));
	CHECK(fields_value(f.v, f.n, SPAN("Non")).p == NULL);
	fields_done(&f);
}

static void
refused(void)
{
	static const char *bad[] = { "", "no colon", ";", ": v", "a b: c",
	    "a : b", "a: b\r\nc: d", "a: b\nc", "a: \x01", "a: \x7f", "@",
	    "@/nowhere/at/all" };
	char path[] = "/tmp/fieldsXXXXXX", at[32];
	struct fields f;
	struct why why;
	size_t i;

	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		CHECK(fields_init(&f, &(struct opt_list){ &bad[i], 1 },
		    &why) == -1);
		CHECK(why.status == STATUS_USAGE && f.n == 0);
	}
	snprintf(at, sizeof(at), "@%s", write_file(path, "A: b\nbad\n"));
	bad[0] = at;
	CHECK(fields_init(&f, &(struct opt_list){ bad, 1 }, &why) == -1);
	CHECK_STR(why.text, "--header: not \"Name: value\": bad");
	unlink(path);
}

static void
empty_file(void)
{
	const char *v[] = { "@/dev/null" };
	struct fields f;
	struct why why;

	CHECK(fields_init(&f, &(struct opt_list){ v, 1 }, &why) == 0);
	CHECK(f.n == 0);
	fields_done(&f);
}

int
main(void)
{
	taken();
	refused();
	empty_file();
	return CHECK_DONE;
}
