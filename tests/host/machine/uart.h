/* The serial device of the played machine: a FIFO of 32 bytes that empties when a test says so, and an interrupt when it sinks to its mark. */
#ifndef TESTS_UART_H
#define TESTS_UART_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define UART_FIFO 32u
#define UART_MARK 16u

extern struct machine_uart {
	uint8_t sent[1u << 20]; /* what has left */
	size_t sent_bytes;
	uint8_t fifo[UART_FIFO];
	uint32_t filled, refused; /* refused: how often in a row it was full */
	bool transmit_interrupt;
	const uint8_t *received; /* what is still to be read */
	size_t received_bytes;
	uint32_t baud, flushes;
	uint32_t to; /* the core that gets its interrupt */
} machine_uart;

void machine_uart_begin(void);
/* So many bytes leave. True: there is an interrupt now. */
bool machine_uart_transmit(uint32_t bytes);

size_t machine_uart_write(const uint8_t *bytes, size_t n);
bool machine_uart_read(uint8_t *byte);
void machine_uart_interrupts(bool transmit);
void machine_uart_to(uint32_t core);
uint32_t machine_uart_acknowledge(void);
void machine_uart_flush(void);
void machine_uart_baud(uint32_t baud);

#endif
