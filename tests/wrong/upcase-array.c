/*
 * All of the input is gathered in an array of 64 KiB, and there is more.
 *
 * fails: input of any size is copied to its end
 */
#include <errno.h>
#include <stdio.h>
#include <unistd.h>

static char all[65536];

int
main(void)
{
	size_t have = 0, done = 0;

	while (have < sizeof all) {
		ssize_t n = read(0, all + have, sizeof all - have);
		if (n == 0)
			break;
		if (n > 0)
			have += n;
		else if (errno != EINTR) {
			perror("read");
			return 1;
		}
	}
	for (size_t i = 0; i < have; i++)
		if (all[i] >= 'a' && all[i] <= 'z')
			all[i] -= 'a' - 'A';
	while (done < have) {
		ssize_t n = write(1, all + done, have - done);
		if (n >= 0)
			done += n;
		else if (errno != EINTR) {
			perror("write");
			return 1;
		}
	}
	return 0;
}
