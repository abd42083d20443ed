/*
 * named: too much processes
 */
#include <unistd.h>

int
main(void)
{
	for (;;)
		if (fork() == -1)
			pause();
}
