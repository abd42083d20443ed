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
