/* The system as a whole, seen from an app: bare system calls. Contracts in <petri/system.h>. */
#include <petri/system.h>

#include <petri/arch.h>
#include <petri/string.h>
#include <petri/syscall.h>

void system_info(struct system_info *out) { arch_syscall(SYS_system_info, (uintptr_t)out, 0, 0, 0); }

uint32_t system_cores(void)
{
	static uint32_t cores; /* asked for once */
	struct system_info info;

	if (__atomic_load_n(&cores, __ATOMIC_RELAXED) == 0) {
		system_info(&info);
		__atomic_store_n(&cores, info.cores, __ATOMIC_RELAXED);
	}
	return __atomic_load_n(&cores, __ATOMIC_RELAXED);
}

void system_exit(int code)
{
	for (;;)
		arch_syscall(SYS_system_exit, (unsigned int)code, 0, 0, 0);
}

void thread_abort(const char *message)
{
	for (;;)
		arch_syscall(SYS_thread_abort, (uintptr_t)message, strlen(message), 0, 0);
}
