/* How an app begins: start.S calls app_main() in its main thread. begin.c has it for apps without a C library, libc/begin.c for the others. */
#ifndef LIB_BEGIN_H
#define LIB_BEGIN_H

#include <stddef.h>

/* The kernel's words, each ended by a zero; the first is the app's name. */
__attribute__((noreturn)) void app_main(char *words, size_t size);
/* Calls the constructors (init_array), in order. */
void app_construct(void);

#endif
