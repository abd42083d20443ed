/*
 * child-to-parent that adds in 128 bits, and waits for whichever child there
 * is.
 */
#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

static int
parse(const char *s, long long *n)
{
	const char *p = s;

	if (*p == '+' || *p == '-')
		p++;
	if (*p == '\0')
		return 0;
	for (; *p != '\0'; p++)
		if (!isdigit((unsigned char)*p))
			return 0;
	errno = 0;
	*n = strtoll(s, NULL, 10);
	return errno == 0;
}

static int
add(char **argv, long long *sum)
{
	__int128 total = 0;
	long long n;

	for (int i = 1; argv[i] != NULL; i++) {
		if (!parse(argv[i], &n)) {
			fprintf(stderr, "%s: not an integer\n", argv[i]);
			return 0;
		}
		total += n;
	}
	if (total > LLONG_MAX || total < LLONG_MIN) {
		fprintf(stderr, "sum too large\n");
		return 0;
	}
	*sum = (long long)total;
	return 1;
}

static int
child(char **argv, int fd[2])
{
	char text[40];
	long long sum;

	close(fd[0]);
	if (!add(argv, &sum))
		return 1;
	ssize_t len = sprintf(text, "%lld", sum), done = 0;
	while (done < len) {
		ssize_t w = write(fd[1], text + done, (size_t)(len - done));
		if (w >= 0)
			done += w;
		else if (errno != EINTR) {
			perror("write");
			return 1;
		}
	}
	return 0;
}

static int
parent(int fd[2])
{
	char text[64];
	size_t len = 0;
	ssize_t r;
	int status;

	close(fd[1]);
	while ((r = read(fd[0], text + len, sizeof text - len)) != 0) {
		if (r > 0)
			len += (size_t)r;
		else if (errno != EINTR) {
			perror("read");
			break;
		}
	}
	close(fd[0]);
	while (wait(&status) == -1)
		if (errno != EINTR) {
			perror("wait");
			return 1;
		}
	if (r == -1 || status != 0) {
		fprintf(stderr, "there is no sum\n");
		return 1;
	}
	printf("sum %.*s\n", (int)len, text);
	return fclose(stdout) == 0 ? 0 : 1;
}

int
main(int argc, char **argv)
{
	int fd[2];

	(void)argc;
	if (pipe(fd) < 0) {
		perror("pipe");
		return 1;
	}
	switch (fork()) {
	case -1:
		perror("fork");
		return 1;
	case 0:
		exit(child(argv, fd));
	default:
		return parent(fd);
	}
}
