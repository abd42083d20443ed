/*
 * child-to-parent-write-end-kept: the parent keeps its write end open: it
 * waits for itself, and end of file never comes.
 *
 * fails: the parent prints the sum
 * fails: without a number the sum is 0
 * fails: only the last sum has to fit 64 bits
 * fails: what is no integer is refused
 * fails: a number or a sum of more than 64 bits is refused
 * fails: the child sends the sum as text
 * fails: each process closes the end that it does not use
 * fails: the parent reads to end of file
 * fails: the child is waited for; that it was killed, or a call failed, is said
 * fails: a call that was interrupted, or wrote a part, is made again
 */
#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static int
parse(const char *s, long long *n)
{
	const char *p = s;
	char *end;

	if (*p == '+' || *p == '-')
		p++;
	if (*p == '\0')
		return 0;
	for (; *p != '\0'; p++)
		if (!isdigit((unsigned char)*p))
			return 0;
	errno = 0;
	*n = strtoll(s, &end, 10);
	return errno == 0;
}

static int
add(int argc, char **argv, long long *sum)
{
	__int128 total = 0;
	long long n;

	for (int i = 1; i < argc; i++) {
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

static void
child(int argc, char **argv, int fd[2])
{
	char text[40];
	long long sum;

	close(fd[0]);
	if (!add(argc, argv, &sum))
		exit(1);
	size_t len = sprintf(text, "%lld", sum), done = 0;
	while (done < len) {
		ssize_t w = write(fd[1], text + done, len - done);
		if (w < 0 && errno == EINTR)
			continue;
		if (w < 0) {
			perror("write");
			exit(1);
		}
		done += w;
	}
	close(fd[1]);
	exit(0);
}

static int
parent(int fd[2])
{
	char text[64];
	size_t len = 0;
	int status;

	for (;;) {
		ssize_t r = read(fd[0], text + len, sizeof text - 1 - len);
		if (r < 0 && errno == EINTR)
			continue;
		if (r < 0) {
			perror("read");
			return 1;
		}
		if (r == 0)
			break;
		len += r;
	}
	text[len] = '\0';
	close(fd[0]);
	while (wait(&status) < 0)
		if (errno != EINTR)
			return 1;
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
		fprintf(stderr, "the child failed\n");
		return 1;
	}
	printf("sum %s\n", text);
	return 0;
}

int
main(int argc, char **argv)
{
	int fd[2];

	if (pipe(fd) < 0) {
		perror("pipe");
		return 1;
	}
	pid_t pid = fork();
	if (pid < 0) {
		perror("fork");
		return 1;
	}
	if (pid == 0)
		child(argc, argv, fd);
	return parent(fd);
}
