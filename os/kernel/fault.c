/* Faults of threads: telling them in words and as a frame, and ending the thread. Everybody else goes on. */
#include "kernel/fault.h"

#include <petri/console.h>
#include <petri/string.h>
#include <petri/wire.h>

#include "kernel/app.h"
#include "kernel/domain.h"
#include "kernel/line.h"
#include "kernel/log.h"
#include "kernel/page.h"
#include "kernel/stack.h"
#include "kernel/sched.h"
#include "kernel/stream.h"
#include "kernel/syscalls.h"
#include "kernel/usercopy.h"

static const char *const causes[] = {
	[FAULT_GUARD] = "stack overflow (guard page)",
	[FAULT_COMPACT] = "stack overflow (compact stack)",
	[FAULT_OVERRUN_BY_NEIGHBOUR] = "its stack was overrun by its neighbour",
	[FAULT_NO_FP] = "FP or SIMD instruction in a thread without THREAD_FP",
	[FAULT_UNDEFINED] = "undefined instruction",
	[FAULT_ALIGNMENT] = "misaligned access",
	[FAULT_OTHER] = "exception",
	[FAULT_ABORT] = "aborted",
	[FAULT_PRIVILEGED] = "privileged instruction",
	[FAULT_BREAKPOINT] = "breakpoint instruction",
};

#define RECORD_ROOM 1024u /* more than the words and the frame of a user thread's fault take */

static const char *words(const struct arch_fault *f, enum fault_cause cause)
{
	if (cause == FAULT_INSTRUCTION)
		return f->forbidden ? "jump to what may not be executed" : "jump to an address that is not mapped";
	if (cause == FAULT_DATA && f->write)
		return f->forbidden ? "write to what may not be written" : "write to an address that is not mapped";
	if (cause == FAULT_DATA)
		return f->forbidden ? "read of what may not be read" : "read of an address that is not mapped";
	return causes[cause];
}

static void send_record(const struct thread *t, const struct arch_fault *f, enum fault_cause cause)
{
	uint8_t p[WIRE_FAULT_SIZE + THREAD_NAME_MAX + 64];
	size_t name = strnlen(t->name, THREAD_NAME_MAX), n = WIRE_FAULT_SIZE;

	wire_put64(p, t->id);
	wire_put64(p + 8, f->syndrome);
	wire_put64(p + 16, f->address);
	wire_put64(p + 24, arch_program_counter(t));
	wire_put64(p + 32, arch_stack_pointer(t));
	p[40] = (uint8_t)cause;
	p[41] = (uint8_t)name;
	p[42] = (uint8_t)t->domain->number;
	p[43] = (t->flags & THREAD_KERNEL_MODE) != 0;
	memcpy(p + n, t->name, name);
	n += name;
	n += petri_snprintf((char *)p + n, sizeof(p) - n, "%s", words(f, cause));
	stream_frame(WIRE_FAULT, p, n);
}

static void report(const struct core *core, const struct thread *t, const struct arch_fault *f, enum fault_cause cause)
{
	klog("\nfault: thread %s (id 0x%lx) on core %u: %s\n", t->name[0] != '\0' ? t->name : "without a name", t->id,
	     core->number, words(f, cause));
	klog("  pc 0x%lx  sp 0x%lx  esr 0x%lx  far 0x%lx\n", arch_program_counter(t), arch_stack_pointer(t), f->syndrome,
	     f->address);
	/* Thirty registers in words take longer than all the rest, and nobody is let in meanwhile: not for every user thread. */
	arch_frame_dump(t, t->flags & THREAD_KERNEL_MODE);
	send_record(t, f, cause);
}

/* t is the current thread. */
static void report_and_end(struct core *core, struct thread *t, const struct arch_fault *f, enum fault_cause cause)
{
	report(core, t, f, cause);
	sched_stop(core);
	spin_lock(&lives);
	thread_end(core, t, 0, PETRI_EFAULTED);
	spin_unlock(&lives);
}

bool fault_first_fp(struct core *core, struct thread *t)
{
	struct arch_fault f;

	arch_fault_read(t, &f);
	if (f.cause != FAULT_NO_FP || !(t->flags & THREAD_FP))
		return false;
	arch_fp_allow(true);
	arch_fp_restore(t->fp);
	core->fp_live = true;
	return true;
}

/* No record is lost because others fill the line: a user thread waits for room, and then faults once more. */
static bool room_to_tell(struct core *core, struct thread *t)
{
	if (line_open(RECORD_ROOM) || !arch_is_user(t) || arch_in_atomic_section(t))
		return true;
	arch_frame_advance(t); /* line_wait() goes back by one instruction */
	line_wait(core);
	return false;
}

void fault_thread(struct core *core, struct thread *t)
{
	struct arch_fault f;

	if (!room_to_tell(core, t))
		return;
	arch_fault_read(t, &f);
	if (f.cause == FAULT_DATA && f.address < t->stack_base && t->stack_base - f.address <= PAGE_SIZE)
		f.cause = t->stack_kind == THREAD_GUARDED ? FAULT_GUARD : FAULT_COMPACT;
	if (!stack_intact(t))
		fault_stack_overrun(core, t);
	else
		report_and_end(core, t, &f, f.cause);
}

void fault_stack_overrun(struct core *core, struct thread *t)
{
	static const struct arch_fault none;
	/* An sp above its stack has overrun nobody below. */
	bool down = ((const struct user_block *)t->stack_base)->tid != t->id ||
		    arch_stack_pointer(t) < t->stack_base + t->stack_size;
	struct thread *below = down ? stack_neighbour_below(t) : NULL;

	report_and_end(core, t, &none, FAULT_COMPACT);
	spin_lock(&lives);
	if (below != NULL && below->state != THREAD_FREE && below->state != THREAD_ZOMBIE) {
		report(core, below, &none, FAULT_OVERRUN_BY_NEIGHBOUR);
		if (thread_end_other(core, below, PETRI_EFAULTED, false) == ENDING_RETRY)
			thread_end_later(core, below, PETRI_EFAULTED);
	}
	spin_unlock(&lives);
}

/* (text, length): a programmer's error that the thread itself has found. */
void sys_thread_abort(struct core *core, struct thread *t)
{
	static const struct arch_fault none;
	char text[200] = "";
	uint64_t length = arch_argument(t, 1) < sizeof(text) - 1 ? arch_argument(t, 1) : sizeof(text) - 1;

	if (user_read(t, text, arch_argument(t, 0), length) == PETRI_OK && text[0] != '\0') {
		user_make_plain(text);
		klog("\nabort: %s\n", text);
	}
	report_and_end(core, t, &none, FAULT_ABORT);
}
