/* The keys, in the order in which they run. */
#include "bench.h"

#include <petri/deadlock.h>
#include <petri/wire_life.h>

const struct bench benches[] = {
	{.key = "mutex_block", .run = bench_mutex_block, .argument = DEADLOCK_REPORT},
	{.key = "mutex_block_off", .run = bench_mutex_block, .argument = DEADLOCK_OFF},
	{.key = "sem_uncontended", .run = bench_sem_uncontended},
	{.key = "mutex_uncontended", .run = bench_mutex_uncontended},
	{.key = "mutex_guard", .run = bench_mutex_guard},
	{.key = "atomic_section", .run = bench_atomic_section},
	{.key = "yield", .run = bench_yield, .argument = 2},
	{.key = "yield_10k", .run = bench_yield, .argument = 10000},
	{.key = "sem_pingpong", .run = bench_sem_pingpong},
	{.key = "resume_suspend", .run = bench_resume_suspend},
	{.key = "create_exit_join", .run = bench_create_exit_join},
	{.key = "irq_to_thread", .run = bench_irq_to_thread},
	{.key = "message_32", .run = bench_message, .argument = 32},
	{.key = "syscall_null", .run = bench_syscall_null},
	{.key = "heap_alloc_free", .run = bench_heap},
	{.key = "private_alloc_free", .run = bench_private_heap},
	{.key = "private_heap_end", .run = bench_private_heap_end},
	{.key = "fault_to_report", .run = bench_fault_to_report},
	{.key = "sleep_insert_10", .run = bench_sleep_insert, .argument = 10},
	{.key = "sleep_insert_10k", .run = bench_sleep_insert, .argument = 10000},
	{.key = "max_irq_latency_10k_sleepers", .run = bench_max_irq_latency},
	{.key = "tm_basic", .run = bench_tm_basic},
	{.key = "tm_cooperative", .run = bench_tm_cooperative},
	{.key = "tm_preemptive", .run = bench_tm_preemptive},
	{.key = "tm_interrupt", .run = bench_tm_interrupt},
	{.key = "tm_interrupt_preemption", .run = bench_tm_interrupt_preemption},
	{.key = "tm_message", .run = bench_message, .argument = 16},
	{.key = "tm_synchronization", .run = bench_tm_synchronization},
	{.key = "tm_memory", .run = bench_tm_memory},
	{.key = "life_barrier_1024", .run = bench_life, .argument = 32},
	{.key = "life_barrier_4096", .run = bench_life, .argument = 64},
	{.key = "life_barrier_16384", .run = bench_life, .argument = 128},
	{.key = "life_neighbour_4096", .run = bench_life, .argument = 64 | LIFE_NEIGHBOUR << 16},
	{.key = "life_channel_4096", .run = bench_life, .argument = 64 | LIFE_CHANNEL << 16},
	{.key = "life_barrier_65536", .run = bench_life, .argument = 256, .large = true},
	{.key = "life_barrier_262144", .run = bench_life, .argument = 512, .large = true},
	{.key = "life_barrier_1048576", .run = bench_life, .argument = 1024, .large = true},
};
const uint32_t benches_count = sizeof benches / sizeof *benches;
