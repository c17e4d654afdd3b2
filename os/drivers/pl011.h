/* PL011 UART (Arm DDI 0183). The base address and clock are given; nothing here waits but pl011_flush and pl011_set_baud, which
 * let the last bytes leave. */
#ifndef DRIVERS_PL011_H
#define DRIVERS_PL011_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct pl011 {
	uint64_t base;
	uint32_t clock; /* Hz, read back from whoever sets it */
	uint32_t baud;
	uint32_t mask; /* interrupts enabled */
};

/* 8N1, FIFOs on, interrupts off, whatever was in it dropped. */
void pl011_init(struct pl011 *u, uint32_t baud);
bool pl011_baud_possible(const struct pl011 *u, uint32_t baud);
void pl011_set_baud(struct pl011 *u, uint32_t baud);
size_t pl011_write(struct pl011 *u, const uint8_t *bytes, size_t n);
bool pl011_read(struct pl011 *u, uint8_t *byte);
void pl011_interrupts(struct pl011 *u, bool transmit);
/* Acknowledges all; returns how often the receiver overran. */
uint32_t pl011_acknowledge(struct pl011 *u);
void pl011_flush(struct pl011 *u);

#endif
