/*
 * streams.c: library calls with a capital letter. A library call works on a
 * buffer in the process's own memory and makes a system call only when it has
 * to; each line says how many reads and writes that were.
 */
#include <stdio.h>
#include <string.h>

#include "trace/inner.h"

FILE *
Fopen(const char *path, const char *mode)
{
	struct call c;

	make(&c, "fopen", "%p, \"%s\"", path, mode);
	FILE *f = fopen(path, mode);
	count_cost(&c);
	c.result_is = f == NULL ? "NULL" : "f";
	returned(&c, f == NULL ? -1 : 0);
	return f;
}

int
Setvbuf(FILE *f, char *buf, int mode, size_t size)
{
	static const char *const modes[] = {
	    [_IOFBF] = "_IOFBF", [_IOLBF] = "_IOLBF", [_IONBF] = "_IONBF"};
	struct call c;

	make(&c, "setvbuf", "f, %s, %s, %z", buf == NULL ? "NULL" : "buffer",
	    modes[mode], size);
	int result = setvbuf(f, buf, mode, size);
	count_cost(&c);
	return (int)returned(&c, result == 0 ? 0 : -1);
}

size_t
Fread(void *buf, size_t size, size_t n, FILE *f)
{
	struct call c;

	make(&c, "fread", "buf, %z, %z, f", size, n);
	size_t items = fread(buf, size, n, f);
	count_cost(&c);
	returned(&c, ferror(f) ? -1 : (long)items);
	return items;
}

int
Fputs(const char *s, FILE *f)
{
	struct call c;

	make(&c, "fputs", "s, f");
	int result = fputs(s, f);
	count_cost(&c);
	now_bytes(&c, 0, s, (ssize_t)strlen(s));
	return (int)returned(&c, result == EOF ? -1 : result);
}

int
Fclose(FILE *f)
{
	struct call c;

	make(&c, "fclose", "f");
	int result = fclose(f);
	count_cost(&c);
	return (int)returned(&c, result);
}
