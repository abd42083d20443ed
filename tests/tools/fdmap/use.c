/*
 * use MODE: a pipe in use between two children. Prints their pids, the
 * writer's first, and at the end what each of them saw, a line each.
 *
 * data   the writer writes until SIGTERM, the reader checks every byte
 * eof    the writer holds its end until SIGTERM, the reader waits for a byte
 * epipe  the reader holds its end until SIGTERM, the writer writes on
 */
#define _XOPEN_SOURCE 700
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static volatile sig_atomic_t over;

static void
end(int number)
{
	(void)number;
	over = 1;
}

static void
writer(const char *mode, int fd)
{
	unsigned char bytes[3000], next = 0;
	unsigned long total = 0;

	if (strcmp(mode, "eof") == 0)
		while (!over)
			pause();
	while (!over) {
		size_t size = 1 + total % sizeof bytes;
		for (size_t i = 0; i < size; i++)
			bytes[i] = (unsigned char)(next + i);
		ssize_t n = write(fd, bytes, size);
		if (n == -1 && errno == EINTR)
			continue;
		if (n == -1) {
			printf("writer: %s\n", strerror(errno));
			return;
		}
		total += (unsigned long)n;
		next = (unsigned char)(next + n);
	}
	printf("writer: %lu bytes\n", total);
}

static void
reader(const char *mode, int fd)
{
	unsigned char bytes[4096], next = 0;
	unsigned long total = 0;
	ssize_t n;

	if (strcmp(mode, "epipe") == 0) {
		while (!over)
			pause();
		return;
	}
	while ((n = read(fd, bytes, sizeof bytes)) > 0) {
		for (ssize_t i = 0; i < n; i++)
			if (bytes[i] != next++) {
				printf("reader: a wrong byte\n");
				exit(EXIT_FAILURE);
			}
		total += (unsigned long)n;
	}
	printf("reader: %lu bytes, then %zd\n", total, n);
}

int
main(int argc, char *argv[])
{
	struct sigaction action = {.sa_handler = end};
	pid_t pid[2];
	int fd[2];

	if (argc != 2 || pipe(fd) != 0)
		return 2;
	sigaction(SIGTERM, &action, NULL);
	signal(SIGPIPE, SIG_IGN);
	for (int i = 0; i < 2; i++)
		if ((pid[i] = fork()) == 0) {
			close(fd[i == 0 ? 0 : 1]);
			(i == 0 ? writer : reader)(argv[1], fd[i == 0 ? 1 : 0]);
			exit(EXIT_SUCCESS);
		}
	close(fd[0]);
	close(fd[1]);
	printf("%d %d\n", (int)pid[0], (int)pid[1]);
	fflush(stdout);
	while (wait(NULL) > 0)
		continue;
	return EXIT_SUCCESS;
}
