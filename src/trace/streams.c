/*
 * streams.c: library calls with a capital letter. A library call works on a
 * buffer in the process's own memory and makes a system call only when it has
 * to; each line says how many reads and writes that were.
 */
#include <stdio.h>
#include <string.h>

#include "inner.h"

FILE *
Fopen(const char *path, const char *mode)
{
	struct call c;

	costs(&c, "fopen");
	FILE *f = fopen(path, mode);
	count_cost(&c);
	arg_path(&c, path);
	put(&c.args, "\"%s\"", mode);
	c.arg[++c.count] = c.args.length;
	c.result_is = f == NULL ? "NULL" : "f";
	returned(&c, f == NULL ? -1 : 0);
	return f;
}

int
Setvbuf(FILE *f, char *buf, int mode, size_t size)
{
	struct call c;

	costs(&c, "setvbuf");
	int result = setvbuf(f, buf, mode, size);
	count_cost(&c);
	arg_word(&c, "f");
	arg_word(&c, buf == NULL ? "NULL" : "buffer");
	arg_word(&c, mode == _IOFBF   ? "_IOFBF"
		     : mode == _IOLBF ? "_IOLBF"
				      : "_IONBF");
	arg_size(&c, size);
	returned(&c, result == 0 ? 0 : -1);
	return result;
}

size_t
Fread(void *buf, size_t size, size_t n, FILE *f)
{
	struct call c;

	costs(&c, "fread");
	size_t items = fread(buf, size, n, f);
	count_cost(&c);
	arg_word(&c, "buf");
	arg_size(&c, size);
	arg_size(&c, n);
	arg_word(&c, "f");
	returned(&c, ferror(f) ? -1 : (long)items);
	return items;
}

int
Fputs(const char *s, FILE *f)
{
	struct call c;

	costs(&c, "fputs");
	int result = fputs(s, f);
	count_cost(&c);
	arg_bytes(&c, s, (ssize_t)strlen(s));
	arg_word(&c, "f");
	returned(&c, result == EOF ? -1 : result);
	return result;
}

int
Fclose(FILE *f)
{
	struct call c;

	costs(&c, "fclose");
	int result = fclose(f);
	count_cost(&c);
	arg_word(&c, "f");
	returned(&c, result);
	return result;
}
