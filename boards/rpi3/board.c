/*
 * Raspberry Pi 3 class: no GIC, local interrupt controller, PL011 on GPIO 14 and 15, facts from the mailbox. One image for the
 * Pi 3 B, B+, A+ and the Zero 2 W.
 */
#include "board.h"

#include <petri/console.h>

#include "drivers/bcm2836.h"
#include "drivers/mailbox.h"
#include "drivers/mmio.h"
#include "drivers/pl011.h"
#include "kernel/arch.h"
#include "kernel/board.h"
#include "kernel/core.h"

#define CORTEX_A53 0xd03
#define CORTEX_A72 0xd08
#define MIB (1024ull * 1024)
#define MEMORY_WITHOUT_MAILBOX (448 * MIB) /* the smallest of the class, less the GPU's share */

#define GPFSEL1 0x04
#define GPFSEL3 0x0c
#define GPPUD 0x94
#define GPPUDCLK0 0x98
#define PULL_NONE 0
#define PULL_UP 2

static struct pl011 uart = {.base = BOARD_UART, .clock = BOARD_UART_CLOCK};
static struct memory_range ram;
static uint32_t revision;
static bool from_mailbox;

/* ---- facts ------------------------------------------------------------------------------------------------------------------- */

static void ask_mailbox(void)
{
	uint32_t values[3] = {MAILBOX_CLOCK_UART, BOARD_UART_CLOCK, 0};

	mailbox_property(BOARD_MAILBOX, MAILBOX_SET_CLOCK, values, 3);
	values[0] = MAILBOX_CLOCK_UART;
	values[1] = 0;
	/* What it is, not what we asked for: divisors are computed from the clock read back. */
	if (mailbox_property(BOARD_MAILBOX, MAILBOX_GET_CLOCK, values, 2) && values[1] != 0)
		uart.clock = values[1];
	if (mailbox_property(BOARD_MAILBOX, MAILBOX_BOARD_REVISION, values, 1))
		revision = values[0];
	from_mailbox = mailbox_property(BOARD_MAILBOX, MAILBOX_ARM_MEMORY, values, 2) && values[1] != 0;
	if (from_mailbox)
		ram = (struct memory_range){values[0], (uint64_t)values[0] + values[1]};
	else
		ram = (struct memory_range){0, MEMORY_WITHOUT_MAILBOX};
	if (ram.to > BOARD_PERIPHERALS)
		ram.to = BOARD_PERIPHERALS;
}

static void spin(uint32_t n)
{
	while (n-- > 0)
		arch_spin_hint();
}

/* GPIO 14/15 to the PL011 (ALT0); 32/33, which lead to the Bluetooth chip, away from it. */
static void route_pins(uint64_t gpio)
{
	uint32_t select = mmio_read(gpio + GPFSEL1);

	mmio_write(gpio + GPFSEL3, mmio_read(gpio + GPFSEL3) & ~(077u << 6));
	mmio_write(gpio + GPFSEL1, (select & ~(077u << 12)) | 044u << 12);
}

/* (BCM2835 ARM Peripherals 6.1: the value, a wait, the clock, a wait.) */
static void pull(uint32_t what, uint32_t pin)
{
	mmio_write(BOARD_GPIO + GPPUD, what);
	spin(150);
	mmio_write(BOARD_GPIO + GPPUDCLK0, 1u << pin);
	spin(150);
	mmio_write(BOARD_GPIO + GPPUD, PULL_NONE);
	mmio_write(BOARD_GPIO + GPPUDCLK0, 0);
}

/* On a Pi 4 all devices lie elsewhere: said there, polled, before anything of ours is touched. */
static void tell_pi4(void)
{
	static const char text[] = "\nPANIC: wrong board: this is a Pi 4; the image is for a Pi 3 or Zero 2 W\n";
	struct pl011 other = {.base = BOARD_2711_UART, .clock = BOARD_UART_CLOCK};

	route_pins(BOARD_2711_GPIO);
	pl011_init(&other, BOARD_BAUD);
	for (size_t sent = 0; sent < sizeof(text) - 1;)
		sent += pl011_write(&other, (const uint8_t *)text + sent, sizeof(text) - 1 - sent);
	arch_halt(false, 0);
}

/*
 * The firmware leaves the other cores waiting in wfe at a table in page 0. They are called to the image's start, which parks them
 * in wfi at the gate (QEMU does not sleep in wfe: each would eat a host core). MMU off: the store goes to memory at once.
 */
static void call_other_cores(void)
{
	extern char image_start[];

	for (uint64_t core = 1; core < CORES_MAX; core++)
		__asm__ volatile("str %0, [%1]" : : "r"(image_start), "r"(BOARD_SPIN_TABLE + 8 * core) : "memory");
	__asm__ volatile("dsb sy\n\tsev" : : : "memory");
}

