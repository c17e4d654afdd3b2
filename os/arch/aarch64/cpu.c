/* The seam's other half: start of a core, frames, faults, the generic timer, the end. Runs inside the kernel only. */
#include <petri/console.h>
#include <petri/string.h>

#include "arch/aarch64/mmu.h"
#include "arch/aarch64/stacks.h"
#include "kernel/board.h"
#include "kernel/core.h"
#include "kernel/domain.h"
#include "kernel/fault.h"
#include "kernel/log.h"
#include "kernel/page.h"
#include "kernel/system.h"

extern char image_start[], text_end[], rodata_end[], stacks_start[], stacks_end[], image_end[];

/* ---- start ----------------------------------------------------------------------------------------------------------------- */

static void map_image(void)
{
	mmu_early_map((uint64_t)image_start, (uint64_t)text_end, MAP_KERNEL_TEXT);
	mmu_early_map((uint64_t)text_end, (uint64_t)rodata_end, MAP_KERNEL_RO);
	mmu_early_map((uint64_t)rodata_end, (uint64_t)stacks_start, MAP_KERNEL_RW);
	/* The lowest page of each stack stays unmapped. */
	for (uint64_t at = (uint64_t)stacks_start; at < (uint64_t)stacks_end; at += CORE_STACK_SIZE)
		mmu_early_map(at + PAGE_SIZE, at + CORE_STACK_SIZE, MAP_KERNEL_RW);
}

static void map_ram(struct memory_range ram)
{
	uint64_t from = ram.from == 0 ? PAGE_SIZE : ram.from; /* page 0: never */

	mmu_early_map(from, (uint64_t)image_start, MAP_KERNEL_RW);
	mmu_early_map((uint64_t)image_end, ram.to, MAP_KERNEL_RW);
}

static bool began_below_el2; /* so firmware, if there is any, is called by hvc */

static struct core *init_core(uint32_t n)
{
	struct core *core = &cores[n];

	core->number = n;
	core->stack = (uint64_t)STACK_TOP(n);
	core->emergency = (uint64_t)EMERGENCY_TOP(n);
	__asm__ volatile("msr tpidr_el1, %0" : : "r"(core));
	return core;
}

/* From head.S: EL1h, MMU off, bss cleared, on core 0's stack. level: CurrentEL at reset. */
__attribute__((noreturn)) void arch_start(uint64_t boot_argument, uint64_t level);
void arch_start(uint64_t boot_argument, uint64_t level)
{
	/* First: from here on a fault can be told. */
	init_core(0);
	began_below_el2 = level >> 2 < 2;
	board.early(boot_argument);
	map_image();
	map_ram(board.memory());
	for (const struct memory_range *d = board.devices; d->to != 0; d++)
		mmu_early_map(d->from, d->to, MAP_DEVICE);
	mmu_on();
	kernel_main();
}

/* From head.S: EL1h, MMU on, on its own stack. */
__attribute__((noreturn)) void arch_start_other(uint64_t number);
void arch_start_other(uint64_t number) { kernel_other_core(init_core((uint32_t)number)); }

void arch_open_gate(uint32_t count) { mmu_open_gate(count); }

/* PSCI CPU_ON (Arm DEN 0022, 5.1.4) of one cluster's n-th core, which begins where the image does. */
bool arch_psci_core_on(uint32_t n)
{
	register uint64_t x0 __asm__("x0") = 0xC4000003;
	register uint64_t x1 __asm__("x1") = n;
	register uint64_t x2 __asm__("x2") = (uint64_t)image_start;
	register uint64_t x3 __asm__("x3") = 0;

	if (began_below_el2)
		__asm__ volatile("hvc #0" : "+r"(x0), "+r"(x1), "+r"(x2), "+r"(x3) : : "memory");
	else
		__asm__ volatile("smc #0" : "+r"(x0), "+r"(x1), "+r"(x2), "+r"(x3) : : "memory");
	return x0 == 0;
}

const char *arch_describe(char *out, size_t size)
{
	uint64_t midr, sctlr;

	__asm__("mrs %0, midr_el1" : "=r"(midr));
	__asm__ volatile("mrs %0, sctlr_el1" : "=r"(sctlr));
	petri_snprintf(out, size, "core %s r%up%u, EL1, MMU %s, caches %s",
		       (midr >> 4 & 0xfff) == 0xd03 ? "Cortex-A53" : "unknown", (unsigned)(midr >> 20 & 15),
		       (unsigned)(midr & 15), sctlr & 1 ? "on" : "off", (sctlr & 0x1004) == 0x1004 ? "on" : "off");
	return out;
}

