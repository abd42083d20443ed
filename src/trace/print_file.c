/*
 * print_file.c: what landed in a file, by the calls that a demo would make.
 */
#include <fcntl.h>
#include <stdio.h>

#include "trace.h"

void
print_file(const char *heading, const char *name)
{
	char buf[1024];
	int fd = Open(name, O_RDONLY);
	ssize_t length = Read(fd, buf, sizeof buf);

	Close(fd);
	printf("%s\n%.*s", heading, (int)length, buf);
}
