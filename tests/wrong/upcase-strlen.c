/*
 * What was read is taken for a string: strlen counts only up to the first
 * NUL.
 *
 * fails: every other byte stays as it is, NUL too
 */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

int
main(void)
{
	char buf[1025];

	for (;;) {
		ssize_t n = read(STDIN_FILENO, buf, sizeof buf - 1);
		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1) {
			perror("upcase: read");
			return 1;
		}
		if (n == 0)
			return 0;
		buf[n] = '\0';
		size_t length = strlen(buf), done = 0;
		for (size_t i = 0; i < length; i++)
			if (buf[i] >= 'a' && buf[i] <= 'z')
				buf[i] -= 32;
		while (done < length) {
			ssize_t w =
			    write(STDOUT_FILENO, buf + done, length - done);
			if (w == -1 && errno == EINTR)
				continue;
			if (w == -1) {
				perror("upcase: write");
				return 1;
			}
			done += (size_t)w;
		}
	}
}
