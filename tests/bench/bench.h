/*
 * The bench: instructions per operation, on a machine whose clock counts instructions (QEMU -icount shift=0: 1 ns each).
 *
 * Each result is a line `bench KEY VALUE`; tests/bench/run.py collects them. The clock ticks every 16 instructions, so
 * everything is repeated many times, and an empty loop of the same form is subtracted. tests/bench/account.py stops at
 * bench_begin(), bench_end() and bench_result() and tells which instructions lie between.
 */
#ifndef BENCH_H
#define BENCH_H

#include <stdint.h>

#include <petri/thread.h>
#include <petri/time.h>

/* Of main and of the threads that are measured. */
#define BENCH_PRIORITY THREAD_PRIORITY_DEFAULT

/* On one core, of four too: two that take turns. (Life runs on all.) */
#define BENCH_CORE 1u
#define BENCH_ATTR {.stack = THREAD_COMPACT, .priority = BENCH_PRIORITY, .affinity = BENCH_CORE}

/* One key: what measures it. */
struct bench {
	const char *key;
	void (*run)(const struct bench *self);
	uint32_t argument;
	bool large; /* takes long, or much memory: only when asked for */
};

/* The memory clobber keeps the compiler from merging two rounds into one. */
#define REPEAT(n) for (uint64_t round_ = 0; round_ < (n); round_++, ({ __asm__ volatile("" : : : "memory"); }))

/* How often: as usual, or fewer when an account is made. */
uint64_t bench_rounds(uint64_t usual);

/* Life is to tell how many steps each core makes. */
extern bool bench_wants_shares;

/* The span that counts: its begin, and the ns since then. */
petri_time bench_begin(void);
uint64_t bench_end(petri_time began);

/* Prints a result: ns (= instructions) for so many operations. bench_loop: less the empty REPEAT, for one operation a round. */
void bench_result(const struct bench *self, uint64_t ns, uint64_t operations);
void bench_loop(const struct bench *self, uint64_t ns, uint64_t rounds);

/* Two threads that run side by side, until both have ended. The first returns how many ns it took: what a compact stack can hold, not
 * a line of text. */
uint64_t bench_pair(thread_entry first, thread_entry second);

/* What is run: one line a key. */
extern const struct bench benches[];
extern const uint32_t benches_count;

void bench_mutex_block(const struct bench *self); /* argument: enum deadlock_reaction */
void bench_sem_uncontended(const struct bench *self);
void bench_mutex_uncontended(const struct bench *self);
void bench_mutex_guard(const struct bench *self);
void bench_atomic_section(const struct bench *self);
void bench_yield(const struct bench *self); /* argument: threads */
void bench_sem_pingpong(const struct bench *self);
void bench_resume_suspend(const struct bench *self);
void bench_create_exit_join(const struct bench *self);
void bench_irq_to_thread(const struct bench *self);
void bench_syscall_null(const struct bench *self);
void bench_heap(const struct bench *self);
void bench_private_heap(const struct bench *self);
void bench_private_heap_end(const struct bench *self);
void bench_fault_to_report(const struct bench *self);
void bench_sleep_insert(const struct bench *self); /* argument: sleepers */
void bench_max_irq_latency(const struct bench *self);
void bench_tm_basic(const struct bench *self);
void bench_tm_cooperative(const struct bench *self);
void bench_tm_preemptive(const struct bench *self);
void bench_tm_interrupt(const struct bench *self);
void bench_tm_interrupt_preemption(const struct bench *self);
void bench_tm_synchronization(const struct bench *self);
void bench_tm_memory(const struct bench *self);
void bench_message(const struct bench *self); /* argument: bytes */
void bench_life(const struct bench *self);    /* argument: cells along a side, and above 16 bits the enum life_sync */

#define must(call) must_work((call), #call)
void must_work(enum petri_error error, const char *what);

#endif
