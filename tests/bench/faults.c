/* The door alone, and the way out of a thread that faults. */
#include "bench.h"

#include <petri/syscall.h>

#define ROUNDS 20000u
#define FAULTS 64u

void bench_syscall_null(const struct bench *self)
{
	uint64_t rounds = bench_rounds(ROUNDS);
	petri_time began = bench_begin();

	REPEAT(rounds)
	arch_syscall(SYS_null, 0, 0, 0, 0);
	bench_loop(self, bench_end(began), rounds);
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
void bench_fault_to_report(const struct bench *self)
{
	struct thread_attr attr = BENCH_ATTR;
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
	bench_result(self, took, FAULTS);
}
