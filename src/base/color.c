/*
 * color.c: whether colours are wanted.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/color.h"

bool
is_color(const char *when)
{
	return strcmp(when, "auto") == 0 || strcmp(when, "always") == 0 ||
	       strcmp(when, "never") == 0;
}

bool
color_wanted(const char *when, int fd)
{
	const char *term = getenv("TERM"), *no_color = getenv("NO_COLOR");

	if (when != NULL && strcmp(when, "auto") != 0)
		return strcmp(when, "always") == 0;
	return (no_color == NULL || no_color[0] == '\0') && term != NULL &&
	       strcmp(term, "dumb") != 0 && isatty(fd);
}
