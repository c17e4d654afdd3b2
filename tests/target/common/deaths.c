/* See deaths.h. */
#include "deaths.h"

#include <petri/console.h>
#include <petri/mutex.h>
#include <petri/semaphore.h>

#include "test.h"

/* x0 = the argument. A second one follows where an interrupt that is pending could make the first one pass. */
#define DIE(name, instruction) ".globl die_" #name "\ndie_" #name ":\n " instruction "\n " instruction "\n ret\n"

__asm__(".text\n.balign 16\n.arch_extension fp\n.arch_extension simd\n" DIE(read, "ldr x0, [x0]") DIE(write, "str xzr, [x0]")
		DIE(jump, "br x0") DIE(msr_daifset, "msr daifset, #2") DIE(mrs_daif, "mrs x0, daif")
			DIE(mrs_sctlr, "mrs x0, sctlr_el1") DIE(msr_ttbr0, "msr ttbr0_el1, x0") DIE(msr_vbar, "msr vbar_el1, x0")
				DIE(msr_tpidrro, "msr tpidrro_el0, x0") DIE(msr_spsel, "msr spsel, #1") DIE(tlbi, "tlbi vmalle1")
					DIE(eret, "eret") DIE(wfi, "wfi") DIE(hvc, "hvc #0") DIE(smc, "smc #0")
						DIE(msr_cntv_ctl, "msr cntv_ctl_el0, xzr")
							DIE(msr_cntv_cval, "msr cntv_cval_el0, xzr") DIE(dc_ivac, "dc ivac, x0")
								DIE(dc_isw, "dc isw, x0") DIE(ic_iallu, "ic iallu")
									DIE(at_s1e1r, "at s1e1r, x0") DIE(udf, "udf #0")
										DIE(brk, "brk #7") DIE(hlt, "hlt #1")
											DIE(semihosting, "hlt #0xf000")
												DIE(ldxr, "ldxr x1, [x0]")
													DIE(fp, "fmov d0, xzr"));

static struct mutex waited_for = MUTEX_INIT, quiet = MUTEX_INIT;
static struct semaphore go = SEMAPHORE_INIT(0);
static bool stop;
static uint64_t witnessed;
static thread_id witness;

static void *be_witness(void *arg)
{
	while (!__atomic_load_n(&stop, __ATOMIC_RELAXED)) {
		__atomic_fetch_add(&witnessed, 1, __ATOMIC_RELAXED);
		thread_yield();
	}
	return arg;
}

static void *hold_and_die(void *arg)
{
	const struct death *d = arg;

	if (mutex_lock(&waited_for) != PETRI_OK || mutex_lock(&quiet) != PETRI_OK || semaphore_wait(&go) != PETRI_OK)
		return arg;
	d->entry(d->arg);
	return arg;
}

/* What its lock says; it gives it back. */
static void *inherit(void *arg)
{
	enum petri_error error = mutex_lock(&waited_for);

	(void)arg;
	if (mutex_unlock(&waited_for) != PETRI_OK)
		error = PETRI_EOWNER;
	return (void *)(intptr_t)error;
}

/* docs/wire.md, FAULT, with underlines for blanks. */
static const char *text_of(const struct death *d)
{
	static const char *const texts[] = {
		[3] = "stack_overflow_(guard_page)", [6] = "FP_or_SIMD_instruction_in_a_thread_without_THREAD_FP",
		[7] = "undefined_instruction",       [8] = "misaligned_access",
		[11] = "privileged_instruction",     [12] = "breakpoint_instruction",
	};
	bool forbidden = d->status == 0x0c;

	if (d->cause == 2)
		return forbidden ? "jump_to_what_may_not_be_executed" : "jump_to_an_address_that_is_not_mapped";
	if (d->cause == 1 && d->write == 1)
		return forbidden ? "write_to_what_may_not_be_written" : "write_to_an_address_that_is_not_mapped";
	if (d->cause == 1)
		return forbidden ? "read_of_what_may_not_be_read" : "read_of_an_address_that_is_not_mapped";
	return texts[d->cause];
}

