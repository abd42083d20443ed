/*
 * clean.c: what strangers say, made fit to be shown.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/utf8.h"
#include "grade.h"

#define REPLACEMENT "\xef\xbf\xbd" /* U+FFFD in UTF-8 */

/* Also those of U+0080 to U+009F, which a terminal may obey. */
static bool
is_control(const unsigned char *at, size_t length)
{
	return length == 1 ? (*at < ' ' || *at == 0x7f)
			   : at[0] == 0xc2 && at[1] < 0xa0;
}

/* Returns how many bytes it took. */
static size_t
add_character(struct text *to, const char *at)
{
	const unsigned char *c = (const unsigned char *)at;
	size_t length = (size_t)utf8_length(at);

	if (length == 0 || (length > 1 && is_control(c, length))) {
		put_string(to, REPLACEMENT);
		return 1;
	}
	if (is_control(c, length) && *at != '\n' && *at != '\t') {
		const char shown[] = {'^', (char)(*c ^ 0x40), '\0'};
		put_string(to, shown);
		return 1;
	}
	put_bytes(to, at, length);
	return length;
}

void
add_clean(struct text *to, const char *bytes, size_t length, size_t most)
{
	size_t end = to->length + most;

	for (size_t i = 0; i < length;) {
		if (to->length >= end) {
			put_string(to, "... (cut here)\n");
			return;
		}
		i += add_character(to, bytes + i);
	}
	put_bytes(to, "", 0);
}

void
print_clean(FILE *to, const char *text)
{
	struct text clean = {0};

	add_clean(&clean, text, strlen(text), PATH_SIZE);
	fputs(clean.at, to);
	free(clean.at);
}

/* The start of a file; nothing if there is none. */
void
add_file(struct text *to, const char *path, size_t most)
{
	char *bytes = allocate(NULL, most + 2);
	size_t length = 0;
	ssize_t more = 0;
	int fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);

	while (fd != -1 && length <= most &&
	       (more = read(fd, bytes + length, most + 1 - length)) > 0)
		length += (size_t)more;
	if (fd != -1)
		close(fd);
	bytes[length] = '\0';
	add_clean(to, bytes, length, most);
	free(bytes);
}
