/*
 * The segment of an ELF that may be executed: an app has one (os/lib/app.ld). Its debug information knows of more, of what the linker threw
 * away, which stands at address 0 there.
 */
#include "elf_text.h"

#include <stdio.h>
#include <string.h>

#include <petri/wire.h>

#define HEADER 64u
#define SEGMENT 56u
#define SEGMENTS_MOST 32u
#define LOAD 1u
#define EXECUTABLE 1u

static bool read_at(FILE *f, uint64_t offset, uint8_t *p, size_t n)
{
	return offset < INT32_MAX && fseek(f, (long)offset, SEEK_SET) == 0 && fread(p, 1, n, f) == n;
}

static bool find_text(FILE *f, struct elf_text *text)
{
	uint8_t header[HEADER], segment[SEGMENT];
	unsigned count;

	if (!read_at(f, 0, header, HEADER) || memcmp(header, "\177ELF\2\1", 6) != 0 || wire_get16(header + 54) != SEGMENT)
		return false;
	count = wire_get16(header + 56);
	for (unsigned i = 0; i < count && i < SEGMENTS_MOST; i++) {
		if (!read_at(f, wire_get64(header + 32) + i * SEGMENT, segment, SEGMENT))
			return false;
		if (wire_get32(segment) != LOAD || !(wire_get32(segment + 4) & EXECUTABLE))
			continue;
		text->begin = wire_get64(segment + 16);
		text->end = text->begin + wire_get64(segment + 40);
		return true;
	}
	return false;
}

bool elf_text(const char *file, struct elf_text *text)
{
	FILE *f = fopen(file, "rb");
	bool found;

	*text = (struct elf_text){0};
	if (!f)
		return false;
	found = find_text(f, text);
	fclose(f);
	return found;
}
