/*
 * proc.c: reading below /proc. proc(5) says what stands where; here is only
 * how one gets at it: a file as a string, a number, a state, a folder's names.
 */
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/proc.h"

bool
read_proc(const char *path, char *text, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	text[0] = '\0';
	if (fd == -1)
		return false;
	ssize_t length = read(fd, text, size - 1);
	close(fd);
	if (length <= 0)
		return false;
	text[length] = '\0';
	return true;
}

bool
read_procf(char *text, size_t size, const char *format, ...)
{
	char path[80];
	va_list values;

	va_start(values, format);
	vsnprintf(path, sizeof path, format, values);
	va_end(values);
	return read_proc(path, text, size);
}

long
labelled(const char *text, const char *label)
{
	const char *at = strstr(text, label);

	return at == NULL ? -1 : strtol(at + strlen(label), NULL, 10);
}

const char *
skip_words(const char *line, int n)
{
	line += strspn(line, " \t");
	while (n-- > 0) {
		line += strcspn(line, " \t\n");
		line += strspn(line, " \t");
	}
	return line;
}

/* It follows the name in parentheses, which may hold anything. */
char
state_in(const char *stat)
{
	const char *after_name = strrchr(stat, ')');

	if (after_name == NULL || after_name[1] != ' ')
		return 0;
	return after_name[2];
}

char
process_state(pid_t pid)
{
	char text[512];

	read_procf(text, sizeof text, "/proc/%ld/stat", (long)pid);
	return state_in(text);
}

/* Copies the name in parentheses as printable text. */
static void
copy_command(char *to, size_t size, const char *stat)
{
	const char *begin = strchr(stat, '('), *end = strrchr(stat, ')');

	to[0] = '\0';
	if (begin == NULL || end == NULL)
		return;
	snprintf(to, size, "%.*s", (int)(end - begin - 1), begin + 1);
	for (char *c = to; *c != '\0'; c++)
		if (*c < ' ' || *c > '~')
			*c = '?';
}

#define KERNEL_THREAD 0x00200000 /* of the flags: PF_KTHREAD */

bool
read_stat(pid_t pid, struct stat_file *it)
{
	char text[1024];
	unsigned long value[24] = {0};

	*it = (struct stat_file){0};
	if (!read_procf(text, sizeof text, "/proc/%ld/stat", (long)pid))
		return false;
	it->state = state_in(text);
	if (it->state == 0)
		return false;
	copy_command(it->command, sizeof it->command, text);
	char *at = strrchr(text, ')') + 3; /* behind the state, field 3 */
	for (int field = 4; field <= 22; field++)
		value[field] = (unsigned long)strtoll(at, &at, 10);
	it->parent = (pid_t)value[4];
	it->group = (pid_t)value[5];
	it->terminal = (int)value[7];
	it->foreground = (pid_t)value[8];
	it->kernel = value[9] & KERNEL_THREAD;
	it->ticks = value[14] + value[15];
	it->threads = (int)value[20];
	it->began = value[22];
	return true;
}

DIR *
open_folder(pid_t pid, const char *name)
{
	char path[64];

	snprintf(path, sizeof path, "/proc/%ld/%s", (long)pid, name);
	return opendir(path);
}

int
next_number(DIR *folder)
{
	struct dirent *entry;

	while ((entry = readdir(folder)) != NULL)
		if (entry->d_name[0] >= '0' && entry->d_name[0] <= '9')
			return (int)strtol(entry->d_name, NULL, 10);
	return -1;
}
