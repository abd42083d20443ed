/*
 * calls: makes N lseek calls, plain or traced, and prints the nanoseconds that
 * each took. For tests/bench/run.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "trace.h"

static const struct about about = {.operands = "plain|traced N",
    .does = "Make N lseek calls and print the nanoseconds for each.",
    .example = "calls plain 1000"};

int
main(int argc, char *argv[])
{
	char **operand = start(argc, argv, &about);
	struct timespec began, ended;

	if (operand[0] == NULL || operand[1] == NULL)
		wrong_usage("two operands");
	int traced = strcmp(operand[0], "traced") == 0;
	long n = strtol(operand[1], NULL, 10);
	int fd = open("/dev/zero", O_RDONLY);
	clock_gettime(CLOCK_MONOTONIC, &began);
	for (long i = 0; i < n; i++)
		if (traced)
			Lseek(fd, 0, SEEK_CUR);
		else
			lseek(fd, 0, SEEK_CUR);
	clock_gettime(CLOCK_MONOTONIC, &ended);
	printf("%.0f\n", ((double)(ended.tv_sec - began.tv_sec) * 1e9 +
			     (double)(ended.tv_nsec - began.tv_nsec)) /
			     (double)n);
	return EXIT_SUCCESS;
}
