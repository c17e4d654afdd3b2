/* Device registers: the only volatile in Petri. */
#ifndef DRIVERS_MMIO_H
#define DRIVERS_MMIO_H

#include <stdint.h>

static inline uint32_t mmio_read(uint64_t address) { return *(volatile uint32_t *)address; }
/* Between accesses to different peripherals, which may overtake each other (BCM2835 ARM Peripherals 1.3). */
static inline void mmio_barrier(void) { __asm__ volatile("dmb sy" : : : "memory"); }
/* In every loop that waits for a device. */
static inline void mmio_pause(void) { __asm__ volatile("yield" : : : "memory"); }
static inline void mmio_write(uint64_t address, uint32_t value) { *(volatile uint32_t *)address = value; }

#endif
