/*
 * Records of faults on a line that is slow: threads that fault one after another, faster than the UART takes what is told of them, wait for room and fault
 * once more; each record comes whole and once. A kernel-mode thread, or one inside an atomic section, waits for nothing.
 */
#include "machine/machine.h"
#include "machine/uart.h"

#include <stdarg.h>

#include "kernel/app.h"
#include "kernel/board.h"
#include "kernel/fault.h"
#include "kernel/line.h"
#include "kernel/sched.h"
#include "kernel/stack.h"
#include "kernel/stream.h"
#include "kernel/stream_in.h"
#include "kernel/usercopy.h"

#include <petri/console.h>
#include <petri/wire.h>

#include "tap.h"

#define TOLD 700u /* bytes that a record and the words before it take on the line */
#define STORM 150u
#define PC(t) (0x10000u + 16u * machine_number(t))

/* ---- what fault.c wants of the rest of the kernel -------------------------------------------------------------------------- */

uint32_t stream_in_lost;
static unsigned int lost;

void stream_frame(uint8_t type, const void *payload, size_t length)
{
	uint8_t told[TOLD] = {type};

	EXPECT(length + 8 <= TOLD);
	memcpy(told + 8, payload, length);
	lost += !line_put(told, sizeof(told));
}

void stream_in_byte(struct core *core, uint8_t byte) { (void)core, (void)byte; }

size_t petri_snprintf(char *out, size_t size, const char *format, ...)
{
	va_list args;
	int n;

	va_start(args, format);
	n = vsnprintf(out, size, format, args);
	va_end(args);
	return (size_t)n;
}

void arch_fault_read(const struct thread *t, struct arch_fault *f)
{
	*f = (struct arch_fault){.cause = FAULT_UNDEFINED, .address = t->id};
}

void arch_frame_advance(struct thread *t) { t->frame.pc += 4; }
void arch_frame_dump(const struct thread *t, bool registers) { (void)t, (void)registers; }
struct thread *stack_neighbour_below(const struct thread *t) { return t == NULL ? &threads[0] : NULL; }
void user_make_plain(char *text) { (void)text; }

/* ---- the storm --------------------------------------------------------------------------------------------------------------- */

static struct thread *idler; /* runs while all others wait: time passes for the UART */

static void begin(void)
{
	machine_begin(0);
	machine_uart_begin();
	line_init();
	lost = 0;
	idler = machine_thread(1, 0);
}

static struct thread *faulter(bool user)
{
	struct thread *t = machine_thread(10, 0);

	t->stack_kind = THREAD_GUARDED;
	t->flags = user ? 0 : THREAD_KERNEL_MODE;
	t->frame.user = user;
	t->frame.pc = PC(t);
	return t;
}

static void transmit(void)
{
	if (machine_uart_transmit(UART_FIFO))
		line_interrupt(&cores[0]);
}

/* The current thread comes to its bad instruction. True: it has ended there. */
static bool step(struct thread *t)
{
	if (t->frame.restarted)
		t->frame.pc -= 4;
	t->frame.restarted = false;
	EXPECT_EQ(t->frame.pc, PC(t));
	fault_thread(&cores[0], t);
	return t->state == THREAD_ZOMBIE;
}

static void drain(void)
{
	for (int i = 0; line_room() < LINE_RING || machine_uart.filled > 0; i++) {
		EXPECT(i < 100000);
		transmit();
	}
}

static void every_record_comes(void)
{
	unsigned int ended = 0, waited = 0, told[STORM + 2] = {0};

	begin();
	for (unsigned int i = 0; i < STORM; i++)
		faulter(true);
	machine_enter();
	for (unsigned int i = 0; ended < STORM && i < 100000; i++) {
		if (machine_current() == idler) {
			transmit();
		} else if (step(machine_current())) {
			ended++;
		} else {
			waited++;
		}
		machine_enter();
	}
	drain();
	EXPECT_EQ(ended, STORM);
	EXPECT(waited > 0);
	EXPECT_EQ(lost, 0);
	EXPECT_EQ(machine_uart.sent_bytes, STORM * TOLD);
	for (size_t at = 0; at < machine_uart.sent_bytes; at += TOLD) {
		uint64_t index = THREAD_INDEX(wire_get64(machine_uart.sent + at + 8));

		EXPECT(machine_uart.sent[at] == WIRE_FAULT && index > 1 && index < STORM + 2);
		EXPECT_EQ(told[index % (STORM + 2)]++, 0);
	}
}

static void fill_the_line(void)
{
	static const uint8_t noise[512];

	while (line_put(noise, sizeof(noise)))
		;
	EXPECT(!line_open(TOLD));
}

static void ends_at_once(bool user, bool atomic)
{
	struct thread *t;

	begin();
	t = faulter(user);
	t->frame.atomic = atomic;
	machine_enter();
	EXPECT(machine_current() == t);
	fill_the_line();
	EXPECT_EQ(step(t), !user || atomic);
	machine_enter();
	EXPECT(machine_current() == idler);
	drain();
}

static void who_may_wait(void)
{
	ends_at_once(false, false);
	ends_at_once(false, true);
	ends_at_once(true, true);
	ends_at_once(true, false); /* it waits */
}

static const struct tap_test tests[] = {
	{"records: each of a storm comes whole and once", every_record_comes},
	{"records: only a user thread outside a section waits for room", who_may_wait},
};
TAP_MAIN(tests)
