/*
 * utf8.c: which bytes are a character.
 */
#include "names.h"

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
