/*
 * terminal.h: how wide the user's terminal is.
 */
#ifndef TERMINAL_H
#define TERMINAL_H

/*
 * The columns of the first of stdout, stderr and stdin that is a terminal; or
 * $COLUMNS, or 80: below a pager, too, there is somebody who looks.
 * ioctl_tty(2), TIOCGWINSZ.
 */
int terminal_width(void);

#endif
