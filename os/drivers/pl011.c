/* PL011: see pl011.h. The caller's lock keeps two writers apart. */
#include "drivers/pl011.h"

#include "drivers/mmio.h"

#define DR 0x00
#define FR 0x18
#define IBRD 0x24
#define FBRD 0x28
#define LCRH 0x2c
#define CR 0x30
#define IFLS 0x34
#define IMSC 0x38
#define RIS 0x3c
#define ICR 0x44

#define FR_BUSY (1u << 3)
#define FR_RXFE (1u << 4)
#define FR_TXFF (1u << 5)
#define FR_TXFE (1u << 7)
#define FIFO 16u /* bytes, at least: later revisions have 32 */
#define LCRH_8BIT_FIFO (3u << 5 | 1u << 4)
#define CR_ON (1u << 0 | 1u << 8 | 1u << 9)
#define INT_RX (1u << 4)
#define INT_TX (1u << 5)
#define INT_RT (1u << 6)
#define INT_OVERRUN (1u << 10)
#define INT_ALL 0x7ffu
#define FLUSH_TRIES 10000000u

/* In 64ths of clock / (16 * baud), rounded (DDI 0183 3.3.6). */
static uint32_t divisor(const struct pl011 *u, uint32_t baud) { return (uint32_t)(((uint64_t)u->clock * 4 + baud / 2) / baud); }

bool pl011_baud_possible(const struct pl011 *u, uint32_t baud)
{
	uint32_t d = divisor(u, baud);
	uint64_t real, error;

	if (d < 64 || d > 0xffffu * 64)
		return false;
	real = (uint64_t)u->clock * 4 / d;
	error = real > baud ? real - baud : baud - real;
	return error * 50 <= baud;
}

/* Disable, drop, divisors, LCRH last (it latches them), enable. */
static void set_rate(struct pl011 *u, uint32_t baud)
{
	uint32_t d = divisor(u, baud);

	mmio_write(u->base + CR, 0);
	mmio_write(u->base + LCRH, 0); /* drops what is in the FIFOs */
	if (d >= 64) {                 /* a divisor of 0 would stop the line: simulated clocks are like that */
		mmio_write(u->base + IBRD, d / 64);
		mmio_write(u->base + FBRD, d % 64);
		u->baud = baud;
	}
	mmio_write(u->base + LCRH, LCRH_8BIT_FIFO);
	mmio_write(u->base + CR, CR_ON);
}

void pl011_set_baud(struct pl011 *u, uint32_t baud)
{
	pl011_flush(u);
	set_rate(u, baud);
}

void pl011_init(struct pl011 *u, uint32_t baud)
{
	mmio_write(u->base + IMSC, 0);
	mmio_write(u->base + ICR, INT_ALL);
	set_rate(u, baud);                /* without waiting for what somebody else may have left in it */
	mmio_write(u->base + IFLS, 0x09); /* transmit at 1/4 full, receive at 1/4 */
	u->mask = 0;
}

size_t pl011_write(struct pl011 *u, const uint8_t *bytes, size_t n)
{
	size_t sent = 0;
	uint32_t flags;

	/* An access may take long: one look at an empty FIFO is enough for all that it holds. */
	while (sent < n && !((flags = mmio_read(u->base + FR)) & FR_TXFF))
		for (uint32_t room = flags & FR_TXFE ? FIFO : 1; room > 0 && sent < n; room--)
			mmio_write(u->base + DR, bytes[sent++]);
	return sent;
}

bool pl011_read(struct pl011 *u, uint8_t *byte)
{
	if (mmio_read(u->base + FR) & FR_RXFE)
		return false;
	*byte = (uint8_t)mmio_read(u->base + DR);
	return true;
}

void pl011_interrupts(struct pl011 *u, bool transmit)
{
	uint32_t mask = INT_RX | INT_RT | INT_OVERRUN | (transmit ? INT_TX : 0);

	if (mask != u->mask)
		mmio_write(u->base + IMSC, mask);
	u->mask = mask;
}

uint32_t pl011_acknowledge(struct pl011 *u)
{
	uint32_t raw = mmio_read(u->base + RIS);

	mmio_write(u->base + ICR, raw & (INT_TX | INT_OVERRUN | INT_RT));
	return raw & INT_OVERRUN ? 1 : 0;
}

void pl011_flush(struct pl011 *u)
{
	/* 32 bytes at 1,200 baud take a quarter of a second; a line that somebody holds must not hold us. */
	for (uint32_t i = 0; i < FLUSH_TRIES && (mmio_read(u->base + FR) & FR_BUSY); i++)
		mmio_pause();
}
