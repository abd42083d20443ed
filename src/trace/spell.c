/*
 * spell.c: values as strace spells them, so that a line of the trace and the
 * line of strace beside it are the same text.
 *
 * A line is spelled by a pattern: "%d, buf, %z". Its words stand as they are;
 * what begins with % is an argument:
 *
 *	%d %l %z  an int, a long, a size_t
 *	%s %p %v  a word; a path; an array of strings that ends in NULL
 *	%f %m     open's flags (an int), its mode (a mode_t)
 *	%w        lseek's whence (an int)
 *	%a        as it stands in the source
 */
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/names.h"
#include "trace/inner.h"

/* Quoted: C's escapes, and octal for what cannot be printed. */
static void
put_quoted(const char *s, size_t size)
{
	struct text *t = &me.args;
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
put_cut(const char *bytes, size_t size)
{
	put_quoted(bytes, size < LONGEST_STRING ? size : LONGEST_STRING);
	if (size > LONGEST_STRING)
		put(&me.args, "...");
}

/* An array of strings that ends in NULL, as execve's. */
static void
put_strings(char *const *strings)
{
	put_string(&me.args, "[");
	for (size_t i = 0; strings[i] != NULL; i++) {
		put_string(&me.args, i > 0 ? ", " : "");
		if (i == LONGEST_STRING) {
			put_string(&me.args, "...");
			break;
		}
		put_cut(strings[i], strlen(strings[i]));
	}
	put_string(&me.args, "]");
}

/* A bit, or several, by its name. */
struct flag {
	int bits;
	const char *name;
};

/* The names of the bits, parted by "|"; what has no name as a number. */
static void
put_flags(const struct flag *table, int bits, const char *between)
{
	for (; table->name != NULL; table++)
		if ((bits & table->bits) == table->bits) {
			put(&me.args, "%s%s", between, table->name);
			bits &= ~table->bits;
			between = "|";
		}
	if (bits != 0)
		put(&me.args, "%s%#x", between, (unsigned)bits);
}

static void
put_open_flags(int flags)
{
	static const struct flag table[] = {{O_CREAT, "O_CREAT"},
	    {O_EXCL, "O_EXCL"}, {O_NOCTTY, "O_NOCTTY"}, {O_TRUNC, "O_TRUNC"},
	    {O_APPEND, "O_APPEND"}, {O_NONBLOCK, "O_NONBLOCK"},
	    {O_SYNC, "O_SYNC"}, {O_DSYNC, "O_DSYNC"},
	    {O_NOFOLLOW, "O_NOFOLLOW"}, {O_CLOEXEC, "O_CLOEXEC"},
	    {O_DIRECTORY, "O_DIRECTORY"}, {0, NULL}};
	static const char *const access[] = {
	    "O_RDONLY", "O_WRONLY", "O_RDWR", "O_ACCMODE"};

	put_string(&me.args, access[flags & 3]);
	put_flags(table, flags & ~3, "|");
}

static void
put_whence(int whence)
{
	static const char *const names[] = {"SEEK_SET", "SEEK_CUR", "SEEK_END"};

	if (whence >= SEEK_SET && whence <= SEEK_END)
		put_string(&me.args, names[whence]);
	else
		put(&me.args, "%#x /* SEEK_??? */", (unsigned)whence);
}

/* How far the argument goes that begins at s: up to a comma or the end of the
 * call, but not within parentheses or quotes. */
static size_t
source_length(const char *s)
{
	int depth = 0;
	bool quoted = false;
	size_t i;

	for (i = 0; s[i] != '\0'; i++) {
		if (s[i] == '"' && (i == 0 || s[i - 1] != '\\'))
			quoted = !quoted;
		if (quoted)
			continue;
		if ((s[i] == ',' || s[i] == ')') && depth == 0)
			return i;
		depth += (s[i] == '(') - (s[i] == ')');
	}
	return i;
}

/* Argument number n, from 0, in the words of the source. */
static void
put_source(const char *call, int n)
{
	const char *at = call == NULL ? NULL : strchr(call, '(');

	for (; at != NULL && n > 0 && *at != '\0'; n--)
		at += 1 + source_length(at + 1);
	if (at == NULL || *at == '\0')
		return;
	at += 1 + strspn(at + 1, " ");
	put_bytes(&me.args, at, source_length(at));
}

/* The text of argument number i begins here, also if it had one before; false:
 * nobody wants it. */
static bool
begin_arg(struct call *c, int i)
{
	if (me.args.at == NULL || i >= MOST_ARGS)
		return false;
	c->arg[i].at = me.args.length;
	return true;
}

static void
end_arg(struct call *c, int i)
{
	c->arg[i].length = me.args.length - c->arg[i].at;
}

/* One word of the pattern that begins with %. */
static void
spell_value(struct call *c, char kind, va_list *values)
{
	switch (kind) {
	case 'd':
		put(&me.args, "%d", va_arg(*values, int));
		break;
	case 'l':
		put(&me.args, "%ld", va_arg(*values, long));
		break;
	case 'z':
		c->size = va_arg(*values, size_t);
		put(&me.args, "%zu", c->size);
		break;
	case 's':
		put_string(&me.args, va_arg(*values, const char *));
		break;
	case 'p': {
		const char *path = va_arg(*values, const char *);
		put_quoted(path, strnlen(path, PATH_MAX)); /* never cut */
		break;
	}
	case 'v':
		put_strings(va_arg(*values, char *const *));
		break;
	case 'f':
		put_open_flags(va_arg(*values, int));
		break;
	case 'm':
		put(&me.args, "%#03o", va_arg(*values, mode_t));
		break;
	case 'w':
		put_whence(va_arg(*values, int));
		break;
	default: /* 'a' */
		put_source(c->place.call, c->count);
	}
}

/* The arguments, as the pattern says. */
void
spell(struct call *c, const char *pattern, va_list *values)
{
	while (*pattern != '\0' && begin_arg(c, c->count)) {
		for (; *pattern != '\0' && *pattern != ','; pattern++)
			if (*pattern == '%')
				spell_value(c, *++pattern, values);
			else
				put_bytes(&me.args, pattern, 1);
		end_arg(c, c->count++);
		pattern += strspn(pattern, ", ");
	}
}

/* What the call made of an argument: a buffer of size bytes, or its address if
 * size is -1, for then nothing was read into it. */
void
now_bytes(struct call *c, int arg, const void *bytes, ssize_t size)
{
	if (!begin_arg(c, arg))
		return;
	if (bytes == NULL)
		put_string(&me.args, "NULL");
	else if (size < 0)
		put(&me.args, "%p", bytes);
	else
		put_cut(bytes, (size_t)size);
	end_arg(c, arg);
}

void
now_pair(struct call *c, int arg, const int *fd, bool known)
{
	if (!begin_arg(c, arg))
		return;
	if (known)
		put(&me.args, "[%d, %d]", fd[0], fd[1]);
	else
		put(&me.args, "%p", (const void *)fd);
	end_arg(c, arg);
}

/* What wait() told of a child; wait(2), "wstatus". */
void
now_status(struct call *c, int arg, const int *status, bool known)
{
	if (!begin_arg(c, arg))
		return;
	if (status == NULL)
		put_string(&me.args, "NULL");
	else if (!known)
		put(&me.args, "%p", (const void *)status);
	else if (WIFEXITED(*status))
		put(&me.args, "[{WIFEXITED(s) && WEXITSTATUS(s) == %d}]",
		    WEXITSTATUS(*status));
	else
		put(&me.args, "[{WIFSIGNALED(s) && WTERMSIG(s) == %s%s}]",
		    signal_name(WTERMSIG(*status)),
		    *status & 0x80 ? " && WCOREDUMP(s)" : "");
	end_arg(c, arg);
}

/* What a thread ended with: a small number, or an address. */
void
now_end(struct call *c, int arg, const void *end)
{
	long value = (long)end;

	if (!begin_arg(c, arg))
		return;
	if (value >= -4095 && value <= 65535)
		put(&me.args, "[%ld]", value);
	else
		put(&me.args, "[%p]", end);
	end_arg(c, arg);
}
