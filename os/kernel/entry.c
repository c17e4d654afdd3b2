/*
 * The door into the kernel, portable half: what the vectors call once the frame is saved. One way in for kernel threads and user
 * threads. Then, if the core's `look` says so, sched_leave() chooses who goes on.
 */
#include "kernel/fault.h"
#include "kernel/sched.h"
#include "kernel/stack.h"
#include "kernel/syscalls.h"
#include "kernel/board.h"

#define SYSCALL_ENTRY(n, name) [n] = sys_##name,
static void (*const handlers[SYSCALLS])(struct core *, struct thread *) = {PETRI_SYSCALLS(SYSCALL_ENTRY)};
#undef SYSCALL_ENTRY

/* Nothing: what remains is the door. */
void sys_null(struct core *core, struct thread *t)
{
	(void)core;
	arch_set_result(t, PETRI_OK);
}

void kernel_syscall(struct core *core, struct thread *t, uint64_t number)
{
	kassert(t == core->current && t->state == THREAD_RUNNING);
	if (!stack_intact(t))
		fault_stack_overrun(core, t);
	else if (t->how != PETRI_OK && !arch_in_atomic_section(t))
		core->reschedule = true; /* ends there, whether or not it told that it left its section */
	else if (number < SYSCALLS)
		handlers[number](core, t);
	else
		arch_set_result(t, PETRI_ENOSYS);
}

void kernel_interrupt(struct core *core, struct thread *t)
{
	kassert(t == core->current && t->state == THREAD_RUNNING);
	if (!stack_intact(t))
		fault_stack_overrun(core, t);
	board.interrupt(core);
}

void kernel_fault(struct core *core, struct thread *t)
{
	kassert(t == core->current && t->state == THREAD_RUNNING);
	if (!fault_first_fp(core, t))
		fault_thread(core, t);
}
