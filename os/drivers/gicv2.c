/* GICv2: see gicv2.h. */
#include "drivers/gicv2.h"

#include "drivers/mmio.h"

#define GICD_CTLR 0x000
#define GICD_ISENABLER 0x100
#define GICD_IPRIORITYR 0x400
#define GICD_ITARGETSR 0x800
#define GICD_SGIR 0xf00
#define GICC_CTLR 0x000
#define GICC_PMR 0x004

void gicv2_init(const struct gicv2 *g) { mmio_write(g->distributor + GICD_CTLR, 1); }

void gicv2_init_core(const struct gicv2 *g)
{
	mmio_write(g->cpu + GICC_PMR, 0xf0);
	mmio_write(g->cpu + GICC_CTLR, 1);
}

/* One byte of a register of four, by words: not every device likes bytes. */
static void set_byte(uint64_t address, uint8_t value)
{
	uint64_t word = address & ~3ull;
	uint32_t shift = (uint32_t)(address & 3) * 8;

	mmio_write(word, (mmio_read(word) & ~(0xffu << shift)) | (uint32_t)value << shift);
}

void gicv2_enable(const struct gicv2 *g, uint32_t id)
{
	set_byte(g->distributor + GICD_IPRIORITYR + id, 0xa0);
	if (id >= 32)
		set_byte(g->distributor + GICD_ITARGETSR + id, 1);
	mmio_write(g->distributor + GICD_ISENABLER + id / 32 * 4, 1u << id % 32);
}

void gicv2_route(const struct gicv2 *g, uint32_t id, uint32_t core)
{
	mmio_barrier();
	set_byte(g->distributor + GICD_ITARGETSR + id, (uint8_t)(1u << core));
}

void gicv2_send(const struct gicv2 *g, uint32_t core, uint32_t id)
{
	mmio_barrier();
	mmio_write(g->distributor + GICD_SGIR, 1u << (16 + core) | id);
}
