/*
 * Every way in which a user thread can die: helpers do on purpose what they may not, and the record of each is compared field by field: cause,
 * class and status of the syndrome, read or write, address, pc, id, name, domain, mode. A victim holds two locks: the one with a waiter goes to
 * that one, the other to whoever locks it next, both are told; the others go on, and nothing is left of the dead.
 *
 * test: mode user
 * test: records 108
 * test: seconds 120
 * test: arguments text=@kernel_main rodata=@board data=@cores tables=@early_tables stacks=@stacks_start
 */
#include <petri/console.h>
#include <petri/heap.h>
#include <petri/mutex.h>
#include <petri/semaphore.h>
#include <petri/string.h>

#include "common/deaths.h"
#include "common/test.h"
#include "common/words.h"

#define GIB (1ull << 30)

static const char *const ways[] = {"read", "write", "execute"};

/* As the manual numbers them: Arm ARM D13.2.37. */
enum status { TRANSLATION = 0x04, PERMISSION = 0x0c, ADDRESS_SIZE = 0x00 };

static struct death memory_death(int way, uint64_t address, enum status status)
{
	struct death d = {.cause = 1, .class = 0x24, .status = (int)status, .write = way == 1, .far = address, .arg = address};

	d.pc = way == 0 ? (uintptr_t)die_read : (uintptr_t)die_write;
	if (way == 2) {
		d.cause = 2;
		d.class = 0x20;
		d.write = -1;
		d.pc = address;
	}
	d.entry = way == 2 ? die_jump : (void (*)(uint64_t))(uintptr_t)d.pc;
	return d;
}

/* Of three ways those that ways_wanted names: "rwx". */
static void dies_at(const char *what, const char *wanted, uint64_t address, enum status status)
{
	static const char letters[] = "rwx";

	for (int way = 0; way < 3; way++) {
		struct death d = memory_death(way, address, status);
		char name[THREAD_NAME_MAX];

		if (memchr(wanted, letters[way], strlen(wanted)) == NULL)
			continue;
		petri_snprintf(name, sizeof(name), "%c_%s", letters[way], what);
		d.name = name;
		check(death_is_as_told(&d), "%s of %s, 0x%lx", ways[way], what, address);
	}
}

/* ---- what is the kernel's -------------------------------------------------------------------------------------------------- */

static void check_kernel(const char *words, size_t size)
{
	dies_at("text", "rwx", word_value(words, size, "text") & ~7ull, PERMISSION);
	dies_at("rodata", "rwx", word_value(words, size, "rodata") & ~7ull, PERMISSION);
	dies_at("kdata", "rwx", word_value(words, size, "data") & ~7ull, PERMISSION);
	dies_at("tables", "rwx", word_value(words, size, "tables"), PERMISSION);
	dies_at("corestack", "rwx", word_value(words, size, "stacks") + 8192, PERMISSION);
	dies_at("coreguard", "rwx", word_value(words, size, "stacks"), TRANSLATION);
	dies_at("threads", "rwx", 32 * GIB, PERMISSION);
	dies_at("buckets", "rwx", 33 * GIB, PERMISSION);
	dies_at("behind", "rwx", 34 * GIB, TRANSLATION);
}

/* Interrupt controller and UART of the machines we run on; those of the other are not there. */
static void check_devices(void)
{
	struct system_info info = info_now();

	if (strcmp(info.board, "virt") == 0) {
		dies_at("gicd", "rwx", 0x08000000, PERMISSION);
		dies_at("gicc", "rwx", 0x08010000, PERMISSION);
		dies_at("uart", "rwx", 0x09000000, PERMISSION);
	} else {
		dies_at("irqs", "rwx", 0x3F00B200, PERMISSION);
		dies_at("local", "rwx", 0x40000040, PERMISSION);
		dies_at("uart", "rwx", 0x3F201000, PERMISSION);
	}
}

/* ---- what is its own, but not for that --------------------------------------------------------------------------------------- */

static const uint64_t constant[2] = {7, 7};
static uint32_t data[4] = {0xd65f03c0}; /* ret, where no code may be */

static void check_own(void)
{
	uint32_t *heap = heap_alloc(64);
	uint64_t *stack = __builtin_alloca(64);

	*heap = data[0];
	*stack = data[0];
	dies_at("own_text", "w", (uintptr_t)die_read & ~7ull, PERMISSION);
	dies_at("own_rodata", "wx", (uintptr_t)constant, PERMISSION);
	dies_at("own_data", "x", (uintptr_t)data, PERMISSION);
	dies_at("own_heap", "x", (uintptr_t)heap, PERMISSION);
	dies_at("own_stack", "x", (uintptr_t)stack, PERMISSION);
	heap_free(heap);
	check(constant[0] == 7 && constant[1] == 7 && data[0] == 0xd65f03c0, "nothing of it was changed");
}

/* ---- what is nobody's -------------------------------------------------------------------------------------------------------- */

