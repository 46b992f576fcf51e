/* replay.c - a main for the fuzz targets that needs no libFuzzer: runs the
 * target over the files named, so that any compiler can replay a corpus. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *, size_t);

/* Each input gets an allocation of its own size, so that the sanitizers see
 * a read past its end. */
static int
run(const char *path)
{
	FILE *f = fopen(path, "rb");
	uint8_t *data = NULL;
	long size = -1;
	int result = -1;

	if (f == NULL)
		goto out;
	if (fseek(f, 0, SEEK_END) == 0)
		size = ftell(f);
	if (size < 0)
		goto out;
	rewind(f);
	data = malloc(size > 0 ? (size_t)size : 1);
	if (data == NULL || fread(data, 1, (size_t)size, f) != (size_t)size)
		goto out;
	LLVMFuzzerTestOneInput(data, (size_t)size);
	result = 0;
out:
	if (result == -1)
		perror(path);
	free(data);
	if (f != NULL)
		fclose(f);
	return result;
}

int
main(int argc, char *argv[])
{
	int i, failed = 0;

	for (i = 1; i < argc; i++)
		failed |= run(argv[i]) == -1;
	printf("%s: %d inputs replayed\n", argv[0], argc - 1);
	return failed;
}
