/* Device tree: see fdt.h. Assumes two cells for addresses and sizes at the root, as all boards of ours have; anything else is refused. */
#include "drivers/fdt.h"

#define MAGIC 0xd00dfeedu
#define BEGIN_NODE 1u
#define END_NODE 2u
#define PROPERTY 3u
#define NOP 4u

static uint32_t be32(const uint8_t *p) { return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3]; }
static uint64_t be64(const uint8_t *p) { return (uint64_t)be32(p) << 32 | be32(p + 4); }

static bool starts_with(const char *text, const char *start)
{
	while (*start != '\0')
		if (*text++ != *start++)
			return false;
	return true;
}

static const uint8_t *skip_name(const uint8_t *p)
{
	while (*p != 0)
		p++;
	return (const uint8_t *)(((uint64_t)p + 4) & ~3ull);
}

bool fdt_memory(const uint8_t *fdt, uint64_t *base, uint64_t *size)
{
	const uint8_t *p, *end;
	const char *strings;
	bool in_memory = false;

	if (fdt == 0 || (uint64_t)fdt % 8 != 0 || be32(fdt) != MAGIC)
		return false;
	p = fdt + be32(fdt + 8);
	end = p + be32(fdt + 36);
	strings = (const char *)fdt + be32(fdt + 12);
	while (p < end) {
		uint32_t token = be32(p);

		p += 4;
		if (token == BEGIN_NODE) {
			in_memory = starts_with((const char *)p, "memory@");
			p = skip_name(p);
		} else if (token == PROPERTY) {
			uint32_t length = be32(p);

			if (in_memory && length >= 16 && starts_with(strings + be32(p + 4), "reg")) {
				*base = be64(p + 8);
				*size = be64(p + 16);
				return true;
			}
			p += 8 + ((length + 3) & ~3u);
		} else if (token != END_NODE && token != NOP) {
			return false;
		}
	}
	return false;
}