static void check_nobodys(void)
{
	dies_at("null", "rwx", 0, TRANSLATION);
	dies_at("page0", "rwx", 0xff8, TRANSLATION);
	dies_at("hole", "rwx", 65 * GIB, TRANSLATION);
	dies_at("heap_end", "rwx", 126 * GIB - 8, TRANSLATION);
	dies_at("past_heap", "rwx", 127 * GIB, TRANSLATION);
	dies_at("above", "rwx", 500 * GIB, TRANSLATION);
	dies_at("39_bits", "rwx", 512 * GIB, TRANSLATION);
	dies_at("48_bits", "rwx", 0x0000ffff00001230, TRANSLATION);
	dies_at("not_canonic", "rwx", 0x0123456789abcde0, TRANSLATION);
	dies_at("high_half", "rwx", 0xffff000000080000, TRANSLATION);
	dies_at("top", "rw", 0xfffffffffffffff8, TRANSLATION);
	dies_at("tagged", "rw", (uintptr_t)data | 1ull << 56, TRANSLATION);
}

static void *tell_stack(void *arg)
{
	*(uint64_t *)arg = (uintptr_t)arch_user_block();
	return NULL;
}

/* The victim's stack is the one that was given back last. */
static void check_guards(void)
{
	static const char *const names[] = {"r_guard", "w_guard"};
	uint64_t block = 0;

	for (int way = 0; way < 2; way++) {
		struct death d;

		join(start("tells", tell_stack, &block, 20));
		d = memory_death(way, block - 8, TRANSLATION);
		d.name = names[way];
		d.cause = 3;
		check(death_is_as_told(&d), "%s of its own guard page, 0x%lx", ways[way], d.far);
	}
	dies_at("guard", "x", block - 8, TRANSLATION);
	dies_at("others_guard", "rwx", (uintptr_t)arch_user_block() - 8, TRANSLATION);
}

/* ---- instructions ------------------------------------------------------------------------------------------------------------ */

/* What the machine calls undefined at EL0 it does not tell apart from an instruction that there is not: cause 7. */
static const struct {
	const char *name;
	void (*entry)(uint64_t arg);
	int cause, class;
} instructions[] = {
	{"msr_daifset", die_msr_daifset, 11, 0x18},
	{"mrs_daif", die_mrs_daif, 11, 0x18},
	{"mrs_sctlr", die_mrs_sctlr, 7, 0},
	{"msr_ttbr0", die_msr_ttbr0, 7, 0},
	{"msr_vbar", die_msr_vbar, 7, 0},
	{"msr_tpidrro", die_msr_tpidrro, 7, 0},
	{"msr_spsel", die_msr_spsel, 7, 0},
	{"tlbi", die_tlbi, 7, 0},
	{"eret", die_eret, 7, 0},
	{"wfi", die_wfi, 11, 0x01},
	{"hvc", die_hvc, 7, 0},
	{"smc", die_smc, 7, 0},
	{"msr_cntv_ctl", die_msr_cntv_ctl, 11, 0x18},
	{"msr_cntv_cval", die_msr_cntv_cval, 11, 0x18},
	{"dc_ivac", die_dc_ivac, 7, 0},
	{"dc_isw", die_dc_isw, 7, 0},
	{"ic_iallu", die_ic_iallu, 7, 0},
	{"at_s1e1r", die_at_s1e1r, 7, 0},
	{"udf", die_udf, 7, 0},
	{"brk", die_brk, 12, 0x3c},
	{"hlt", die_hlt, 7, 0},
	{"semihosting", die_semihosting, 7, 0},
};

static void check_instructions(void)
{
	for (unsigned int i = 0; i < sizeof(instructions) / sizeof(instructions[0]); i++) {
		struct death d = {
			.name = instructions[i].name,
			.entry = instructions[i].entry,
			.arg = 0x18, /* of the semihosting: exit, with any block */
			.cause = instructions[i].cause,
			.class = instructions[i].class,
			.status = -1,
			.write = -1,
			.pc = (uintptr_t)instructions[i].entry,
		};

		check(death_is_as_told(&d), "%s", d.name);
	}
}

/* ---- alignment, FP --------------------------------------------------------------------------------------------------------- */

static void check_alignment(void)
{
	struct death exclusive = memory_death(0, (uintptr_t)data + 1, 0x21), pc = memory_death(2, (uintptr_t)die_read + 2, 0);
	struct death fp = {.name = "no_fp", .entry = die_fp, .cause = 6, .class = 0x07, .status = -1, .write = -1, .plain = true};

	exclusive.name = "ldxr_unaligned";
	exclusive.cause = 8;
	exclusive.entry = die_ldxr;
	exclusive.pc = (uintptr_t)die_ldxr;
	check(death_is_as_told(&exclusive), "an exclusive load that is misaligned");
	pc.name = "pc_unaligned";
	pc.cause = 8;
	pc.class = 0x22;
	pc.status = -1;
	check(death_is_as_told(&pc), "a jump to an odd place");
	fp.pc = (uintptr_t)die_fp;
	check(death_is_as_told(&fp), "FP in a thread that may not");
}

/* A thread whose very first instruction is nowhere. */
static void check_first(void)
{
	struct death d = memory_death(2, 65 * GIB + 4, TRANSLATION);

	d.name = "bad_entry";
	d.entry = (void (*)(uint64_t))d.pc;
	d.direct = true;
	check(death_is_as_told(&d), "an entry point that is nobody's");
}

int main(char *words, size_t size)
{
	deaths_begin();
	check_kernel(words, size);
	check_devices();
	check_own();
	check_nobodys();
	check_guards();
	check_instructions();
	check_alignment();
	check_first();
	deaths_end();
	return test_end();
}
