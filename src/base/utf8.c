/*
 * utf8.c: which bytes are a character, and whether they are wanted.
 */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/utf8.h"

/* RFC 3629; overlong forms and surrogates are none. */
int
utf8_length(const char *text)
{
	const unsigned char *c = (const unsigned char *)text;
	int length = c[0] < 0x80                   ? 1
		     : c[0] >= 0xc2 && c[0] < 0xe0 ? 2
		     : c[0] >= 0xe0 && c[0] < 0xf0 ? 3
		     : c[0] >= 0xf0 && c[0] < 0xf5 ? 4
						   : 0;

	for (int i = 1; i < length; i++)
		if ((c[i] & 0xc0) != 0x80)
			return 0;
	if ((c[0] == 0xe0 && c[1] < 0xa0) || (c[0] == 0xed && c[1] > 0x9f) ||
	    (c[0] == 0xf0 && c[1] < 0x90) || (c[0] == 0xf4 && c[1] > 0x8f))
		return 0;
	return length;
}

/* A locale is language_COUNTRY.codeset@modifier; locale(7). */
bool
utf8_wanted(void)
{
	static const char *const names[] = {"LC_ALL", "LC_CTYPE", "LANG"};
	const char *locale = NULL;

	for (int i = 0; i < 3 && (locale == NULL || *locale == '\0'); i++)
		locale = getenv(names[i]);
	const char *codeset = locale == NULL ? NULL : strchr(locale, '.');
	if (codeset == NULL)
		return false;
	size_t length = strcspn(++codeset, "@");
	return (length == 5 && strncasecmp(codeset, "UTF-8", 5) == 0) ||
	       (length == 4 && strncasecmp(codeset, "utf8", 4) == 0);
}
