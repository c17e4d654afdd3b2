/* What begin.c knows of the program. */
#ifndef LIBC_PROGRAM_H
#define LIBC_PROGRAM_H

extern const char *libc_program_name; /* argv[0] */

#endif
