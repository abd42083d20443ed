/*
 * child-to-parent-parent-adds: the parent adds up itself; the child is only
 * there.
 *
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

int
main(int argc, char **argv)
{
	int fd[2], status;
	long long sum;

	if (pipe(fd) < 0)
		return 1;
	if (fork() == 0) {
		close(fd[0]);
		exit(add(argc, argv, &sum) ? 0 : 1);
	}
	close(fd[1]);
	while (wait(&status) < 0)
		if (errno != EINTR)
			return 1;
	if (status != 0 || !add(argc, argv, &sum)) {
		fprintf(stderr, "child failed\n");
		return 1;
	}
	printf("sum %lld\n", sum);
	return 0;
}
