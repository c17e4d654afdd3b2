/*
 * Addresses of the target as file and line, by the addr2line that is installed and the app's ELF. Each address is asked
 * for once. Where tool or file are missing, addresses stay numbers.
 */
#ifndef VIEWER_SYMBOLS_H
#define VIEWER_SYMBOLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "options.h"

/* Where the app's symbols are: --elf, or beside a QEMU source's image (build/BOARD/DEMO/kernel8.img: build/app/DEMO.elf). */
void symbols_from(const struct options *o);
/* From now on those of this app, by the number of its domain: another one has other code at the same addresses. At first it is domain 1. */
void symbols_of(const char *elf_file, unsigned domain);
unsigned symbols_domain(void);
/* No code of this app is there. False too when nothing is known of it. */
bool symbols_elsewhere(uint64_t address);
/* Asks for all of these at once: one start of the tool for many. 0 is left out. */
void symbols_ask(const uint64_t *addresses, size_t count);
/*
 * "philosopher.c:61" of a return address (its call), into out; of code that was inlined, the innermost line outside of the
 * library. False, and "0x1000006b0" in out, when it is not known. *library: the line is the library's own.
 */
bool symbols_name(uint64_t address, char *out, size_t size, bool *library);
/* The function that this line is in, likewise. False: it is not known. */
bool symbols_function(uint64_t address, char *out, size_t size);
/* "main (primes.c:20)", if that function was inlined into another one. */
bool symbols_around(uint64_t address, char *out, size_t size);
/* Both lie in one function, as it was compiled. */
bool symbols_same(uint64_t address, uint64_t other);

#endif
