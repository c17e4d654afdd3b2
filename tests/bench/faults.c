/* The door alone, and the way out of a thread that faults. */
#include "bench.h"

#include <petri/syscall.h>
#include <petri/time.h>

#define ROUNDS 20000u
#define FAULTS 64u

void bench_calls(void)
{
	petri_time began = petri_now();

	REPEAT(ROUNDS)
	arch_syscall(SYS_null, 0, 0, 0, 0);
	bench_loop("syscall_null", petri_now() - began, ROUNDS);
}

static petri_time faulted_at;

/* The clock is read right before. */
static void *faulting(void *where)
{
	faulted_at = petri_now();
	__asm__ volatile("" : : : "memory");
	*(volatile uint64_t *)where = 1;
	return where;
}

/*
 * From the faulting store to the thread that waits in thread_join(): the words on the log and the FAULT frame are in the ring then, the thread's
 * locks and its private heap are gone, and the joiner runs. Between two the line has time to send what there is to send.
 */
void bench_faults(void)
{
	struct thread_attr attr = THREAD_ATTR_COMPACT;
	uint64_t took = 0;

	attr.name = "faulting";
	for (uint32_t i = 0; i < FAULTS; i++) {
		enum petri_error how;
		thread_id id;

		must(thread_create(&id, &attr, faulting, NULL));
		how = thread_join(id, NULL);
		took += petri_now() - faulted_at;
		must(how == PETRI_EFAULTED ? PETRI_OK : PETRI_EINVAL);
		thread_sleep(PETRI_MS(3));
	}
	bench_result("fault_to_report", took, FAULTS);
}
