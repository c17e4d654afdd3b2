/*
 * No register of a thread changes under preemption: x0-x30 (x18 and x29 among them), the flags, TPIDR_EL0; and a system
 * call keeps what it promises to keep. Each thread fills them with a pattern of its own and looks at them again.
 *
 * test: mode both
 * test: quantum 0.7
 * test: seeds 4
 */
#include "common/test.h"

#define THREADS 4
#define ROUNDS 12000
#define NZCV 31 /* places after x0..x30 */
#define TLS 32

struct picture {
	uint64_t value[34];
};

/*
 * void registers_round(const struct picture *in, struct picture *out)
 *
 * Loads everything from in, stands there for a while, and stores everything to out. While it stands no register is free:
 * what it needs to find its way back lies on the stack.
 *
 *     sp+0    x29, x30, x19..x28
 *     sp+96   room for x0; then out
 */
void registers_round(const struct picture *in, struct picture *out);
/* The same with a system call (yield) in the middle instead; only x19-x30 are comparable. */
void registers_call(const struct picture *in, struct picture *out);

#define SAVE \
	"stp x29, x30, [sp, #-112]!\n stp x19, x20, [sp, #16]\n stp x21, x22, [sp, #32]\n stp x23, x24, [sp, #48]\n" \
	"stp x25, x26, [sp, #64]\n stp x27, x28, [sp, #80]\n str x1, [sp, #104]\n"
#define LOAD \
	"ldr x2, [x0, #256]\n msr tpidr_el0, x2\n ldr x2, [x0, #248]\n msr nzcv, x2\n" \
	"ldp x2, x3, [x0, #16]\n ldp x4, x5, [x0, #32]\n ldp x6, x7, [x0, #48]\n ldp x8, x9, [x0, #64]\n" \
	"ldp x10, x11, [x0, #80]\n ldp x12, x13, [x0, #96]\n ldp x14, x15, [x0, #112]\n ldp x16, x17, [x0, #128]\n" \
	"ldp x18, x19, [x0, #144]\n ldp x20, x21, [x0, #160]\n ldp x22, x23, [x0, #176]\n ldp x24, x25, [x0, #192]\n" \
	"ldp x26, x27, [x0, #208]\n ldp x28, x29, [x0, #224]\n ldr x30, [x0, #240]\n ldp x0, x1, [x0]\n"
#define STORE \
	"str x0, [sp, #96]\n ldr x0, [sp, #104]\n str x1, [x0, #8]\n ldr x1, [sp, #96]\n str x1, [x0]\n" \
	"stp x2, x3, [x0, #16]\n stp x4, x5, [x0, #32]\n stp x6, x7, [x0, #48]\n stp x8, x9, [x0, #64]\n" \
	"stp x10, x11, [x0, #80]\n stp x12, x13, [x0, #96]\n stp x14, x15, [x0, #112]\n stp x16, x17, [x0, #128]\n" \
	"stp x18, x19, [x0, #144]\n stp x20, x21, [x0, #160]\n stp x22, x23, [x0, #176]\n stp x24, x25, [x0, #192]\n" \
	"stp x26, x27, [x0, #208]\n stp x28, x29, [x0, #224]\n str x30, [x0, #240]\n" \
	"mrs x1, nzcv\n str x1, [x0, #248]\n mrs x1, tpidr_el0\n str x1, [x0, #256]\n"
#define RESTORE \
	"ldp x19, x20, [sp, #16]\n ldp x21, x22, [sp, #32]\n ldp x23, x24, [sp, #48]\n ldp x25, x26, [sp, #64]\n" \
	"ldp x27, x28, [sp, #80]\n ldp x29, x30, [sp], #112\n ret\n"

__asm__(".text\n.balign 16\nregisters_round:\n" SAVE LOAD ".rept 160\n nop\n .endr\n" STORE RESTORE "registers_call:\n" SAVE LOAD
	"mov x8, #0\n svc #0\n" STORE RESTORE);

struct worker {
	uint64_t wrong;
	unsigned int number;
	unsigned int register_wrong;
};

static void fill(struct picture *p, uint64_t *state)
{
	for (int i = 0; i <= TLS; i++)
		p->value[i] = draw(state) * 0x9e3779b97f4a7c15ull;
	p->value[NZCV] &= 0xf0000000u;
}

static void compare(struct worker *w, const struct picture *a, const struct picture *b, int first, int last)
{
	for (int i = first; i <= last; i++)
		if (a->value[i] != b->value[i]) {
			w->wrong++;
			w->register_wrong = (unsigned int)i;
		}
}

static void *torture(void *arg)
{
	struct worker *w = arg;
	uint64_t state = 77 + w->number;
	struct picture in, out;

	for (int round = 0; round < ROUNDS; round++) {
		if (round % 64 == 0)
			fill(&in, &state);
		registers_round(&in, &out);
		compare(w, &in, &out, 0, TLS);
		if (round % 16 == 0) {
			registers_call(&in, &out);
			compare(w, &in, &out, 19, 30);
			compare(w, &in, &out, TLS, TLS);
		}
	}
	return NULL;
}

static void check_torture(bool one_core)
{
	static struct worker workers[THREADS];
	thread_id ids[THREADS];
	struct system_info before = info_now();

	for (unsigned int i = 0; i < THREADS; i++) {
		workers[i] = (struct worker){.number = i};
		ids[i] = start("torture", torture, &workers[i], 10);
	}
	for (int i = 0; i < THREADS; i++) {
		join(ids[i]);
		check(workers[i].wrong == 0, "thread %d: all registers kept (%lu wrong, the last was %u)", i, workers[i].wrong,
		      workers[i].register_wrong);
	}
	if (one_core) /* else each has a core of its own */
		check_preempted(&before, THREADS * ROUNDS);
}

int main(void)
{
	stay_on_one_core();
	check_torture(true);
	use_all_cores();
	check_torture(false);
	return test_end();
}
