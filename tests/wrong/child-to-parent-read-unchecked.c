/*
 * child-to-parent-read-unchecked: a failed read is the end of file.
 *
 * fails: the child is waited for; that it was killed, or a call failed, is said
 */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

/* False if text does not match [+-]?[0-9]+ or does not fit 64 bits. */
static int
parse(const char *text, int64_t *number)
{
	const char *digits = text + (*text == '+' || *text == '-');
	char *end;

	if (*digits == '\0' || strspn(digits, "0123456789") != strlen(digits))
		return 0;
	errno = 0;
	*number = strtoll(text, &end, 10);
	return errno == 0 && *end == '\0';
}

/*
 * The sum so far may be beyond 64 bits, though the last one is not: add those
 * of the other sign first. Then it grows in one direction only, and what does
 * not fit any more never will.
 */
static int
sum_of(char *argv[], int64_t *sum)
{
	int64_t number, low = 0, *numbers;
	size_t count = 0, i, j = 0;

	while (argv[count] != NULL)
		count++;
	numbers = calloc(count + 1, sizeof *numbers);
	if (numbers == NULL)
		return 0;
	for (i = 0; i < count; i++)
		if (!parse(argv[i], &numbers[i])) {
			fprintf(stderr, "child-to-parent: %s: no integer\n",
			    argv[i]);
			return 0;
		}
	/* i goes along the positive ones, j along the others */
	for (i = 0;;) {
		while (i < count && numbers[i] <= 0)
			i++;
		while (j < count && numbers[j] > 0)
			j++;
		if (i == count && j == count)
			break;
		number = j == count || (i < count && low <= 0) ? numbers[i++]
							       : numbers[j++];
		if (number > 0 ? low > INT64_MAX - number
			       : low < INT64_MIN - number) {
			fprintf(stderr, "child-to-parent: the sum is too "
					"large for 64 bits\n");
			return 0;
		}
		low += number;
	}
	free(numbers);
	*sum = low;
	return 1;
}

static void
child(int fd, char *argv[])
{
	char text[32];
	int64_t sum;

	if (!sum_of(argv, &sum))
		_exit(1);
	size_t length = (size_t)snprintf(
		   text, sizeof text, "%lld\n", (long long)sum),
	       sent = 0;
	while (sent < length) {
		ssize_t more = write(fd, text + sent, length - sent);
		if (more == -1 && errno != EINTR) {
			perror("child-to-parent: write");
			_exit(1);
		}
		sent += more > 0 ? (size_t)more : 0;
	}
	_exit(0);
}

/* Until end of file; returns the length, or -1. */
static ssize_t
read_all(int fd, char *text, size_t size)
{
	size_t length = 0;

	while (length < size) {
		ssize_t more = read(fd, text + length, size - length);
		if (more == -1 && errno == EINTR)
			continue;
		if (more <= 0)
			break;
		length += (size_t)more;
	}
	return (ssize_t)length;
}

static int
parent(int fd, pid_t pid)
{
	char text[64];
	int status = 0;
	pid_t got;
	ssize_t length = read_all(fd, text, sizeof text - 1);

	if (length == -1)
		perror("child-to-parent: read");
	close(fd);
	do
		got = waitpid(pid, &status, 0);
	while (got == -1 && errno == EINTR);
	if (got == -1 || !WIFEXITED(status) || WEXITSTATUS(status) != 0) {
		fprintf(stderr, "child-to-parent: the child failed\n");
		return 1;
	}
	if (length <= 0)
		return 1;
	text[length] = '\0';
	text[strcspn(text, "\n")] = '\0';
	printf("sum %s\n", text);
	if (fflush(stdout) == EOF) {
		perror("child-to-parent: write");
		return 1;
	}
	return 0;
}

int
main(int argc, char *argv[])
{
	int ends[2];

	(void)argc;
	if (pipe(ends) == -1) {
		perror("child-to-parent: pipe");
		return 1;
	}
	pid_t pid = fork();
	if (pid == -1) {
		perror("child-to-parent: fork");
		return 1;
	}
	if (pid == 0) {
		close(ends[0]);
		child(ends[1], argv + 1);
	}
	close(ends[1]);
	return parent(ends[0], pid);
}
