/*
 * operands.h: the processes that the command line names.
 */
#ifndef OPERANDS_H
#define OPERANDS_H

#include <stdbool.h>

#include "picture/picture.h"

/* Each once, in *who, which the caller frees. A name that no process has is
 * said, and so is who else has it; false: there was such a one. */
bool read_operands(char *operand[], int count, struct looked_at **who, int *n);

_Noreturn void wrong_usage(const char *why_wrong, const char *what);

#endif
