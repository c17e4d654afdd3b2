/*
 * FP/SIMD registers belong to their thread: v0-v31, FPCR and FPSR survive preemption and system calls beside threads that use them
 * and threads that may not; a new thread finds them zero; and a thread without the attribute dies by name when it uses one.
 *
 * test: mode both
 * test: fault 6 nofp
 * test: quantum 0.9
 * test: seeds 4
 */
#include <petri/string.h>

#include "common/test.h"

#define THREADS 4
#define ROUNDS 6000
#define FPCR_BITS 0x03c00000u /* rounding mode, flush to zero, default NaN */
#define FPSR_BITS 0x0800009fu /* saturation and the cumulative exceptions */

struct picture {
	uint64_t v[64];
	uint64_t fpcr, fpsr;
} __attribute__((aligned(16)));

/* Load all from in, stand there, store all to out. No general register matters here. */
void fp_round(const struct picture *in, struct picture *out);
/* Only store: what a thread finds. */
void fp_look(struct picture *out);
void fp_use(void);

#define PAIR(op, a, b, at) #op " q" #a ", q" #b ", [x2, #" #at "]\n"
#define ALL(op) \
	PAIR(op, 0, 1, 0) \
	PAIR(op, 2, 3, 32) PAIR(op, 4, 5, 64) PAIR(op, 6, 7, 96) PAIR(op, 8, 9, 128) PAIR(op, 10, 11, 160) PAIR(op, 12, 13, 192) \
		PAIR(op, 14, 15, 224) PAIR(op, 16, 17, 256) PAIR(op, 18, 19, 288) PAIR(op, 20, 21, 320) PAIR(op, 22, 23, 352) \
			PAIR(op, 24, 25, 384) PAIR(op, 26, 27, 416) PAIR(op, 28, 29, 448) PAIR(op, 30, 31, 480)

__asm__(".text\n.balign 16\n.arch_extension fp\n.arch_extension simd\n"
	"fp_round:\n mov x2, x0\n" ALL(
		ldp) "ldr x3, [x2, #512]\n msr fpcr, x3\n ldr x3, [x2, #520]\n msr fpsr, x3\n"
		     ".rept 160\n nop\n .endr\n"
		     "mov x0, x1\n"
		     "fp_look:\n mov x2, x0\n" ALL(stp) "mrs x3, fpcr\n str x3, [x2, #512]\n mrs x3, fpsr\n str x3, [x2, #520]\n ret\n"
							"fp_use:\n fmov d0, xzr\n ret\n");

struct worker {
	uint64_t wrong;
	uint64_t found_at_start;
	uint64_t state;
};

static bool same(const struct picture *a, const struct picture *b) { return memcmp(a, b, sizeof(*a)) == 0; }

static void fill(struct picture *p, uint64_t *state)
{
	for (int i = 0; i < 64; i++)
		p->v[i] = draw(state) * 0x9e3779b97f4a7c15ull;
	p->fpcr = draw(state) & FPCR_BITS;
	p->fpsr = draw(state) & FPSR_BITS;
}

/* Not zero at the start: what the last user of the registers has left there. */
static uint64_t residue(void)
{
	struct picture p;
	uint64_t found = 0;

	fp_look(&p);
	for (int i = 0; i < 64; i++)
		found |= p.v[i];
	return found | p.fpcr | p.fpsr;
}

static void *torture(void *arg)
{
	struct worker *w = arg;
	struct picture in, out;

	w->found_at_start = residue();
	for (int round = 0; round < ROUNDS; round++) {
		if (round % 32 == 0)
			fill(&in, &w->state);
		fp_round(&in, &out);
		w->wrong += !same(&in, &out);
		if (round % 128 == 0) {
			thread_yield();
			fp_look(&out);
			w->wrong += !same(&in, &out);
		}
	}
	return NULL;
}

static bool stop;

/* A thread without FP that takes turns with the others. */
static void *integers(void *arg)
{
	uint64_t n = 0;

	while (!__atomic_load_n(&stop, __ATOMIC_RELAXED))
		n++;
	return arg;
}

static void *forbidden(void *arg)
{
	fp_use();
	return arg;
}

static void check_torture(bool one_core)
{
	static struct worker workers[THREADS];
	thread_id ids[THREADS], other = start_compact("integers", integers, NULL, 10);
	struct system_info before = info_now();

	__atomic_store_n(&stop, false, __ATOMIC_RELAXED);
	for (unsigned int i = 0; i < THREADS; i++) {
		workers[i].state = 5 + i;
		ids[i] = start("torture", torture, &workers[i], 10);
	}
	for (int i = 0; i < THREADS; i++) {
		join(ids[i]);
		check(workers[i].wrong == 0, "thread %d: FP registers kept (%lu of %d rounds wrong)", i, workers[i].wrong, ROUNDS);
		check(workers[i].found_at_start == 0, "thread %d began with FP registers of zero", i);
	}
	if (one_core) /* else each has a core of its own */
		check_preempted(&before, THREADS * ROUNDS);
	__atomic_store_n(&stop, true, __ATOMIC_RELAXED);
	join(other);
}

/* A compact thread may have FP, too. */
static void check_compact(void)
{
	struct thread_attr attr = THREAD_ATTR_COMPACT;
	thread_id id;

	attr.flags = THREAD_FP;
	must(thread_create(&id, &attr, forbidden, &attr));
	check(join(id) == &attr, "a compact thread with THREAD_FP may use FP");
}

int main(void)
{
	thread_id id;

	stay_on_one_core();
	check_torture(true);
	use_all_cores();
	check_torture(false);
	check_compact();
	id = start_compact("nofp", forbidden, NULL, 20);
	expect(thread_join(id, NULL), PETRI_EFAULTED);
	fp_use();
	check(true, "and everybody else goes on");
	return test_end();
}