uint32_t arch_part_number(void)
{
	uint64_t midr;

	__asm__("mrs %0, midr_el1" : "=r"(midr));
	return midr >> 4 & 0xfff;
}

/* ---- frames ---------------------------------------------------------------------------------------------------------------- */

void arch_frame_advance(struct thread *t) { t->frame.pc += 4; }

/* svc has saved x0-x3 and x8; the others are scratch. */
void arch_frame_restart(struct thread *t)
{
	t->frame.pc -= 4;
	t->frame.kind = FRAME_FULL;
	arch_core()->altered = true; /* if it runs, it is to come out by its frame */
}

static void dump_registers(const struct trapframe *f)
{
	for (int i = 0; i < 28; i += 4)
		klog("  x%-2d %016lx  x%-2d %016lx  x%-2d %016lx  x%-2d %016lx\n", i, f->x[i], i + 1, f->x[i + 1], i + 2,
		     f->x[i + 2], i + 3, f->x[i + 3]);
	klog("  x28 %016lx  x29 %016lx  x30 %016lx  sp  %016lx\n", f->x[28], f->x[29], f->x[30], f->sp);
	klog("  pc  %016lx  pstate %08lx\n", f->pc, f->pstate);
}

/*
 * Frame records (AAPCS64 6.4.6): x29 points to the caller's x29 and x30. A leaf function has none: its caller is in x30, which otherwise
 * repeats the first record.
 */
static void trace(const struct trapframe *f, uint64_t low, uint64_t high, uint64_t *out, size_t n)
{
	uint64_t record = f->x[29];
	size_t i = 0;

	if (f->pc != 0) /* a jump to null: begin with who jumped */
		out[i++] = f->pc;
	out[i++] = f->x[30];
	while (i < n && record >= low && record <= high - 16 && record % 8 == 0) {
		const uint64_t *r = (const uint64_t *)record;

		if (r[1] == 0)
			break;
		if (record != f->x[29] || r[1] != f->x[30])
			out[i++] = r[1];
		if (r[0] <= record)
			break;
		record = r[0];
	}
	while (i < n)
		out[i++] = 0;
}

void arch_frame_trace(const struct thread *t, uint64_t *out, size_t n)
{
	trace(&t->frame, t->stack_base, t->stack_base + t->stack_size, out, n);
}

static void backtrace(const struct trapframe *f, uint64_t low, uint64_t high)
{
	uint64_t out[16];

	trace(f, low, high, out, 16);
	klog("  backtrace:");
	for (int i = 0; i < 16 && out[i] != 0; i++)
		klog(" %lx", out[i]);
	klog("\n");
}

void arch_frame_dump(const struct thread *t, bool registers)
{
	if (registers)
		dump_registers(&t->frame);
	if (t->stack_base != 0)
		backtrace(&t->frame, t->stack_base, t->stack_base + t->stack_size);
}

/* ---- faults ---------------------------------------------------------------------------------------------------------------- */

/* Exception classes, Arm ARM D13.2.37. */
static uint8_t cause_of(uint64_t esr)
{
	switch (esr >> 26) {
	case 0x00:
		return FAULT_UNDEFINED;
	case 0x01: /* wfi */
	case 0x18: /* msr, mrs, system instructions */
		return FAULT_PRIVILEGED;
	case 0x07:
		return FAULT_NO_FP;
	case 0x20:
	case 0x21:
		return FAULT_INSTRUCTION;
	case 0x22:
	case 0x26:
		return FAULT_ALIGNMENT;
	case 0x24:
	case 0x25:
		return (esr & 0x3f) == 0x21 ? FAULT_ALIGNMENT : FAULT_DATA;
	case 0x3c:
		return FAULT_BREAKPOINT;
	default:
		return FAULT_OTHER;
	}
}

/* Other exceptions leave in FAR what was there. */
static bool sets_far(uint64_t class) { return class == 0x20 || class == 0x21 || class == 0x22 || class == 0x24 || class == 0x25; }

void arch_fault_read(const struct thread *t, struct arch_fault *f)
{
	(void)t;
	__asm__ volatile("mrs %0, esr_el1" : "=r"(f->syndrome));
	__asm__ volatile("mrs %0, far_el1" : "=r"(f->address));
	f->cause = cause_of(f->syndrome);
	f->write = f->syndrome & (1 << 6);
	f->forbidden = (f->syndrome & 0x3c) == 0x0c; /* permission fault, any level */
	if (!sets_far(f->syndrome >> 26))
		f->address = 0;
}

