/* The one thing we ask a flattened device tree: where the memory is (Devicetree Specification 0.4, chapter 5). */
#ifndef DRIVERS_FDT_H
#define DRIVERS_FDT_H

#include <stdbool.h>
#include <stdint.h>

/* First range of the first /memory node. Reads bytes only: works with the MMU off. */
bool fdt_memory(const uint8_t *fdt, uint64_t *base, uint64_t *size);

#endif
