/* See uart.h. */
#include "uart.h"

#include <string.h>

#include "kernel/panic.h"

struct machine_uart machine_uart;

void machine_uart_begin(void) { machine_uart = (struct machine_uart){.baud = 115200}; }

static void send(uint32_t n)
{
	if (machine_uart.sent_bytes + n > sizeof(machine_uart.sent))
		panic("the test sends more than there is room for");
	memcpy(machine_uart.sent + machine_uart.sent_bytes, machine_uart.fifo, n);
	machine_uart.sent_bytes += n;
	machine_uart.filled -= n;
	memmove(machine_uart.fifo, machine_uart.fifo + n, machine_uart.filled);
}

/* As a PL011: the interrupt comes when the FIFO sinks from above its mark to it. */
bool machine_uart_transmit(uint32_t bytes)
{
	uint32_t before = machine_uart.filled;

	send(bytes < before ? bytes : before);
	machine_uart.refused = 0;
	return machine_uart.transmit_interrupt && before > UART_MARK && machine_uart.filled <= UART_MARK;
}

/* Somebody who asks a full device again and again is waiting for it. */
size_t machine_uart_write(const uint8_t *bytes, size_t n)
{
	size_t room = UART_FIFO - machine_uart.filled;

	if (n > room)
		n = room;
	if (n == 0 && ++machine_uart.refused > 1000)
		panic("the UART is polled");
	memcpy(machine_uart.fifo + machine_uart.filled, bytes, n);
	machine_uart.filled += (uint32_t)n;
	return n;
}

bool machine_uart_read(uint8_t *byte)
{
	if (machine_uart.received_bytes == 0)
		return false;
	machine_uart.received_bytes--;
	*byte = *machine_uart.received++;
	return true;
}

void machine_uart_interrupts(bool transmit) { machine_uart.transmit_interrupt = transmit; }
void machine_uart_to(uint32_t core) { machine_uart.to = core; }
uint32_t machine_uart_acknowledge(void) { return 0; }

void machine_uart_flush(void)
{
	machine_uart.flushes++;
	send(machine_uart.filled);
}

/* The device drops what is in its FIFO then. */
void machine_uart_baud(uint32_t baud)
{
	machine_uart.filled = 0;
	machine_uart.baud = baud;
}
