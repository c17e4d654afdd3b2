/* The property mailbox: see mailbox.h. Registers and format: BCM2835 firmware documentation, "Mailbox property interface". */
#include "drivers/mailbox.h"

#include "drivers/mmio.h"

#define READ 0x00
#define STATUS 0x18
#define WRITE 0x20
#define WRITE_STATUS 0x38
#define FULL (1u << 31)
#define EMPTY (1u << 30)
#define CHANNEL_PROPERTY 8u
#define REQUEST 0u
#define RESPONSE_OK 0x80000000u
#define TRIES 1000000

static volatile uint32_t buffer[16] __attribute__((aligned(64)));

static bool call(uint64_t base)
{
	uint32_t message = (uint32_t)(uint64_t)buffer | CHANNEL_PROPERTY;

	__asm__ volatile("dsb sy" : : : "memory");
	for (int i = 0; mmio_read(base + WRITE_STATUS) & FULL; i++) {
		if (i == TRIES)
			return false;
		mmio_pause();
	}
	mmio_write(base + WRITE, message);
	for (int i = 0; i < TRIES; i++, mmio_pause())
		if (!(mmio_read(base + STATUS) & EMPTY) && mmio_read(base + READ) == message) {
			__asm__ volatile("dsb sy" : : : "memory");
			return buffer[1] == RESPONSE_OK;
		}
	return false;
}

bool mailbox_property(uint64_t base, uint32_t tag, uint32_t *values, uint32_t count)
{
	bool ok;

	buffer[0] = (6 + 4) * 4;
	buffer[1] = REQUEST;
	buffer[2] = tag;
	buffer[3] = 16; /* bytes of values */
	buffer[4] = 0;
	for (uint32_t i = 0; i < 4; i++)
		buffer[5 + i] = i < count ? values[i] : 0;
	buffer[9] = 0;
	ok = call(base);
	for (uint32_t i = 0; ok && i < count; i++)
		values[i] = buffer[5 + i];
	return ok;
}
