/*
 * color.h: the option --color=WHEN of every program.
 */
#ifndef COLOR_H
#define COLOR_H

#include <stdbool.h>

/* Is it one of auto, always and never? */
bool is_color(const char *when);

/* Whether to colour what is written to fd. when: as above, or NULL for auto:
 * on a terminal that is not dumb, unless NO_COLOR is set (no-color.org). */
bool color_wanted(const char *when, int fd);

#endif
