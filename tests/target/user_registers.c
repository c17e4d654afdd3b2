/*
 * Nothing of the kernel, and nothing of another thread, is ever seen in a register. After each system call, with garbage in all registers before
 * it and whatever number behind svc: x1 to x18 are zero, the flags are those the caller had, x19 to x30 and v0 to v31 as they were. At its first
 * instruction a thread finds zero but for its argument; so in the FP registers, also where its save area was somebody else's who ended, was
 * killed, or died of a fault. TPIDR_EL0 belongs to the thread.
 *
 * test: mode user
 * test: fault 7 dies x8
 * test: seeds 2
 */
#include <petri/park.h>
#include <petri/stream.h>
#include <petri/string.h>
#include <petri/syscall.h>

#include "common/test.h"

struct picture {
	uint64_t x[31];
	uint64_t nzcv;
	uint64_t v[64];
	uint64_t fpcr, fpsr;
} __attribute__((aligned(16)));

#define AT_NZCV "248"
#define AT_V "256"
#define AT_FPCR "768"
#define AT_FPSR "776"

/*
 * void look_around(const struct picture *in, struct picture *out): all registers but x29 and sp from in, svc, all of them to out.
 * look_around_7 has another number behind svc, which means nothing.
 *
 *     sp+0   x29, x30, x19..x28, d8..d15
 *     sp+160 out
 *     sp+168 room for x0
 */
void look_around(const struct picture *in, struct picture *out);
void look_around_7(const struct picture *in, struct picture *out);
/* void *look_first(void *out): the first thing a thread does. */
void *look_first(void *out);
/* FP registers and most others from in, and stay: an undefined instruction, or for ever. */
void fill_and_die(const struct picture *in);
void fill_and_stay(const struct picture *in);

#define V(op, a, b, at) #op " q" #a ", q" #b ", [x2, #" #at "]\n"
#define ALL_V(op) \
	V(op, 0, 1, 0) \
	V(op, 2, 3, 32) V(op, 4, 5, 64) V(op, 6, 7, 96) V(op, 8, 9, 128) V(op, 10, 11, 160) V(op, 12, 13, 192) \
		V(op, 14, 15, 224) V(op, 16, 17, 256) V(op, 18, 19, 288) V(op, 20, 21, 320) V(op, 22, 23, 352) \
			V(op, 24, 25, 384) V(op, 26, 27, 416) V(op, 28, 29, 448) V(op, 30, 31, 480)
#define LOAD_V \
	"add x2, x0, #" AT_V "\n" ALL_V(ldp) "ldr x3, [x0, #" AT_FPCR "]\n msr fpcr, x3\n ldr x3, [x0, #" AT_FPSR \
					     "]\n msr fpsr, x3\n"
/* x0 = out; x2 and x3 are free */
#define STORE_V \
	"add x2, x0, #" AT_V "\n" ALL_V(stp) "mrs x3, fpcr\n str x3, [x0, #" AT_FPCR "]\n mrs x3, fpsr\n str x3, [x0, #" AT_FPSR \
					     "]\n"
#define X(op, a, b, at) #op " x" #a ", x" #b ", [x0, #" #at "]\n"
#define X2_TO_X27(op) \
	X(op, 2, 3, 16) \
	X(op, 4, 5, 32) X(op, 6, 7, 48) X(op, 8, 9, 64) X(op, 10, 11, 80) X(op, 12, 13, 96) X(op, 14, 15, 112) \
		X(op, 16, 17, 128) X(op, 18, 19, 144) X(op, 20, 21, 160) X(op, 22, 23, 176) X(op, 24, 25, 192) X(op, 26, 27, 208)
#define LOOK(name, number) \
#name ":\n" \
	      "stp x29, x30, [sp, #-176]!\n stp x19, x20, [sp, #16]\n stp x21, x22, [sp, #32]\n stp x23, x24, [sp, #48]\n stp x25, x26, [sp, #64]\n" \
	      "stp x27, x28, [sp, #80]\n stp d8, d9, [sp, #96]\n stp d10, d11, [sp, #112]\n stp d12, d13, [sp, #128]\n stp d14, d15, [sp, #144]\n" \
	      "str x1, [sp, #160]\n" LOAD_V "ldr x2, [x0, #" AT_NZCV "]\n msr nzcv, x2\n" X2_TO_X27( \
		      ldp) "ldr x28, [x0, #224]\n ldr x30, [x0, #240]\n ldp x0, x1, [x0]\n" \
			   "svc #" #number "\n" \
			   "str x0, [sp, #168]\n ldr x0, [sp, #160]\n" X2_TO_X27( \
				   stp) "str x28, [x0, #224]\n str x30, [x0, #240]\n str x1, [x0, #8]\n" \
					"mrs x1, nzcv\n str x1, [x0, #" AT_NZCV "]\n ldr x1, [sp, #168]\n str x1, [x0]\n" STORE_V \
					"ldp x19, x20, [sp, #16]\n ldp x21, x22, [sp, #32]\n ldp x23, x24, [sp, #48]\n ldp x25, x26, [sp, #64]\n ldp x27, x28, [sp, #80]\n" \
					"ldp d8, d9, [sp, #96]\n ldp d10, d11, [sp, #112]\n ldp d12, d13, [sp, #128]\n ldp d14, d15, [sp, #144]\n" \
					"ldp x29, x30, [sp], #176\n ret\n"

