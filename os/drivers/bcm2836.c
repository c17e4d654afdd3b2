/* BCM2836 local interrupts: see bcm2836.h. Registers: "Quad-A7 control" (QA7_rev3.4); BCM2835 ARM Peripherals, chapter 7. */
#include "drivers/bcm2836.h"

#include "drivers/mmio.h"

#define GPU_ROUTING 0x0c
#define TIMER_CONTROL 0x40
#define MAILBOX_CONTROL 0x50
#define SOURCE 0x60
#define MAILBOX_SET 0x80
#define MAILBOX_CLEAR 0xc0
#define PENDING2 0x08
#define FIQ_CONTROL 0x0c
#define ENABLE2 0x14
#define DISABLE1 0x1c
#define DISABLE2 0x20
#define DISABLE_BASIC 0x24

void bcm2836_route(uint64_t base, uint32_t core)
{
	mmio_barrier();
	mmio_write(base + GPU_ROUTING, core);
}

void bcm2836_init_core(uint64_t base, uint32_t core)
{
	mmio_write(base + MAILBOX_CONTROL + 4 * core, 1);
	mmio_write(base + TIMER_CONTROL + 4 * core, BCM2836_VIRTUAL_TIMER);
}

void bcm2836_send(uint64_t base, uint32_t core)
{
	mmio_barrier();
	mmio_write(base + MAILBOX_SET + 16 * core, 1);
}

void bcm2836_received(uint64_t base, uint32_t core)
{
	mmio_write(base + MAILBOX_CLEAR + 16 * core, 1);
	mmio_barrier();
}

uint32_t bcm2836_pending(uint64_t base, uint32_t core) { return mmio_read(base + SOURCE + 4 * core); }

void bcm2835_disable_all(uint64_t base)
{
	mmio_write(base + FIQ_CONTROL, 0);
	mmio_write(base + DISABLE1, 0xffffffff);
	mmio_write(base + DISABLE2, 0xffffffff);
	mmio_write(base + DISABLE_BASIC, 0xff);
}

void bcm2835_enable2(uint64_t base, uint32_t interrupt) { mmio_write(base + ENABLE2, 1u << (interrupt - 32)); }

bool bcm2835_pending2(uint64_t base, uint32_t interrupt) { return mmio_read(base + PENDING2) & 1u << (interrupt - 32); }
