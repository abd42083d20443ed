/*
 * utf8.h: which bytes are a character, and whether the user's terminal shows
 * such characters.
 */
#ifndef UTF8_H
#define UTF8_H

#include <stdbool.h>

/* How many bytes the character has that a string begins with; 0: it is not
 * UTF-8; RFC 3629. */
int utf8_length(const char *text);

/*
 * Whether the user's environment asks for UTF-8: the first of LC_ALL, LC_CTYPE
 * and LANG that is set decides; locale(7). No system call.
 */
bool utf8_wanted(void);

#endif
