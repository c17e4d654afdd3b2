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
	{.key = "syscall_null", .run = bench_syscall_null},
	{.key = "heap_alloc_free", .run = bench_heap},
	{.key = "private_alloc_free", .run = bench_private_heap},
	{.key = "private_heap_end", .run = bench_private_heap_end},
	{.key = "fault_to_report", .run = bench_fault_to_report},
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