static const char *const bugs[] = {
	"fault in the kernel itself", "interrupt while masked", "FIQ", "SError in the kernel", "SError", "exception from AArch32",
};

/* From vectors.S, out of a thread, whose frame is complete: something that is nobody's doing in particular. */
__attribute__((noreturn)) void arch_thread_bug(struct core *core, const struct thread *t, uint64_t which);
void arch_thread_bug(struct core *core, const struct thread *t, uint64_t which)
{
	uint64_t esr;

	(void)core;
	__asm__ volatile("mrs %0, esr_el1" : "=r"(esr));
	panic("%s in thread %s: esr 0x%lx", bugs[which], t->name, esr);
}

/* From vectors.S: an exception that must not be. The frame lies on the emergency stack. */
__attribute__((noreturn)) void arch_kernel_bug(const struct trapframe *f, uint64_t which);
void arch_kernel_bug(const struct trapframe *f, uint64_t which)
{
	const struct core *core = arch_core();
	uint64_t esr, far;

	__asm__ volatile("mrs %0, esr_el1" : "=r"(esr));
	__asm__ volatile("mrs %0, far_el1" : "=r"(far));
	panic_begin();
	klog("\n%s: esr 0x%lx far 0x%lx\n", bugs[which], esr, far);
	dump_registers(f);
	backtrace(f, core->stack - CORE_STACK_SIZE + PAGE_SIZE, core->stack);
	panic("%s at 0x%lx", bugs[which], f->pc);
}

/* ---- memory of threads ------------------------------------------------------------------------------------------------------- */

enum petri_error user_access_read(void *to, const void *from, size_t n, bool kernel_mode);
enum petri_error user_access_write(void *to, const void *from, size_t n, bool kernel_mode);
_Static_assert(PETRI_EADDRESS == 11, "user_access.S");

static bool kernel_mode(const struct thread *t) { return t->flags & THREAD_KERNEL_MODE; }

/* Device memory is nobody's argument, and reading it may have effects; everything else faults by itself if it is not there. An
 * app's window is far above all devices. */
static bool plausible(uint64_t address, size_t n)
{
	if (address - APP_IMAGE < APP_END - APP_IMAGE)
		return true;
	for (const struct memory_range *d = board.devices; d->to != 0; d++)
		if (address < d->to && address + n > d->from)
			return false;
	return address + n >= address;
}

enum petri_error arch_copy_from(const struct thread *t, void *to, uint64_t from, size_t n)
{
	return plausible(from, n) ? user_access_read(to, (const void *)from, n, kernel_mode(t)) : PETRI_EADDRESS;
}

enum petri_error arch_copy_to(const struct thread *t, uint64_t to, const void *from, size_t n)
{
	return plausible(to, n) ? user_access_write((void *)to, from, n, kernel_mode(t)) : PETRI_EADDRESS;
}

bool arch_is_memory(uint64_t address) { return plausible(address, 8); }

/* ---- floating point: CPACR_EL1.FPEN ------------------------------------------------------------------------------------------- */

void arch_fp_allow(bool yes) { __asm__ volatile("msr cpacr_el1, %0\n\tisb" : : "r"(yes ? 3ull << 20 : 0ull) : "memory"); }

/* ---- the generic timer: virtual, one shot ---------------------------------------------------------------------------------------- */

uint64_t arch_timer_hz(void)
{
	uint64_t hz;

	__asm__("mrs %0, cntfrq_el0" : "=r"(hz));
	return hz;
}

void arch_timer_arm(uint64_t ticks)
{
	if (ticks == UINT64_MAX) {
		arch_timer_off();
		return;
	}
	__asm__ volatile("msr cntv_cval_el0, %0\n\tmsr cntv_ctl_el0, %1\n\tisb" : : "r"(ticks), "r"(1ull) : "memory");
}

/* ---- the end ------------------------------------------------------------------------------------------------------------------ */

/* Semihosting SYS_EXIT (0x18) with ADP_Stopped_ApplicationExit: never on a real machine, where it is an undefined instruction. */
static void exit_simulation(int code)
{
	uint64_t block[2] = {0x20026, (uint64_t)code};
	register uint64_t x0 __asm__("x0") = 0x18;
	register uint64_t x1 __asm__("x1") = (uint64_t)block;

	__asm__ volatile("hlt #0xf000" : : "r"(x0), "r"(x1) : "memory");
}

void arch_halt(bool simulated, int code)
{
	if (simulated)
		exit_simulation(code);
	/* With an interrupt pending, which nobody takes any more, wfi does not wait: then the others have their turn nonetheless. */
	for (;;) {
		arch_wait();
		arch_spin_hint();
	}
}