void death_announce(const struct death *d, thread_id id, bool user)
{
	console_printf("record name=%s id=0x%lx cause=%d class=0x%x status=%s", d->name, id, d->cause, d->class,
		       d->status < 0 ? "-" : "");
	if (d->status >= 0)
		console_printf("0x%x", d->status);
	console_printf(" write=%s far=0x%lx pc=0x%lx domain=1 mode=%s text=%s\n",
		       d->write < 0 ? "-"
		       : d->write   ? "1"
				    : "0",
		       d->far, d->pc, user ? "user" : "kernel", text_of(d));
}

static thread_id start_victim(const struct death *d)
{
	void *arg = (void *)(uintptr_t)d;
	struct thread_attr attr = THREAD_ATTR_DEFAULT;
	thread_id id = 0;

	attr.name = d->name;
	attr.priority = 20;
	if (d->plain) {
		attr.stack = THREAD_COMPACT;
		attr.stack_size = 1024; /* at -O0, too */
		attr.flags = 0;
	}
	must(thread_create(&id, &attr, d->direct ? (thread_entry)(uintptr_t)d->entry : hold_and_die, arg));
	return id;
}

/* PETRI_EOWNERDIED, twice, as the heirs of a dead owner are told. */
static bool heirs_are_told(thread_id heir)
{
	intptr_t with_waiter = (intptr_t)join(heir);
	enum petri_error without = mutex_lock(&quiet);
	bool free_again = mutex_unlock(&quiet) == PETRI_OK && mutex_trylock(&waited_for) == PETRI_OK &&
			  mutex_unlock(&waited_for) == PETRI_OK;

	if (with_waiter != PETRI_EOWNERDIED || without != PETRI_EOWNERDIED || !free_again)
		note("its locks: %s with a waiter, %s without, %s", petri_strerror((enum petri_error)with_waiter),
		     petri_strerror(without), free_again ? "free" : "not free afterwards");
	return with_waiter == PETRI_EOWNERDIED && without == PETRI_EOWNERDIED && free_again;
}

static bool die(const struct death *d)
{
	thread_id id = start_victim(d), heir;
	void *value = &value;
	bool told = true;
	enum petri_error how;

	if (!d->direct) {
		reaches(id, THREAD_BLOCKED);
		heir = start("heir", inherit, NULL, 20);
		reaches(heir, THREAD_BLOCKED);
		semaphore_post(&go);
		told = heirs_are_told(heir);
	}
	how = thread_join(id, &value);
	death_announce(d, id, thread_is_user());
	if (how != PETRI_EFAULTED || value != NULL || thread_join(id, NULL) != PETRI_ESTALE)
		note("%s: its joiner is told %s, value %p", d->name, petri_strerror(how), value);
	return told && how == PETRI_EFAULTED && value == NULL;
}

static bool witness_goes_on(void) { return goes_on(&witnessed, __atomic_load_n(&witnessed, __ATOMIC_RELAXED), 10, 1000000); }

bool death_is_as_told(const struct death *d)
{
	struct system_info before, after;
	bool dead, on;

	before = info_now();
	dead = die(d);
	on = witness_goes_on();
	after = info_now();
	if (after.threads_alive != before.threads_alive || after.threads_resident != before.threads_resident ||
	    after.memory_free != before.memory_free) {
		note("%s leaves %u threads alive, %u in memory, and %ld bytes", d->name, after.threads_alive - before.threads_alive,
		     after.threads_resident - before.threads_resident, (long)(before.memory_free - after.memory_free));
		return false;
	}
	return dead && on;
}

static void *end_at_once(void *arg) { return arg; }

/* All that is kept for later is taken once: stacks and control blocks of both kinds, two at a time. */
void deaths_begin(void)
{
	struct thread_attr compact = THREAD_ATTR_COMPACT;
	thread_id ids[4] = {0};

	compact.stack_size = 1024;
	compact.flags = 0;
	witness = start("witness", be_witness, NULL, 10);
	for (int i = 0; i < 2; i++) {
		ids[i] = start("first", end_at_once, NULL, 10);
		must(thread_create(&ids[2 + i], &compact, end_at_once, NULL));
	}
	for (int i = 0; i < 4; i++)
		join(ids[i]);
}

void deaths_end(void)
{
	uint64_t now = witnessed;

	check(witness_goes_on() && witnessed > now, "everybody else went on");
	__atomic_store_n(&stop, true, __ATOMIC_RELAXED);
	check(join(witness) == NULL, "and ends when it is told to");
}
