/*
 * ask.c: the user at the terminal, whatever 0, 1 and 2 lead to.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "inner.h"

static int terminal = -1;

/* Opens the terminal out of the slide's way; for the option of that name. */
void
asking_start(const char *option)
{
	if (terminal != -1)
		return;
	int fd = open("/dev/tty", O_RDWR | O_CLOEXEC);
	if (fd == -1)
		fail("open /dev/tty: %s; %s needs a terminal", strerror(errno),
		    option);
	terminal = fcntl(fd, F_DUPFD_CLOEXEC, FIRST_OWN_FD);
	if (terminal == -1)
		die(errno, "descriptor", "101");
	close(fd);
}

/* Writes all of it, or as much as the terminal takes. */
static void
say(const struct text *t)
{
	size_t done = 0;

	while (done < t->length) {
		ssize_t n = write(terminal, t->at + done, t->length - done);
		if (n == -1 && errno != EINTR)
			return;
		done += n == -1 ? 0 : (size_t)n;
	}
}

/* The next line, without its newline; false: there is none. */
static bool
read_line(char *line, size_t size)
{
	size_t length = 0;

	for (;;) {
		char c;
		ssize_t n = read(terminal, &c, 1);
		if (n == -1 && errno == EINTR)
			continue;
		if (n <= 0 || c == '\n') {
			line[length] = '\0';
			return n > 0 || length > 0;
		}
		if (length + 1 < size)
			line[length++] = c;
	}
}

/*
 * Asks, and reads one line of an answer; false: the user pressed Ctrl-D. To be
 * called with the turn: the other lanes wait for the user, too.
 */
bool
ask(char *answer, size_t size, const char *format, ...)
{
	struct text question;
	char words[1000];
	va_list values;

	va_start(values, format);
	vsnprintf(words, sizeof words, format, values);
	va_end(values);
	question.length = 0;
	put(&question, "%s", words);
	say(&question);
	bool answered = read_line(answer, size);
	if (!answered) {
		question.length = 0;
		put(&question, "\n");
		say(&question);
	}
	return answered;
}
