/*
 * tty.c: the user at the terminal, whatever 0, 1 and 2 lead to. What is
 * asked there vanishes once it is answered; what stays is the trace.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include "base/terminal.h"
#include "trace/run/run.h"

static int terminal = -1;
static bool clever; /* it can move its cursor */
static struct termios as_it_was;
static volatile bool changed; /* while a key is awaited */

/* Opens it out of the slide's way, for the option of that name. */
int
open_terminal(const char *option)
{
	const char *term = getenv("TERM");
	int fd = open("/dev/tty", O_RDWR | O_CLOEXEC);

	if (fd == -1)
		fail("open /dev/tty: %s; %s needs a terminal", strerror(errno),
		    option);
	terminal = own_descriptor(fd);
	close(fd);
	clever = term != NULL && strcmp(term, "dumb") != 0;
	return terminal;
}

/* Writes all of it, or as much as the terminal takes. */
static void
say(const char *at, size_t left)
{
	while (left > 0) {
		ssize_t n = write(terminal, at, left);
		if (n == -1 && errno != EINTR)
			return;
		at += n == -1 ? 0 : n;
		left -= n == -1 ? 0 : (size_t)n;
	}
}

/* One character; -1: there is none. */
static int
read_key(void)
{
	char c;
	ssize_t n;

	do
		n = read(terminal, &c, 1);
	while (n == -1 && errno == EINTR);
	return n == 1 ? (unsigned char)c : -1;
}

/* Its columns; 1 and 2 may lead elsewhere. */
static int
its_width(void)
{
	struct winsize size;

	return ioctl(terminal, TIOCGWINSZ, &size) == 0 && size.ws_col > 0
		   ? size.ws_col
		   : terminal_width();
}

/* The rows of the screen from the first one of the text to the one where it
 * ends, an answer of so many columns behind it; its colours take no room. */
static int
rows_down(const struct text *t, int answer)
{
	int width = its_width(), columns = 0, rows = 0;

	for (size_t i = 0; i < t->length; i++) {
		if (t->at[i] == '\033') {
			while (i < t->length && t->at[i] != 'm')
				i++;
		} else if (t->at[i] == '\n') {
			rows += columns > 0 ? (columns - 1) / width + 1 : 1;
			columns = 0;
		} else {
			columns += ((unsigned char)t->at[i] & 0xc0) != 0x80;
		}
	}
	columns += answer;
	return rows + (columns > 0 ? (columns - 1) / width : 0);
}

/* Takes a question off the screen that the cursor stands behind, or below. */
static void
wipe(const struct text *question, int answer, bool below)
{
	int up = rows_down(question, answer) + below;
	char move[32];
	struct text t = fixed_text(move, sizeof move);

	if (!clever) {
		if (!below)
			say("\n", 1);
		return;
	}
	if (up > 0)
		put(&t, "\033[%dA", up);
	put_string(&t, "\r\033[J");
	say(t.at, t.length);
}

/*
 * Asks, and reads one line of an answer; false: the user pressed Ctrl-D. To be
 * called with the turn: the other lanes wait for the user, too.
 */
bool
ask_line(const struct text *question, char *answer, size_t size)
{
	size_t length = 0;
	int c;

	say(question->at, question->length);
	while ((c = read_key()) != -1 && c != '\n')
		if (length + 1 < size)
			answer[length++] = (char)c;
	answer[length] = '\0';
	wipe(question, (int)length, c != -1);
	return c != -1 || length > 0;
}

/* Asks, and reads one key, without Enter if the terminal can do that; -1:
 * there is none. With the turn. */
int
ask_key(const struct text *question)
{
	struct termios keys;

	changed = tcgetattr(terminal, &as_it_was) == 0;
	keys = as_it_was;
	keys.c_lflag &= ~(tcflag_t)(ICANON | ECHO);
	keys.c_cc[VMIN] = 1;
	keys.c_cc[VTIME] = 0;
	if (changed)
		tcsetattr(terminal, TCSADRAIN, &keys);
	say(question->at, question->length);
	int c = read_key();
	restore_terminal();
	wipe(question, 0, false);
	return c == 4 || c == 0 ? -1 : c; /* Ctrl-D; it came too early: 0 */
}

/* Also in a signal handler. */
void
restore_terminal(void)
{
	if (changed)
		tcsetattr(terminal, TCSADRAIN, &as_it_was);
	changed = false;
}
