/*
 * A system call for every byte.
 *
 * fails: it reads and writes by blocks, with read and write alone
 */
#include <errno.h>
#include <stdio.h>
#include <unistd.h>

int
main(void)
{
	char c;
	ssize_t n;

	while ((n = read(0, &c, 1)) != 0) {
		if (n < 0) {
			if (errno == EINTR)
				continue;
			perror("upcase: read");
			return 1;
		}
		if (c >= 'a' && c <= 'z')
			c = c - 'a' + 'A';
		while (write(1, &c, 1) < 0) {
			if (errno == EINTR)
				continue;
			perror("upcase: write");
			return 1;
		}
	}
	return 0;
}
