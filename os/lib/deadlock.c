/* Deadlocks: see <petri/deadlock.h>. The walking is the kernel's. */
#include <petri/deadlock.h>

#include <petri/arch.h>
#include <petri/syscall.h>

enum petri_error deadlock_react(enum deadlock_reaction reaction)
{
	return (enum petri_error)arch_syscall(SYS_deadlock_react, reaction, 0, 0, 0);
}

enum petri_error deadlock_await(uint64_t seen, uint64_t *count, petri_time deadline)
{
	return (enum petri_error)arch_syscall(SYS_deadlock_await, seen, (uint64_t)count, deadline, 0);
}
