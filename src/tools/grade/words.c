/*
 * words.c: strings that grow, and what strangers say, made fit to be shown.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "grade.h"

#define REPLACEMENT "\xef\xbf\xbd" /* U+FFFD in UTF-8 */

void
add_bytes(struct words *to, const char *bytes, size_t length)
{
	size_t room = 64;

	while (room < to->length + length + 1)
		room *= 2;
	to->text = allocate(to->text, room);
	if (length > 0)
		memcpy(to->text + to->length, bytes, length);
	to->length += length;
	to->text[to->length] = '\0';
}

void
add_text(struct words *to, const char *text)
{
	add_bytes(to, text, strlen(text));
}

/* Bytes of the character that starts here; 0: it is none. RFC 3629. */
static size_t
character(const unsigned char *at, size_t left)
{
	static const unsigned least[] = {0, 0, 0x80, 0x800, 0x10000};
	size_t length = at[0] < 0x80       ? 1
			: at[0] >> 5 == 6  ? 2
			: at[0] >> 4 == 14 ? 3
			: at[0] >> 3 == 30 ? 4
					   : 0;

	if (length < 2 || length > left)
		return length > left ? 0 : length;
	unsigned code = at[0] & (0x7fU >> length);
	for (size_t i = 1; i < length; i++) {
		if (at[i] >> 6 != 2)
			return 0;
		code = code << 6 | (at[i] & 0x3fU);
	}
	if (code < least[length] || code > 0x10ffff ||
	    (code >= 0xd800 && code <= 0xdfff) || (code >= 0x80 && code < 0xa0))
		return 0;
	return length;
}

static size_t
add_character(struct words *to, const unsigned char *at, size_t left)
{
	size_t length = character(at, left);

	if (length == 0) {
		add_text(to, REPLACEMENT);
		return 1;
	}
	if (length == 1 && (*at < ' ' || *at == 0x7f) && *at != '\n' &&
	    *at != '\t') {
		const char shown[] = {'^', (char)(*at ^ 0x40), '\0'};
		add_text(to, shown);
		return 1;
	}
	add_bytes(to, (const char *)at, length);
	return length;
}

void
add_clean(struct words *to, const char *bytes, size_t length, size_t most)
{
	size_t end = to->length + most;

	for (size_t i = 0; i < length;) {
		if (to->length >= end) {
			add_text(to, "... (cut here)\n");
			return;
		}
		i += add_character(
		    to, (const unsigned char *)bytes + i, length - i);
	}
	add_bytes(to, "", 0);
}

/* The start of a file; nothing if there is none. */
void
add_file(struct words *to, const char *path, size_t most)
{
	char *bytes = allocate(NULL, most + 1);
	size_t length = 0;
	ssize_t more = 0;
	int fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);

	while (fd != -1 && length <= most &&
	       (more = read(fd, bytes + length, most + 1 - length)) > 0)
		length += (size_t)more;
	if (fd != -1)
		close(fd);
	add_clean(to, bytes, length, most);
	free(bytes);
}
