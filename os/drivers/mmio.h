/* Device registers: the only volatile in Petri. */
#ifndef DRIVERS_MMIO_H
#define DRIVERS_MMIO_H

#include <stdint.h>

static inline uint32_t mmio_read(uint64_t address) { return *(volatile uint32_t *)address; }
/* In every loop that waits for a device. */
static inline void mmio_pause(void) { __asm__ volatile("yield" : : : "memory"); }
static inline void mmio_write(uint64_t address, uint32_t value) { *(volatile uint32_t *)address = value; }

#endif