__asm__(".text\n.balign 16\n.arch_extension fp\n.arch_extension simd\n" LOOK(look_around, 0) LOOK(
	look_around_7,
	0x1234) "look_first:\n"
		"str x1, [x0, #8]\n" X2_TO_X27(
			stp) "stp x28, x29, [x0, #224]\n str x30, [x0, #240]\n mrs x1, nzcv\n str x1, [x0, #" AT_NZCV
			     "]\n" STORE_V "mrs x1, tpidr_el0\n str x1, [x0]\n ret\n"
			     "fill_and_die:\n" LOAD_V X2_TO_X27(ldp) "udf #0\n"
								     "fill_and_stay:\n" LOAD_V X2_TO_X27(ldp) "1: b 1b\n");

static uint64_t state;

static void fill(struct picture *p)
{
	uint64_t *word = (uint64_t *)p;

	for (unsigned int i = 0; i < sizeof(*p) / 8; i++)
		word[i] = draw(&state) * 0x9e3779b97f4a7c15ull | 1;
	p->nzcv &= 0xf0000000u;
	p->fpcr &= 0x03c00000u;
	p->fpsr &= 0x0800009fu;
}

/* ---- after each call --------------------------------------------------------------------------------------------------------- */

static uint64_t word = 5;
static union {
	struct thread_end end;
	struct system_info system;
	struct thread_info info;
	struct stream_command command;
	uint64_t word;
} answer;

#define P(x) ((uintptr_t)(x))
#define SOON UINT64_MAX /* stands for: 20 us from now */

static void *give_back(void *arg) { return arg; }

static const struct {
	uint8_t number;
	uint64_t a[4];
} calls[] = {
	{SYS_thread_yield, {0}},
	{SYS_park, {P(&word), 5, SOON}},
	{SYS_park, {P(&word), 6, SOON}},
	{SYS_park, {7, 6, SOON}},
	{SYS_unpark, {P(&word), 100}},
	{SYS_hand_off, {P(&word), 0}},
	{SYS_park_mutex, {P(&word), 6, 1}},
	{SYS_thread_sleep, {SOON}},
	{SYS_thread_sleep, {0}},
	{SYS_thread_create, {8}},
	{SYS_thread_make, {7ull << 32}},
	{SYS_thread_join, {77, 0, SOON}},
	{SYS_thread_join_any, {P(&answer), SOON}},
	{SYS_thread_detach, {77}},
	{SYS_thread_kill, {77}},
	{SYS_thread_priority, {77, 3}},
	{SYS_thread_affinity, {77, 1}},
	{SYS_thread_quantum, {77, 1000}},
	{SYS_thread_info, {77, P(&answer)}},
	{SYS_thread_name, {77, 0, 0}},
	{SYS_heap_grow, {1}},
	{SYS_heap_grow, {4096, P(&answer)}},
	{SYS_console_write, {P("# text\n"), 7, 1}},
	{SYS_stream_send, {0x7e, P("text"), 4}},
	{SYS_stream_receive, {P(&answer), SOON}},
	{SYS_stream_answer, {8}},
	{SYS_system_info, {P(&answer)}},
	{SYS_system_info, {8}},
	{SYS_deadlock_react, {9}},
	{SYS_deadlock_await, {0, 0, SOON}},
	{SYS_preempt_point, {0}},
	{SYS_null, {0}},
	{SYS_heap_private, {4096, P(&answer)}},
	{SYS_heap_private, {1024 * 1024, P(&answer)}},
	{SYS_share_open, {P("name"), 4, 4096, P(&answer)}},
	{SYS_thread_cores, {0, 0, 0}},
	{SYSCALLS, {1, 2, 3, 4}},
	{200, {1, 2, 3, 4}},
};

static unsigned int wrong;

