/*
 * named: left processes
 */
#include <signal.h>
#include <unistd.h>

int
main(void)
{
	for (int i = 0; i < 5; i++)
		if (fork() == 0) {
			setsid();
			if (fork() != 0)
				_exit(0);
			signal(SIGTERM, SIG_IGN);
			signal(SIGHUP, SIG_IGN);
			for (;;)
				pause();
		}
	return 0;
}
