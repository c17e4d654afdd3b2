/*
 * The bench: instructions per operation, on a machine whose clock counts instructions (QEMU -icount shift=0: 1 ns each).
 *
 * Each result is a line `bench KEY VALUE`; tests/bench/run.py collects them. The clock ticks every 16 instructions, so
 * everything is repeated many times, and an empty loop of the same form is subtracted.
 */
#ifndef BENCH_H
#define BENCH_H

#include <stdint.h>

#include <petri/thread.h>

/* Of main and of the threads that are measured. */
#define BENCH_PRIORITY THREAD_PRIORITY_DEFAULT

/* The memory clobber keeps the compiler from merging two rounds into one. */
#define REPEAT(n) for (uint64_t round_ = 0; round_ < (n); round_++, ({ __asm__ volatile("" : : : "memory"); }))

/* Prints a result: ns (= instructions) for so many operations. bench_loop: less the empty REPEAT, for one operation a round. */
void bench_result(const char *key, uint64_t ns, uint64_t operations);
void bench_loop(const char *key, uint64_t ns, uint64_t rounds);

/* Two threads that run side by side, until both have ended. The first returns how many ns it took: what a compact stack can hold, not
 * a line of text. */
uint64_t bench_pair(thread_entry first, thread_entry second);

void bench_locks(void);
void bench_calls(void);
void bench_faults(void);
void bench_heaps(void);
void bench_switches(void);
void bench_interrupt(void);
void bench_life(void);

#define must(call) must_work((call), #call)
void must_work(enum petri_error error, const char *what);

#endif
