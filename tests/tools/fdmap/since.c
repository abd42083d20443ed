/*
 * since FILE: looks at itself, changes some of its descriptors, looks again,
 * and draws what it then is, with the marks of what changed.
 */
#define _XOPEN_SOURCE 700
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#include "picture/picture.h"

static void
print(const char *text, void *arg)
{
	(void)arg;
	puts(text);
}

int
main(int argc, char *argv[])
{
	const struct looked_at me = {getpid(), "me"};
	const struct how how = {.width = 80};
	int a[2], b[2], file = open(argv[argc - 1], O_RDONLY);

	if (file != 3 || pipe(a) != 0)
		return 2;
	struct picture *first = look(&me, 1, NULL, false);
	lseek(file, 20, SEEK_SET);
	(void)!write(a[1], "hello", 5);
	close(a[0]);
	if (pipe(b) != 0 || dup(a[1]) != 7)
		return 2;
	struct picture *second = look(&me, 1, first, false);
	draw(second, &how, print, NULL);
	free_picture(first);
	free_picture(second);
	return dup(0) == 8 ? 0 : 1; /* looking left nothing open */
}
