/*
 * spell.c: values as strace spells them, so that a line of the trace and the
 * line of strace beside it are the same text.
 */
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "inner.h"

/* Appends as printf would; what does not fit is cut. */
void
put(struct text *t, const char *format, ...)
{
	va_list values;
	size_t room = sizeof t->at - t->length;

	va_start(values, format);
	int length = vsnprintf(t->at + t->length, room, format, values);
	va_end(values);
	if (length > 0)
		t->length += (size_t)length < room ? (size_t)length : room - 1;
}

/* The next argument begins here; its end is where the one after it begins. */
static struct text *
next_arg(struct call *c)
{
	c->arg[c->count++] = c->args.length;
	return &c->args;
}

static void
end_arg(struct call *c)
{
	c->arg[c->count] = c->args.length;
}

void
arg_int(struct call *c, long value)
{
	if (c->count == 0)
		snprintf(c->number, sizeof c->number, "%ld", value);
	put(next_arg(c), "%ld", value);
	end_arg(c);
}

void
arg_size(struct call *c, size_t value)
{
	put(next_arg(c), "%zu", value);
	end_arg(c);
}

/* A word of the source, as it is: "NULL", "f", "buf". */
void
arg_word(struct call *c, const char *word)
{
	put(next_arg(c), "%s", word);
	end_arg(c);
}

/* Quoted: C's escapes, and octal for what cannot be printed. */
static void
put_quoted(struct text *t, const char *s, size_t size)
{
	static const char escaped[] = "\"\\\t\n\v\f\r", letter[] = "\"\\tnvfr";

	put(t, "\"");
	for (size_t i = 0; i < size; i++) {
		unsigned char c = (unsigned char)s[i];
		const char *found = c == 0 ? NULL : strchr(escaped, c);
		bool digit_next =
		    i + 1 < size && s[i + 1] >= '0' && s[i + 1] <= '7';

		if (found != NULL)
			put(t, "\\%c", letter[found - escaped]);
		else if (c >= ' ' && c <= '~')
			put(t, "%c", c);
		else
			put(t, digit_next ? "\\%03o" : "\\%o", c);
	}
	put(t, "\"");
}

static void
put_bytes(struct text *t, const char *bytes, size_t size)
{
	put_quoted(t, bytes, size < LONGEST_STRING ? size : LONGEST_STRING);
	if (size > LONGEST_STRING)
		put(t, "...");
}

/* A path is never cut. */
void
arg_path(struct call *c, const char *path)
{
	c->object = path;
	put_quoted(next_arg(c), path, strnlen(path, PATH_MAX));
	end_arg(c);
}

/* A buffer; its address if size is -1, for then nothing was read into it. */
void
arg_bytes(struct call *c, const void *bytes, ssize_t size)
{
	if (bytes == NULL)
		put(next_arg(c), "NULL");
	else if (size < 0)
		put(next_arg(c), "%p", bytes);
	else
		put_bytes(next_arg(c), bytes, (size_t)size);
	end_arg(c);
}

void
arg_pair(struct call *c, const int *fd, bool known)
{
	if (known)
		put(next_arg(c), "[%d, %d]", fd[0], fd[1]);
	else
		put(next_arg(c), "%p", (const void *)fd);
	end_arg(c);
}

/* An array of strings that ends in NULL, as execve's. */
void
arg_strings(struct call *c, char *const *strings)
{
	struct text *t = next_arg(c);

	put(t, "[");
	for (size_t i = 0; strings[i] != NULL; i++) {
		put(t, i > 0 ? ", " : "");
		if (i == LONGEST_STRING) {
			put(t, "...");
			break;
		}
		put_bytes(t, strings[i], strlen(strings[i]));
	}
	put(t, "]");
	end_arg(c);
}

void
arg_open_flags(struct call *c, int flags)
{
	static const struct {
		int bits;
		const char *name;
	} table[] = {{O_CREAT, "O_CREAT"}, {O_EXCL, "O_EXCL"},
	    {O_NOCTTY, "O_NOCTTY"}, {O_TRUNC, "O_TRUNC"},
	    {O_APPEND, "O_APPEND"}, {O_NONBLOCK, "O_NONBLOCK"},
	    {O_SYNC, "O_SYNC"}, {O_DSYNC, "O_DSYNC"},
	    {O_NOFOLLOW, "O_NOFOLLOW"}, {O_CLOEXEC, "O_CLOEXEC"},
	    {O_DIRECTORY, "O_DIRECTORY"}};
	static const char *const access[] = {
	    "O_RDONLY", "O_WRONLY", "O_RDWR", "O_ACCMODE"};
	struct text *t = next_arg(c);

	put(t, "%s", access[flags & 3]);
	flags &= ~3;
	for (size_t i = 0; i < sizeof table / sizeof *table; i++)
		if ((flags & table[i].bits) == table[i].bits) {
			put(t, "|%s", table[i].name);
			flags &= ~table[i].bits;
		}
	if (flags != 0)
		put(t, "|%#x", (unsigned)flags);
	end_arg(c);
}

