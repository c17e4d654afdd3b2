/* The system as a whole: see system.h. */
#include "kernel/system.h"

#include <petri/string.h>
#include <petri/system.h>
#include <petri/wire.h>

#include "kernel/app.h"
#include "kernel/board.h"
#include "kernel/domain.h"
#include "kernel/line.h"
#include "kernel/page.h"
#include "kernel/sched.h"
#include "kernel/script.h"
#include "kernel/stream.h"
#include "kernel/syscalls.h"
#include "kernel/ticks.h"
#include "kernel/usercopy.h"

bool system_simulated, system_framed;
uint64_t system_seed;
uint32_t system_cores_wanted = CORES;
bool system_stopping;
uint64_t ticks_hz;

void system_count(struct system_counters *out)
{
	*out = (struct system_counters){.now_ns = ns_from_ticks(arch_ticks())};
	for (uint32_t i = 0; i < cores_online; i++) {
		out->switches += cores[i].switches;
		out->preemptions += cores[i].preemptions;
		out->idle_ns += system_core_idle_ns(&cores[i]);
	}
}

uint64_t system_core_idle_ns(const struct core *core)
{
	uint64_t from = __atomic_load_n(&core->idle_from, __ATOMIC_RELAXED), now = arch_ticks();

	return ns_from_ticks(core->idle + (from != 0 && from < now ? now - from : 0));
}

uint32_t system_bytes_per_thread(void)
{
	static uint32_t most, bytes;
	uint32_t alive = thread_counts.alive;

	if (alive > 0 && alive >= most) {
		most = alive;
		bytes = (uint32_t)(((page_count_all() - page_count_free()) * PAGE_SIZE + alive - 1) / alive);
	}
	return bytes;
}

void system_stop_here(struct core *core)
{
	arch_timer_arm(UINT64_MAX);
	__atomic_store_n(&core->stopped, true, __ATOMIC_RELEASE);
	arch_halt(false, 0);
}

#define STOP_PATIENCE_NS 10000000u
#define STOP_PATIENCE_SIMULATED_NS 500000000u /* a busy host may take a core's processor away for long */

/* Of two cores that want to be the only one at the same time, the second stops. */
static void be_the_one(const struct core *core)
{
	static uint32_t who = CORES_MAX;
	uint32_t nobody = CORES_MAX;

	if (!__atomic_compare_exchange_n(&who, &nobody, core->number, false, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST) &&
	    nobody != core->number)
		system_stop_here(&cores[core->number]);
	__atomic_store_n(&system_stopping, true, __ATOMIC_SEQ_CST);
}

void system_stop_others(const struct core *core)
{
	uint64_t limit = arch_ticks() + ticks_from_ns(system_simulated ? STOP_PATIENCE_SIMULATED_NS : STOP_PATIENCE_NS);

	be_the_one(core);
	for (uint32_t i = 0; i < cores_online; i++)
		if (i != core->number)
			board.interrupt_core(i);
	for (uint32_t i = 0; i < cores_online; i++)
		while (i != core->number && !__atomic_load_n(&cores[i].stopped, __ATOMIC_ACQUIRE) && arch_ticks() < limit)
			arch_spin_hint();
}

void system_end(struct core *core, uint32_t code)
{
	uint8_t p[WIRE_END_SIZE];

	system_stop_others(core);
	arch_timer_arm(UINT64_MAX);
	line_make_room();
	stream_stats();
	wire_put32(p, code);
	stream_frame(WIRE_END, p, sizeof(p));
	line_finish();
	arch_halt(system_simulated, (int)code);
}

/* (code): the caller's app is over. */
void sys_system_exit(struct core *core, struct thread *t)
{
	uint32_t code = (uint32_t)arch_argument(t, 0);

	sched_stop(core);
	spin_lock(&lives);
	app_end(core, t->domain, code);
	thread_end(core, t, 0, PETRI_OK);
	spin_unlock(&lives);
}

/* (struct system_info out) */
void sys_system_info(struct core *core, struct thread *t)
{
	struct system_counters c;
	struct system_info info = {
		.cores = cores_online,
		.timer_hz = (uint32_t)ticks_hz,
		.seed = system_seed,
		.quantum_ns = sched_default_quantum_ns,
		.memory = page_count_all() * PAGE_SIZE,
		.memory_free = page_count_free() * PAGE_SIZE,
		.threads_created = thread_counts.created,
		.threads_alive = thread_counts.alive,
		.threads_resident = thread_counts.resident,
		.scripted = script_is_present(),
#ifdef CHECKED
		.checked = 1,
#endif
	};

	(void)core;
	system_count(&c);
	info.switches = c.switches;
	info.preemptions = c.preemptions;
	info.idle_ns = c.idle_ns;
	for (int i = 0; i < 15 && board.name[i] != '\0'; i++)
		info.board[i] = board.name[i];
	arch_set_result(t, user_write(t, arch_argument(t, 0), &info, sizeof(info)));
}
