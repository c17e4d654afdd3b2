/* Where an app's code lies, out of the headers of its ELF. */
#ifndef VIEWER_ELF_TEXT_H
#define VIEWER_ELF_TEXT_H

#include <stdbool.h>
#include <stdint.h>

struct elf_text {
	uint64_t begin, end;
};

/* False, and nothing is text, when the file is no ELF of 64 bits that can be read. */
bool elf_text(const char *file, struct elf_text *text);

#endif