static void early(uint64_t boot_argument)
{
	(void)boot_argument;
	if (arch_part_number() == CORTEX_A72)
		tell_pi4();
	call_other_cores();
	ask_mailbox();
	route_pins(BOARD_GPIO);
	pull(PULL_NONE, 14);
	pull(PULL_UP, 15); /* else an open input hears noise where no cable is */
	pl011_init(&uart, BOARD_BAUD);
}

static struct memory_range memory(void) { return ram; }

/* Revision codes, new style: bits 4-11 the model, 12-15 the processor (Raspberry Pi documentation, "Revision codes"). */
static const char *model(void)
{
	switch (revision >> 4 & 0xff) {
	case 0x08:
		return "Pi 3 B";
	case 0x0a:
		return "Compute Module 3";
	case 0x0d:
		return "Pi 3 B+";
	case 0x0e:
		return "Pi 3 A+";
	case 0x10:
		return "Compute Module 3+";
	case 0x12:
		return "Zero 2 W";
	default:
		return NULL;
	}
}

static const char *wrong(void)
{
	static char text[128];

	if (arch_part_number() != CORTEX_A53) {
		petri_snprintf(text, sizeof(text), "CPU part 0x%x, but this image is for the Cortex-A53 of a Pi 3 or Zero 2 W",
			       arch_part_number());
		return text;
	}
	if (revision != 0 && model() == NULL) {
		petri_snprintf(text, sizeof(text), "board revision 0x%x is none of the Pi 3 class (3 B, 3 B+, 3 A+, Zero 2 W)",
			       revision);
		return text;
	}
	return NULL;
}

static void describe(char *out, size_t size)
{
	petri_snprintf(out, size, "%s (revision 0x%x), RAM %lu MiB (%s), UART clock %u Hz, %u baud",
		       model() != NULL ? model() : "unknown", revision, (uint64_t)((ram.to - ram.from) / MIB),
		       from_mailbox ? "mailbox" : "no mailbox: assumed", uart.clock, uart.baud);
}

/* ---- interrupts ----------------------------------------------------------------------------------------------------------------- */

static void interrupt_init(void)
{
	bcm2835_disable_all(BOARD_INTERRUPTS);
	bcm2836_route(BOARD_LOCAL, 0);
	bcm2835_enable2(BOARD_INTERRUPTS, BOARD_IRQ_UART);
	pl011_interrupts(&uart, false);
}

static void interrupt_init_core(uint32_t number) { bcm2836_init_core(BOARD_LOCAL, number); }

/* It waits at the gate since early(), in wfi, which its mailbox ends. */
static bool start_core(uint32_t number)
{
	bcm2836_init_core(BOARD_LOCAL, number);
	bcm2836_send(BOARD_LOCAL, number);
	return true;
}

static void interrupt_core(uint32_t number) { bcm2836_send(BOARD_LOCAL, number); }

static void interrupt(struct core *core)
{
	uint32_t pending = bcm2836_pending(BOARD_LOCAL, core->number);

	mmio_barrier();
	if (pending & BCM2836_VIRTUAL_TIMER)
		sched_timer(core);
	if (pending & BCM2836_MAILBOX) {
		bcm2836_received(BOARD_LOCAL, core->number);
		sched_told(core);
	}
	if ((pending & BCM2836_GPU) && bcm2835_pending2(BOARD_INTERRUPTS, BOARD_IRQ_UART))
		line_interrupt(core);
	mmio_barrier();
}

static size_t uart_write(const uint8_t *bytes, size_t n) { return pl011_write(&uart, bytes, n); }
static bool uart_read(uint8_t *byte) { return pl011_read(&uart, byte); }
static void uart_interrupts(bool transmit) { pl011_interrupts(&uart, transmit); }
static void uart_to(uint32_t core) { bcm2836_route(BOARD_LOCAL, core); }
static uint32_t uart_acknowledge(void) { return pl011_acknowledge(&uart); }
static void uart_flush(void) { pl011_flush(&uart); }
static bool uart_baud_possible(uint32_t baud) { return pl011_baud_possible(&uart, baud); }
static void uart_baud(uint32_t baud) { pl011_set_baud(&uart, baud); }
static uint32_t uart_baud_now(void) { return uart.baud; }

const struct board board = {
	.name = "rpi3",
	.boot_script = BOARD_BOOT_SCRIPT,
	.devices =
		{
			{BOARD_PERIPHERALS, BOARD_PERIPHERALS_END},
			{BOARD_LOCAL, BOARD_LOCAL + 0x1000},
		},
	.early = early,
	.memory = memory,
	.wrong = wrong,
	.describe = describe,
	.start_core = start_core,
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
