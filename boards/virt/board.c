/* QEMU virt with a Cortex-A53: GICv2, PL011, RAM as the device tree says. */
#include "board.h"

#include <petri/console.h>

#include "drivers/fdt.h"
#include "drivers/gicv2.h"
#include "drivers/pl011.h"
#include "kernel/arch.h"
#include "kernel/board.h"
#include "kernel/core.h"

#define CORTEX_A53 0xd03
#define MIB (1024ull * 1024)

static const struct gicv2 gic = {BOARD_GIC_DISTRIBUTOR, BOARD_GIC_CPU};
static struct pl011 uart = {.base = BOARD_UART, .clock = BOARD_UART_CLOCK};
static struct memory_range ram;
static bool from_device_tree;

static void early(uint64_t device_tree)
{
	uint64_t base = BOARD_RAM, size = 128 * MIB; /* QEMU's default, should there be no tree */

	from_device_tree = fdt_memory((const uint8_t *)device_tree, &base, &size);
	ram = (struct memory_range){base, base + size};
	pl011_init(&uart, 115200);
}

static struct memory_range memory(void) { return ram; }

static const char *wrong(void)
{
	static char text[96];

	if (arch_part_number() == CORTEX_A53)
		return NULL;
	petri_snprintf(text, sizeof(text), "CPU part 0x%x, but this image is for a Cortex-A53 (QEMU: -cpu cortex-a53)",
		       arch_part_number());
	return text;
}

static void describe(char *out, size_t size)
{
	petri_snprintf(out, size, "RAM 0x%lx, %lu MiB (%s), GICv2, PL011", ram.from, (uint64_t)((ram.to - ram.from) / MIB),
		       from_device_tree ? "device tree" : "no device tree: assumed");
}

static void interrupt_init(void)
{
	gicv2_init(&gic);
	gicv2_enable(&gic, BOARD_IRQ_UART);
	pl011_interrupts(&uart, false);
}

static void interrupt_init_core(uint32_t number)
{
	(void)number;
	gicv2_init_core(&gic);
	gicv2_enable(&gic, BOARD_IRQ_TIMER);
	gicv2_enable(&gic, BOARD_IRQ_TOLD);
}

/* Maybe another core's turn has just ended: what that one has written is seen. */
static void uart_interrupt(struct core *core)
{
	mmio_barrier();
	line_interrupt(core);
}

static void interrupt(struct core *core)
{
	uint32_t acknowledged = gicv2_acknowledge(&gic), id = GICV2_ID(acknowledged);

	if (id == BOARD_IRQ_TIMER)
		sched_timer(core);
	else if (id == BOARD_IRQ_UART)
		uart_interrupt(core);
	else if (id == BOARD_IRQ_TOLD)
		sched_told(core);
	else if (id >= GICV2_SPURIOUS)
		return;
	gicv2_end(&gic, acknowledged);
}

static void interrupt_core(uint32_t number) { gicv2_send(&gic, number, BOARD_IRQ_TOLD); }

static size_t uart_write(const uint8_t *bytes, size_t n) { return pl011_write(&uart, bytes, n); }
static bool uart_read(uint8_t *byte) { return pl011_read(&uart, byte); }
static void uart_interrupts(bool transmit) { pl011_interrupts(&uart, transmit); }
static void uart_to(uint32_t core) { gicv2_route(&gic, BOARD_IRQ_UART, core); }
static uint32_t uart_acknowledge(void) { return pl011_acknowledge(&uart); }
static void uart_flush(void) { pl011_flush(&uart); }
static bool uart_baud_possible(uint32_t baud) { return pl011_baud_possible(&uart, baud); }
static void uart_baud(uint32_t baud) { pl011_set_baud(&uart, baud); }
static uint32_t uart_baud_now(void) { return 0; }

const struct board board = {
	.name = "virt",
	.boot_script = BOARD_BOOT_SCRIPT,
	.devices =
		{
			{BOARD_GIC_DISTRIBUTOR, BOARD_GIC_DISTRIBUTOR + 0x1000},
			{BOARD_GIC_CPU, BOARD_GIC_CPU + 0x1000},
			{BOARD_UART, BOARD_UART + 0x1000},
		},
	.early = early,
	.memory = memory,
	.wrong = wrong,
	.describe = describe,
	.start_core = arch_psci_core_on,
	.interrupt_init = interrupt_init,
	.interrupt_init_core = interrupt_init_core,
	.interrupt = interrupt,
	.interrupt_core = interrupt_core,
	.uart_write = uart_write,
	.uart_read = uart_read,
	.uart_interrupts = uart_interrupts,
	.uart_to = uart_to,
	.uart_acknowledge = uart_acknowledge,
	.uart_flush = uart_flush,
	.uart_baud_possible = uart_baud_possible,
	.uart_baud = uart_baud,
	.uart_baud_now = uart_baud_now,
};
