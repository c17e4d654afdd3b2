/* GICv2 (Arm IHI 0048), one security state. Bases are given. */
#ifndef DRIVERS_GICV2_H
#define DRIVERS_GICV2_H

#include <stdint.h>

#include "drivers/mmio.h"

#define GICC_IAR 0x00c
#define GICC_EOIR 0x010

struct gicv2 {
	uint64_t distributor, cpu;
};

#define GICV2_SPURIOUS 1020u /* from here on nothing is pending: 1023 is no index */

#define GICV2_ID(acknowledged) ((acknowledged)&0x3ffu)

/* The distributor, once; and what each core has for itself. */
void gicv2_init(const struct gicv2 *g);
void gicv2_init_core(const struct gicv2 *g);
/* Level-triggered, to core 0; below 32: this core's own. */
void gicv2_enable(const struct gicv2 *g, uint32_t id);
/* From now on to that core, which sees what was written before. */
void gicv2_route(const struct gicv2 *g, uint32_t id, uint32_t core);
/* Interrupts one core: id 0..15. */
void gicv2_send(const struct gicv2 *g, uint32_t core, uint32_t id);
/* What is to be given back to gicv2_end(): its id, and who sent it. */
static inline uint32_t gicv2_acknowledge(const struct gicv2 *g) { return mmio_read(g->cpu + GICC_IAR); }
static inline void gicv2_end(const struct gicv2 *g, uint32_t acknowledged) { mmio_write(g->cpu + GICC_EOIR, acknowledged); }

#endif
