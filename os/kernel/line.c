/*
 * The serial line. Writers fill the ring; the UART's interrupt moves it on in small pieces, so nobody waits for the line with interrupts
 * masked (panic excepted). Runs in handlers; takes line.lock, innermost but for the run queue.
 */
#include "kernel/line.h"

#include <petri/string.h>

#include "kernel/board.h"
#include "kernel/deadlock.h"
#include "kernel/spinlock.h"
#include "kernel/stream_in.h"
#include "kernel/waitq.h"

#define PUMP_PIECE 64u
#define RECEIVE_PIECE 64
#define TURN 4096u /* so many bytes a core moves on before the next is to */

static struct {
	struct spinlock lock;
	uint32_t head, tail; /* free-running: head - tail bytes are in the ring */
	uint32_t turn_from;  /* tail when the core whose turn it is had begun */
	uint32_t new_baud;   /* to be set once the ring is empty */
	bool up, waiters;
	uint8_t ring[LINE_RING];
} line = {.lock = SPINLOCK(RANK_LINE)};

uint32_t line_console_dropped;

uint32_t line_room(void) { return LINE_RING - (line.head - line.tail); }

bool line_open(size_t n) { return line.new_baud == 0 && line_room() >= n + LINE_RESERVE; }

/* Up to the end of the ring's memory. False: the UART is full. */
static bool pump_piece(void)
{
	uint32_t at = line.tail % LINE_RING;
	uint32_t n = line.head - line.tail;
	uint32_t sent;

	if (n > LINE_RING - at)
		n = LINE_RING - at;
	if (n > PUMP_PIECE)
		n = PUMP_PIECE;
	sent = (uint32_t)board.uart_write(line.ring + at, n);
	line.tail += sent;
	return sent == n;
}

/*
 * Either the ring gets empty or the UART's FIFO full, unless it takes more than a piece at once: its interrupt comes only when a
 * FIFO that was fuller sinks to its mark.
 */
static void pump_locked(void)
{
	if (pump_piece() && line.tail % LINE_RING == 0)
		pump_piece();
	if (line.head == line.tail && line.new_baud != 0) {
		board.uart_flush(); /* at most a FIFO of bytes: the one wait for a device outside of a panic */
		board.uart_baud(line.new_baud);
		line.new_baud = 0;
	}
	board.uart_interrupts(line.head != line.tail);
}

bool line_put(const void *bytes, size_t n)
{
	const uint8_t *from = bytes;
	bool fits;

	spin_lock(&line.lock);
	fits = n <= line_room();
	if (fits) {
		uint32_t at = line.head % LINE_RING;
		uint32_t first = n < LINE_RING - at ? (uint32_t)n : LINE_RING - at;

		memcpy(line.ring + at, from, first);
		memcpy(line.ring, from + first, n - first);
		line.head += (uint32_t)n;
		if (!line.waiters) /* else its interrupt comes, wakes them, and is to find something left to do */
			pump_locked();
	}
	spin_unlock(&line.lock);
	return fits;
}

static bool is_roomy(void) { return line.new_baud == 0 && line_room() >= LINE_RING / 2; }

void line_wait(struct core *core)
{
	struct wait_bucket *b = wait_lock((uint64_t)&line);
	bool roomy;

	spin_lock(&line.lock);
	roomy = is_roomy();
	line.waiters |= !roomy;
	spin_unlock(&line.lock);
	if (roomy)
		arch_frame_restart(core->current);
	else
		wait_restart(core, b, (uint64_t)&line, UINT64_MAX);
	wait_unlock(b);
}

void line_change_baud(uint32_t baud)
{
	spin_lock(&line.lock);
	line.new_baud = baud;
	pump_locked();
	spin_unlock(&line.lock);
}

/* To move the bytes on may take a core a third of its time: each does so in turn. */
static void give_turn(const struct core *core)
{
	if (cores_online > 1)
		board.uart_to((core->number + 1) % cores_online);
}

/* Of the core whose turn it is, until its last line. */
void line_interrupt(struct core *core)
{
	uint8_t byte;
	bool wake, turned;

	stream_in_lost += board.uart_acknowledge();
	for (int i = 0; i < RECEIVE_PIECE && board.uart_read(&byte); i++)
		stream_in_byte(core, byte);
	spin_lock(&line.lock);
	pump_locked();
	turned = line.tail - line.turn_from >= TURN;
	if (turned)
		line.turn_from = line.tail;
	wake = line.waiters && is_roomy();
	if (wake)
		line.waiters = false;
	spin_unlock(&line.lock);
	if (wake)
		wait_wake_all(core, (uint64_t)&line);
	deadlock_line_has_room(core);
	if (turned)
		give_turn(core);
}

void line_init(void) { line.up = true; }

void line_polled(const char *text, size_t n)
{
	while (n > 0) {
		size_t sent = board.uart_write((const uint8_t *)text, n);

		text += sent;
		n -= sent;
		arch_spin_hint();
	}
}

/* No lock: it may be held by the one that failed. So what is sent is counted here: a core that could not be stopped may move the ring's ends. */
void line_finish(void)
{
	uint32_t at = line.tail, left = line.head - at;

	line.up = false;
	for (uint32_t n, sent; left > 0 && left <= LINE_RING; at += sent, left -= sent) {
		n = LINE_RING - at % LINE_RING;
		sent = (uint32_t)board.uart_write(line.ring + at % LINE_RING, left < n ? left : n);
		arch_spin_hint();
	}
	line.tail = line.head;
	board.uart_flush();
	board.uart_interrupts(false);
}

void line_make_room(void)
{
	if (line_room() < LINE_RESERVE)
		line_finish();
}

bool line_is_up(void) { return line.up; }
