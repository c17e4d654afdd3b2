/*
 * The serial line with a UART that takes its time, as real ones do and QEMU's does not: nobody waits for it with interrupts masked, no byte is
 * lost, doubled or out of order, who waits for room is woken when there is some, and a new rate comes when all is gone.
 */
#include "machine/machine.h"
#include "machine/uart.h"

#include "kernel/board.h"
#include "kernel/line.h"
#include "kernel/stream_in.h"
#include "kernel/waitq.h"

#include "tap.h"

uint32_t stream_in_lost;
static uint8_t received[4096];
static size_t received_bytes, in_this_interrupt;

void stream_in_byte(struct core *core, uint8_t byte)
{
	(void)core;
	in_this_interrupt++;
	received[received_bytes++ % sizeof(received)] = byte;
}

/* The device sends on, and interrupts when it should. */
static uint32_t moved[CORES_MAX]; /* by each core, in its interrupts */
static void transmit(uint32_t bytes)
{
	uint32_t core = machine_uart.to, room;

	if (!machine_uart_transmit(bytes))
		return;
	room = line_room();
	line_interrupt(&cores[core]);
	moved[core] += line_room() - room;
}

static void drain(void)
{
	for (unsigned int i = 0; machine_uart.filled > 0; i++) {
		EXPECT(i < 100000);
		transmit(8);
	}
	EXPECT_EQ(line_room(), LINE_RING);
}

/* The ring is the kernel's and stays: what a test left in it is of no interest to the next. */
static void begin_cores(uint32_t cores_there)
{
	if (cores_there > 1)
		machine_begin_cores(cores_there);
	else
		machine_begin(0);
	machine_uart_begin();
	line_interrupt(&cores[0]);
	while (line_room() < LINE_RING)
		transmit(UART_FIFO);
	machine_uart_begin();
	memset(moved, 0, sizeof(moved));
	line_init();
}

static void begin(void) { begin_cores(1); }

static uint8_t expected[1u << 20];
static size_t expected_bytes;

/* A piece of what can be told apart at each place. */
static bool put(size_t n)
{
	uint8_t piece[LINE_RING + 1];

	for (size_t i = 0; i < n; i++)
		piece[i] = expected[expected_bytes + i] = (uint8_t)((expected_bytes + i) * 7 + (expected_bytes + i) / 251);
	if (!line_put(piece, n))
		return false;
	expected_bytes += n;
	return true;
}

static void everything_goes_out(void)
{
	begin();
	expected_bytes = 0;
	while (expected_bytes < 600000) {
		if (!put(1 + tap_below(tap_below(20) == 0 ? 4000 : 90)))
			transmit(UART_FIFO);
		transmit(tap_below(UART_FIFO));
	}
	drain();
	EXPECT_EQ(machine_uart.sent_bytes, expected_bytes);
	EXPECT(memcmp(machine_uart.sent, expected, expected_bytes) == 0);
	EXPECT(!machine_uart.transmit_interrupt); /* nothing left: it is silent */
}

/* Nobody else gets the interrupts of one core; of several each does its part. */
static void cores_take_turns(void)
{
	for (uint32_t n = 1; n <= CORES_MAX; n++) {
		uint32_t least = UINT32_MAX, most = 0;

		begin_cores(n);
		expected_bytes = 0;
		while (expected_bytes < 600000)
			if (!put(1 + tap_below(900)))
				transmit(UART_FIFO);
		drain();
		EXPECT_EQ(machine_uart.sent_bytes, expected_bytes);
		EXPECT(memcmp(machine_uart.sent, expected, expected_bytes) == 0);
		for (uint32_t i = 0; i < n; i++) {
			least = moved[i] < least ? moved[i] : least;
			most = moved[i] > most ? moved[i] : most;
		}
		EXPECT(least > 0 && most - least <= most / 8);
		EXPECT(n == CORES_MAX || moved[n] == 0);
	}
}

