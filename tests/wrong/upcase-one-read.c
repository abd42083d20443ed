/*
 * One read is taken for the whole input.
 *
 * fails: input of any size is copied to its end
 * fails: a read that returns less than asked is not the end
 */
#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define BUFSIZE 4096

int
main(void)
{
	static char buf[BUFSIZE];
	ssize_t n, done = 0;

	do
		n = read(0, buf, BUFSIZE);
	while (n < 0 && errno == EINTR);
	if (n < 0) {
		perror("read");
		exit(1);
	}
	for (int i = 0; i < n; i++)
		buf[i] = (char)toupper((unsigned char)buf[i]);
	while (done < n) {
		ssize_t w = write(1, buf + done, n - done);
		if (w < 0 && errno == EINTR)
			continue;
		if (w < 0) {
			perror("write");
			exit(1);
		}
		done += w;
	}
	return 0;
}
