/*
 * answer_file.c: --predict=FILE: answers, a line each: the lane that is asked,
 * a space, what it says. Each lane takes its own in their order. Empty lines,
 * and those that begin with #, are for people.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "trace/run/run.h"

#define MOST 65536 /* bytes of the file */

/* Shared by all lanes; what is taken begins with a #. */
static char *lines;

/* "child 20"; else the program says which line is not. */
static void
check_line(const char *path, const char *line, int number)
{
	size_t role = strcspn(line, " \n"), length = strcspn(line, "\n");

	if (length == 0 || line[0] == '#')
		return;
	if (role == 0 || role == length || line[role + 1] == '\n')
		fail("%s: line %d: ROLE ANSWER is wanted, as in: child 20",
		    path, number);
}

/* All of the file, before the demo can change its folder. */
void
read_answers(const char *path)
{
	size_t length = 0;
	ssize_t n = 1;
	int fd = open(path, O_RDONLY | O_CLOEXEC), number = 1;

	if (fd == -1)
		die(errno, "open", path);
	lines = shared_memory(MOST + 1);
	while (n > 0 && length < MOST) {
		n = read(fd, lines + length, MOST - length);
		if (n == -1)
			die(errno, "read", path);
		length += (size_t)n;
	}
	close(fd);
	if (length == MOST)
		fail("read %s: more than %d bytes of answers", path, MOST - 1);
	if (strlen(lines) < length)
		fail("read %s: not a text", path);
	for (const char *at = lines; at[0] != '\0'; number++) {
		check_line(path, at, number);
		at += strcspn(at, "\n");
		at += *at == '\n';
	}
}

/* The next answer of that lane; false: it has no more. With the turn. */
bool
next_answer(const char *role, char *answer, size_t size)
{
	const size_t length = strlen(role);
	size_t end;

	for (char *at = lines; *at != '\0'; at += end + (at[end] == '\n')) {
		end = strcspn(at, "\n");
		if (strncmp(at, role, length) != 0 || at[length] != ' ')
			continue;
		struct text t = fixed_text(answer, size);
		put_bytes(&t, at + length + 1, end - length - 1);
		at[0] = '#'; /* it is taken */
		return true;
	}
	return false;
}
