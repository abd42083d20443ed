/*
 * terminal.c: how wide the user's terminal is.
 */
#include <stdlib.h>
#include <sys/ioctl.h>

#include "base/terminal.h"

int
terminal_width(void)
{
	static const int fds[] = {1, 2, 0};
	const char *columns = getenv("COLUMNS");
	struct winsize size;

	for (int i = 0; i < 3; i++)
		if (ioctl(fds[i], TIOCGWINSZ, &size) == 0 && size.ws_col > 0)
			return size.ws_col;
	long said = columns == NULL ? 0 : strtol(columns, NULL, 10);
	return said >= 20 && said <= 1000 ? (int)said : 80;
}
