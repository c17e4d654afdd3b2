/*
 * A stack pointer that stands above its own compact stack has overrun nobody: its thread ends, the one whose stack lies below lives on, and so
 * does everybody else.
 *
 * test: mode both
 * test: fault 4 stray x2
 */
#include <petri/park.h>

#include "common/test.h"

#define CELLS 3

static uint64_t gate;
static struct cell {
	thread_id id;
	uintptr_t block; /* its user block: at the low end of its stack */
	uint64_t up;     /* its stack pointer goes so far up */
} cells[CELLS];

/* No word is read or written up there. */
static void call_from_above(uint64_t up)
{
	__asm__ volatile("mov x9, sp\n\tadd x9, x9, %0\n\tmov sp, x9\n\tmov x8, #0\n\tsvc #0"
			 :
			 : "r"(up)
			 : "x0", "x1", "x2", "x3", "x8", "x9", "memory");
}

static void *live(void *arg)
{
	struct cell *c = arg;

	c->block = (uintptr_t)arch_user_block();
	must(park(&gate, 0, PETRI_FOREVER));
	if (c->up != 0)
		call_from_above(c->up);
	thread_yield();
	return c;
}

/* One that has another right below it. */
static struct cell *find_upper(void)
{
	struct thread_info info = {0};

	must(thread_info(cells[0].id, &info));
	for (int i = 0; i < CELLS; i++)
		for (int below = 0; below < CELLS; below++)
			if (cells[i].block == cells[below].block + info.stack_size)
				return &cells[i];
	return NULL;
}

static void check_stray(uint64_t up)
{
	struct cell *stray;
	int faulted = 0, fine = 0;

	gate = 0;
	for (int i = 0; i < CELLS; i++) {
		cells[i] = (struct cell){0};
		cells[i].id = start_compact("innocent", live, &cells[i], 20);
		reaches(cells[i].id, THREAD_BLOCKED);
	}
	stray = find_upper();
	if (!check(stray != NULL, "there are stacks that lie one above the other"))
		stray = &cells[0];
	must(thread_set_name(stray->id, "stray"));
	stray->up = up;
	__atomic_store_n(&gate, 1, __ATOMIC_RELAXED);
	unpark(&gate, UNPARK_ALL);
	for (int i = 0; i < CELLS; i++) {
		enum petri_error error = thread_join(cells[i].id, NULL);

		faulted += error == PETRI_EFAULTED && &cells[i] == stray;
		fine += error == PETRI_OK;
	}
	check(faulted == 1 && fine == CELLS - 1, "0x%lx above: it ends (%d), the others live on (%d)", up, faulted, fine);
}

int main(void)
{
	check_stray(0x8000);
	check_stray(1ull << 40);
	return test_end();
}