static void nobody_waits(void)
{
	begin();
	expected_bytes = 0;
	while (put(100)) /* the device takes one FIFO of it, and then nothing */
		EXPECT(machine_uart.transmit_interrupt);
	EXPECT_EQ(machine_uart.filled, UART_FIFO);
	EXPECT_EQ(machine_uart.sent_bytes, 0);
	EXPECT(line_room() < 100);
	EXPECT(!put(LINE_RING + 1));
	EXPECT(put(line_room())); /* to the last byte */
	EXPECT(!put(1));
	drain();
	EXPECT_EQ(machine_uart.sent_bytes, expected_bytes);
	EXPECT(memcmp(machine_uart.sent, expected, expected_bytes) == 0);
}

static void room_is_kept(void)
{
	begin();
	EXPECT(line_open(LINE_RING - LINE_RESERVE));
	EXPECT(!line_open(LINE_RING - LINE_RESERVE + 1));
	EXPECT(put(UART_FIFO + 10));
	EXPECT(line_open(LINE_RING - LINE_RESERVE - 10));
	EXPECT(!line_open(LINE_RING - LINE_RESERVE - 9));
}

static void waiters_are_woken(void)
{
	struct thread *t;

	begin();
	machine_thread(5, 0);
	t = machine_thread(9, 0);
	machine_enter();
	EXPECT(machine_current() == t);
	while (put(512))
		;
	line_wait(&cores[0]);
	machine_enter();
	EXPECT_EQ(t->state, THREAD_BLOCKED);
	while (line_room() < LINE_RING / 2 - UART_FIFO) {
		EXPECT(t->state == THREAD_BLOCKED && !t->frame.restarted);
		transmit(UART_FIFO);
	}
	for (int i = 0; i < 4; i++)
		transmit(UART_FIFO);
	machine_enter();
	EXPECT(machine_current() == t);
	EXPECT(t->frame.restarted); /* its call is issued again */
	drain();
}

static void rate_changes_at_the_end(void)
{
	begin();
	expected_bytes = 0;
	EXPECT(put(5000));
	line_change_baud(921600);
	EXPECT(!line_open(1)); /* threads wait; the kernel may still say what it must */
	EXPECT(put(10));
	for (unsigned int i = 0; machine_uart.baud == 115200; i++) {
		EXPECT(i < 10000);
		EXPECT(!line_open(1));
		transmit(8);
	}
	EXPECT_EQ(machine_uart.baud, 921600);
	EXPECT_EQ(machine_uart.flushes, 1);
	EXPECT_EQ(machine_uart.sent_bytes, 5010);
	EXPECT(line_open(1));
}

static void bytes_come_in_pieces(void)
{
	static uint8_t noise[3000];

	begin();
	for (size_t i = 0; i < sizeof(noise); i++)
		noise[i] = (uint8_t)tap_random();
	machine_uart.received = noise;
	machine_uart.received_bytes = sizeof(noise);
	received_bytes = 0;
	while (machine_uart.received_bytes > 0) {
		in_this_interrupt = 0;
		line_interrupt(&cores[0]);
		EXPECT(in_this_interrupt > 0 && in_this_interrupt <= 256); /* bounded */
	}
	EXPECT_EQ(received_bytes, sizeof(noise));
	EXPECT(memcmp(received, noise, sizeof(noise)) == 0);
}

static const struct tap_test tests[] = {
	{"line: every byte goes out once, in order", everything_goes_out},
	{"line: cores take turns to move the bytes on", cores_take_turns},
	{"line: nobody waits for a device that is full", nobody_waits},
	{"line: room is kept for the kernel", room_is_kept},
	{"line: who waits for room is woken at half", waiters_are_woken},
	{"line: a new rate comes when all is gone", rate_changes_at_the_end},
	{"line: what comes is read in bounded pieces", bytes_come_in_pieces},
};
TAP_MAIN(tests)
