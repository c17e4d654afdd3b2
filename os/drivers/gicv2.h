/* GICv2 (Arm IHI 0048), one security state. Bases are given. */
#ifndef DRIVERS_GICV2_H
#define DRIVERS_GICV2_H

#include <stdint.h>

struct gicv2 {
	uint64_t distributor, cpu;
};

#define GICV2_SPURIOUS 1020u /* from here on nothing is pending: 1023 is no index */

void gicv2_init(const struct gicv2 *g);
/* Level-triggered, to core 0. */
void gicv2_enable(const struct gicv2 *g, uint32_t id);
uint32_t gicv2_acknowledge(const struct gicv2 *g);
void gicv2_end(const struct gicv2 *g, uint32_t id);

#endif
