/* The little of ELF that an app needs: 64-bit AArch64, PT_LOAD segments on page boundaries. Pure functions on memory. */
#ifndef KERNEL_ELF_H
#define KERNEL_ELF_H

#include <stdbool.h>
#include <stdint.h>

struct elf_segment {
	uint64_t offset, address, file_size, memory_size;
	bool writable, executable;
};

/* NULL if this is an image we can run, else the reason in words. */
const char *elf_check(const uint8_t *elf, uint64_t size);
/* The n-th PT_LOAD; false if there are no more. After elf_check(). */
bool elf_segment(const uint8_t *elf, uint32_t n, struct elf_segment *out);
/* NULL if the segment lies within the file and within [from, to) of addresses, else the reason. */
const char *elf_check_segment(const struct elf_segment *s, uint64_t size, uint64_t from, uint64_t to);
uint64_t elf_entry(const uint8_t *elf);

#endif