void
arg_wait_options(struct call *c, int options)
{
	static const struct {
		int bit;
		const char *name;
	} table[] = {{WNOHANG, "WNOHANG"}, {WEXITED, "WEXITED"},
	    {WSTOPPED, "WSTOPPED"}, {WCONTINUED, "WCONTINUED"},
	    {WNOWAIT, "WNOWAIT"}};
	struct text *t = next_arg(c);
	const char *between = "";

	for (size_t i = 0; i < sizeof table / sizeof *table; i++)
		if (options & table[i].bit) {
			put(t, "%s%s", between, table[i].name);
			between = "|";
		}
	end_arg(c);
}

void
arg_mode(struct call *c, mode_t mode)
{
	put(next_arg(c), "%#03o", (unsigned)mode);
	end_arg(c);
}

void
arg_whence(struct call *c, int whence)
{
	static const char *const names[] = {"SEEK_SET", "SEEK_CUR", "SEEK_END"};

	if (whence >= SEEK_SET && whence <= SEEK_END)
		put(next_arg(c), "%s", names[whence]);
	else
		put(next_arg(c), "%#x /* SEEK_??? */", (unsigned)whence);
	end_arg(c);
}

/* As strace names it, the real-time signals by their distance: SIGRT_2. */
const char *
signal_name(int number)
{
	static const struct {
		int number;
		const char *name;
	} names[] = {
	    {SIGHUP, "SIGHUP"},
	    {SIGINT, "SIGINT"},
	    {SIGQUIT, "SIGQUIT"},
	    {SIGILL, "SIGILL"},
	    {SIGTRAP, "SIGTRAP"},
	    {SIGABRT, "SIGABRT"},
	    {SIGBUS, "SIGBUS"},
	    {SIGFPE, "SIGFPE"},
	    {SIGKILL, "SIGKILL"},
	    {SIGUSR1, "SIGUSR1"},
	    {SIGSEGV, "SIGSEGV"},
	    {SIGUSR2, "SIGUSR2"},
	    {SIGPIPE, "SIGPIPE"},
	    {SIGALRM, "SIGALRM"},
	    {SIGTERM, "SIGTERM"},
	    {SIGCHLD, "SIGCHLD"},
	    {SIGCONT, "SIGCONT"},
	    {SIGSTOP, "SIGSTOP"},
	    {SIGTSTP, "SIGTSTP"},
	    {SIGTTIN, "SIGTTIN"},
	    {SIGTTOU, "SIGTTOU"},
	    {SIGURG, "SIGURG"},
	    {SIGXCPU, "SIGXCPU"},
	    {SIGXFSZ, "SIGXFSZ"},
	    {SIGVTALRM, "SIGVTALRM"},
	    {SIGPROF, "SIGPROF"},
	    {SIGPOLL, "SIGIO"},
	    {SIGSYS, "SIGSYS"},
#ifdef SIGSTKFLT
	    {SIGSTKFLT, "SIGSTKFLT"},
#endif
#ifdef SIGPWR
	    {SIGPWR, "SIGPWR"},
#endif
	};
	static char other[24];

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (names[i].number == number)
			return names[i].name;
	snprintf(other, sizeof other, "SIGRT_%d", number - 32);
	return other;
}

/* What wait() told of a child; wait(2), "wstatus". */
void
arg_status(struct call *c, const int *status, bool known)
{
	struct text *t = next_arg(c);

	if (status == NULL)
		put(t, "NULL");
	else if (!known)
		put(t, "%p", (const void *)status);
	else if (WIFEXITED(*status))
		put(t, "[{WIFEXITED(s) && WEXITSTATUS(s) == %d}]",
		    WEXITSTATUS(*status));
	else {
		put(t, "[{WIFSIGNALED(s) && WTERMSIG(s) == %s%s}]",
		    signal_name(WTERMSIG(*status)),
		    *status & 0x80 ? " && WCOREDUMP(s)" : "");
	}
	end_arg(c);
}
