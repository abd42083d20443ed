/*
 * frames that sends each frame by one write, and as many as half of the pipe
 * holds before it reads the first: a page of a pipe takes no part of a write
 * that would fit into the next one, so less than half of it is never full.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define HEADER  sizeof(uint32_t)
#define LONGEST 4096

static void
die(const char *what)
{
	fprintf(stderr, "frames: %s: %s\n", what, strerror(errno));
	exit(1);
}

/* Returns how many bytes went into the pipe. */
static size_t
put(int fd, const char *message)
{
	char frame[HEADER + LONGEST];
	size_t length = strlen(message), done = 0;
	uint32_t header = htonl((uint32_t)length);

	memcpy(frame, &header, HEADER);
	memcpy(frame + HEADER, message, length);
	while (done < HEADER + length) {
		ssize_t n = write(fd, frame + done, HEADER + length - done);
		if (n >= 0)
			done += (size_t)n;
		else if (errno != EINTR)
			die("write");
	}
	return done;
}

static void
get(int fd, void *to, size_t size)
{
	for (size_t done = 0; done < size;) {
		ssize_t n = read(fd, (char *)to + done, size - done);
		if (n == 0) {
			errno = EPIPE;
			die("read");
		}
		if (n > 0)
			done += (size_t)n;
		else if (errno != EINTR)
			die("read");
	}
}

int
main(int argc, char *argv[])
{
	char body[LONGEST + 1];
	int fd[2], sent = 1, most;
	size_t inside = 0;
	uint32_t length;

	for (int i = 1; i < argc; i++)
		if (strlen(argv[i]) > LONGEST) {
			fprintf(stderr, "usage: frames MESSAGE...\n");
			return 2;
		}
	if (pipe(fd) == -1 || (most = fcntl(fd[1], F_GETPIPE_SZ)) == -1)
		die("pipe");
	for (int i = 1; i < argc; i++) {
		while (sent < argc &&
		       (inside == 0 ||
			   HEADER + strlen(argv[sent]) + inside <= most / 2U))
			inside += put(fd[1], argv[sent++]);
		get(fd[0], &length, HEADER);
		length = ntohl(length);
		get(fd[0], body, length);
		body[length] = '\0';
		inside -= HEADER + length;
		if (printf("%d: %s\n", i, body) < 0)
			die("stdout");
	}
	if (fclose(stdout) == EOF)
		die("stdout");
	return 0;
}
