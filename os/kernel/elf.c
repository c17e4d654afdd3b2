/* ELF: see elf.h. Offsets are those of the ELF-64 object file format (System V ABI). */
#include "kernel/elf.h"

#include <petri/wire.h>

#define HEADER_SIZE 64u
#define ENTRY 24
#define PHOFF 32
#define PHENTSIZE 54
#define PHNUM 56
#define PROGRAM_HEADER_SIZE 56u
#define PT_LOAD 1u
#define PF_X 1u
#define PF_W 2u
#define EM_AARCH64 183u
#define ET_EXEC 2u

static const uint8_t *header(const uint8_t *elf, uint32_t i)
{
	return elf + wire_get64(elf + PHOFF) + (uint64_t)i * PROGRAM_HEADER_SIZE;
}

const char *elf_check(const uint8_t *elf, uint64_t size)
{
	uint64_t table, count;

	if (size < HEADER_SIZE || wire_get32(elf) != 0x464C457Fu)
		return "not an ELF file";
	if (elf[4] != 2 || elf[5] != 1 || wire_get16(elf + 16) != ET_EXEC || wire_get16(elf + 18) != EM_AARCH64)
		return "not a static 64-bit AArch64 program";
	table = wire_get64(elf + PHOFF);
	count = wire_get16(elf + PHNUM);
	if (wire_get16(elf + PHENTSIZE) != PROGRAM_HEADER_SIZE || table > size || count * PROGRAM_HEADER_SIZE > size - table)
		return "its program headers lie outside the file";
	return (uint64_t)elf % 4096 != 0 ? "it does not lie on a page boundary" : 0;
}

bool elf_segment(const uint8_t *elf, uint32_t n, struct elf_segment *out)
{
	for (uint32_t i = 0; i < wire_get16(elf + PHNUM); i++) {
		const uint8_t *h = header(elf, i);

		if (wire_get32(h) != PT_LOAD || wire_get64(h + 40) == 0 || n-- != 0)
			continue;
		*out = (struct elf_segment){
			.offset = wire_get64(h + 8),
			.address = wire_get64(h + 16),
			.file_size = wire_get64(h + 32),
			.memory_size = wire_get64(h + 40),
			.writable = wire_get32(h + 4) & PF_W,
			.executable = wire_get32(h + 4) & PF_X,
		};
		return true;
	}
	return false;
}

const char *elf_check_segment(const struct elf_segment *s, uint64_t size, uint64_t from, uint64_t to)
{
	if (s->writable && s->executable)
		return "a segment is both writable and executable";
	if (s->offset > size || s->file_size > size - s->offset || s->file_size > s->memory_size)
		return "a segment lies outside the file";
	if (s->address < from || s->address >= to || s->memory_size > to - s->address)
		return "a segment lies outside the app's window";
	if (s->address % 4096 != s->offset % 4096)
		return "a segment's place in the file does not match its address";
	if (!s->writable && s->file_size != s->memory_size)
		return "a constant segment has bytes that are not in the file";
	return 0;
}

uint64_t elf_entry(const uint8_t *elf) { return wire_get64(elf + ENTRY); }