static void compare(unsigned int number, const struct picture *in, const struct picture *out)
{
	for (unsigned int i = 1; i <= 18; i++)
		if (out->x[i] != 0) {
			note("call %u leaves 0x%lx in x%u", number, out->x[i], i);
			wrong++;
		}
	for (unsigned int i = 19; i <= 30; i++)
		wrong += i != 29 && out->x[i] != in->x[i];
	wrong += out->nzcv != in->nzcv;
	wrong += memcmp(out->v, in->v, sizeof(in->v)) != 0 || out->fpcr != in->fpcr || out->fpsr != in->fpsr;
}

static void check_one_call(unsigned int i, bool other_number)
{
	static struct picture in, out;

	fill(&in);
	in.x[8] = calls[i].number | (in.x[8] & ~0xffffffffull); /* the number is in w8 */
	for (int a = 0; a < 4; a++)
		in.x[a] = calls[i].a[a] == SOON ? in_us(20) : calls[i].a[a];
	(other_number ? look_around_7 : look_around)(&in, &out);
	compare(calls[i].number, &in, &out);
	if (calls[i].number >= SYSCALLS)
		wrong += out.x[0] != PETRI_ENOSYS;
}

static void check_calls(void)
{
	bool there[256] = {[SYS_thread_exit] = true, [SYS_system_exit] = true, [SYS_thread_abort] = true};
	unsigned int missing = 0;

	for (unsigned int round = 0; round < 8; round++)
		for (unsigned int i = 0; i < sizeof(calls) / sizeof(calls[0]); i++) {
			check_one_call(i, round & 1);
			there[calls[i].number] = true;
		}
	for (unsigned int n = 0; n < SYSCALLS; n++)
		missing += !there[n];
	check(missing == 0, "each call that returns is tried (%u are missing)", missing);
	check(wrong == 0, "after none of them a register tells anything (%u did)", wrong);
}

/* Garbage in all registers, the number among them. */
static void check_garbage(void)
{
	static struct picture in, out;
	unsigned int faults = 0;

	for (int i = 0; i < 1000; i++) {
		fill(&in);
		in.x[8] |= 0x80000000u;
		look_around_7(&in, &out);
		faults += out.x[0] != PETRI_ENOSYS;
		compare(999, &in, &out);
	}
	check(faults == 0 && wrong == 0, "svc with garbage is no call, and leaves nothing (%u answers, %u registers)", faults,
	      wrong);
}

/* ---- at the first instruction --------------------------------------------------------------------------------------------------- */

static struct picture first;

/* x0 is its argument, x19 its entry function, x30 the way back into the library; all else is zero. TPIDR_EL0, told in its place, likewise. */
static unsigned int not_zero(void)
{
	unsigned int n = first.x[0] != 0;

	for (unsigned int i = 1; i <= 29; i++)
		n += i != 19 && first.x[i] != 0;
	for (unsigned int i = 0; i < 64; i++)
		n += first.v[i] != 0;
	return n + (first.x[19] != P(look_first)) + (first.fpcr != 0) + (first.fpsr != 0) + (first.nzcv != 0);
}

static struct picture filling;

static void *be_killed(void *arg)
{
	fill_and_stay(arg);
	return arg;
}

static void *die(void *arg)
{
	fill_and_die(arg);
	return arg;
}

static void *end_full(void *arg)
{
	look_around(arg, &first); /* yield */
	return NULL;
}

static void leave_behind(int how)
{
	thread_id id;

	if (how == 0) {
		join(start("ends", end_full, &filling, 20));
	} else if (how == 1) {
		expect(thread_join(start("dies", die, &filling, 20), NULL), PETRI_EFAULTED);
	} else {
		id = start_steady("killed", be_killed, &filling, 20);
		thread_sleep(PETRI_US(20));
		expect(thread_kill(id), PETRI_OK);
		expect(thread_join(id, NULL), PETRI_EKILLED);
	}
}

static void check_first(void)
{
	unsigned int n = 0;

	for (int round = 0; round < 24; round++) {
		fill(&filling);
		filling.x[8] = SYS_thread_yield;
		leave_behind(round % 3);
		memset(&first, 0xaa, sizeof(first));
		must(thread_join(start("looks", look_first, &first, 20), NULL));
		n += not_zero();
	}
	check(n == 0, "a thread begins with nothing in its registers (%u were not zero)", n);
}

int main(void)
{
	state = info_now().seed + 1;
	thread_set_priority(thread_self(), 22, NULL);
	join(start("warm", give_back, NULL, 20));
	check_calls();
	check_garbage();
	check_first();
	return test_end();
}
