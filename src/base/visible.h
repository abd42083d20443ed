/*
 * visible.h: text in the columns of a terminal. What takes how many is the
 * locale's: setlocale(LC_CTYPE, "") goes before.
 */
#ifndef VISIBLE_H
#define VISIBLE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/text.h"

/* Appends the text; what a terminal would obey, or not show, as \t or \033.
 * utf8: such characters stay as they are. */
void put_visible(struct text *t, struct span s, bool utf8);

/*
 * Takes off the visible text what fits in so many columns, at a space or after
 * a | if it can; at least one character. *taken: the columns that it has.
 */
struct span take_columns(struct span *text, size_t columns, size_t *taken);

#endif
