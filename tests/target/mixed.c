/*
 * Both kinds of threads in one app: a kernel thread makes user threads, and user threads make user threads whatever they ask for. The two share
 * locks, joins and memory on the same terms; what the kernel thread may look at is a fault of the user thread, and its privileges are not to be
 * had by asking: not for the thread that a kernel thread made, nor for those that it makes, nor through a call.
 *
 * test: mode kernel
 * test: records 4
 * test: arguments data=@cores
 */
#include <petri/mutex.h>
#include <petri/semaphore.h>
#include <petri/syscall.h>

#include "common/deaths.h"
#include "common/test.h"
#include "common/words.h"

static thread_id start_user(const char *name, thread_entry entry, void *arg, uint16_t flags)
{
	struct thread_attr attr = {.name = name,
				   .priority = 20,
				   .quantum_ns = PETRI_US(5),
				   .flags = (uint8_t)(THREAD_FP | flags),
				   .affinity = the_one_core()};
	thread_id id = 0;

	must(thread_create(&id, &attr, entry, arg));
	return id;
}

/* ---- modes --------------------------------------------------------------------------------------------------------------------- */

static void *tell_mode(void *arg)
{
	*(int *)arg = thread_is_user() ? 1 : 2;
	return NULL;
}

static void *make_two(void *arg)
{
	int *modes = arg;

	tell_mode(&modes[0]);
	join(start_user("asks", tell_mode, &modes[1], 0));
	join(start_user("asks", tell_mode, &modes[2], THREAD_USER));
	return NULL;
}

static void check_modes(void)
{
	int modes[4] = {0};

	join(start_user("parent", make_two, modes, THREAD_USER));
	join(start_user("kernel", tell_mode, &modes[3], 0));
	check(!thread_is_user() && modes[3] == 2, "a kernel thread makes kernel threads");
	check(modes[0] == 1, "and user threads, if it says so");
	check(modes[1] == 1 && modes[2] == 1, "a user thread makes user threads, whatever it says");
}

/* ---- what they share ------------------------------------------------------------------------------------------------------------- */

#define ROUNDS 2000

static struct mutex lock = MUTEX_INIT;
static struct semaphore ping = SEMAPHORE_INIT(0), pong = SEMAPHORE_INIT(0);
static uint64_t sum;

static void *add(void *arg)
{
	for (int i = 0; i < 10 * ROUNDS; i++) {
		LOCK_GUARD(&lock);
		sum += (uintptr_t)arg;
	}
	return arg;
}

static void *answer(void *arg)
{
	for (int i = 0; i < ROUNDS; i++) {
		must(semaphore_wait(&ping));
		semaphore_post(&pong);
	}
	return arg;
}

static void check_sharing(void)
{
	struct system_info before = info_now();
	thread_id ids[4];

	for (uintptr_t i = 0; i < 4; i++)
		ids[i] = start_user("adds", add, (void *)(i + 1), i & 1 ? THREAD_USER : 0);
	for (uintptr_t i = 0; i < 4; i++)
		check(join(ids[i]) == (void *)(i + 1), "thread %lu has its value", i);
	check(sum == 100 * ROUNDS, "two and two behind one mutex: %lu", sum);
	if (time_is_exact() &&
	    system_cores() == 1) /* else so short a time may pass without one; cores that take turns lengthen short quanta */
		check_preempted(&before, 40 * ROUNDS);
	ids[0] = start_user("answers", answer, &sum, THREAD_USER);
	for (int i = 0; i < ROUNDS; i++) {
		semaphore_post(&ping);
		must(semaphore_wait(&pong));
	}
	check(join(ids[0]) == &sum, "to and fro %d times", ROUNDS);
}

static void *end_at_once(void *arg) { return arg; }

static void *hold(void *arg)
{
	must(mutex_lock(&lock));
	must(semaphore_wait(&ping));
	return arg;
}

/* A lock goes from a user thread that is killed to the kernel thread that waits for it, and the other way. */
static void check_inheritance(void)
{
	thread_id id = start_user("holds", hold, NULL, THREAD_USER);

	reaches(id, THREAD_BLOCKED);
	expect(thread_kill(id), PETRI_OK);
	expect(mutex_lock(&lock), PETRI_EOWNERDIED);
	expect(mutex_unlock(&lock), PETRI_OK);
	expect(thread_join(id, NULL), PETRI_EKILLED);
}

/* ---- what they do not ---------------------------------------------------------------------------------------------------------------- */

struct order {
	const struct death *death;
	uint64_t kernel_data;
	uint64_t answer;
};

static void *die_as_ordered(void *arg)
{
	struct order *o = arg;

	o->answer = arch_syscall(SYS_system_info, o->kernel_data, 0, 0, 0);
	o->death->entry(o->death->arg);
	return NULL;
}

static void dies(const char *name, void (*entry)(uint64_t), uint64_t arg, struct death d, uint64_t kernel_data)
{
	struct order o = {.death = &d, .kernel_data = kernel_data};
	thread_id id;

	d.name = name;
	d.entry = entry;
	d.arg = arg;
	d.pc = d.pc ? d.pc : (uintptr_t)entry;
	id = start_user(name, die_as_ordered, &o, THREAD_USER);
	expect(thread_join(id, NULL), PETRI_EFAULTED);
	death_announce(&d, id, true);
	check(o.answer == PETRI_EADDRESS, "%s: nor does the kernel write there for it", name);
}

static void check_protection(uint64_t data)
{
	struct death read = {.cause = 1, .class = 0x24, .status = 0x0c, .far = data}, write = read, jump = read,
		     mask = {.cause = 11};

	(void)*(volatile uint64_t *)(uintptr_t)data; /* ours to read */
	write.write = 1;
	jump.cause = 2;
	jump.class = 0x20;
	jump.write = -1;
	jump.pc = data;
	mask.class = 0x18;
	mask.status = mask.write = -1;
	dies("reads", die_read, data, read, data);
	dies("writes", die_write, data, write, data);
	dies("jumps", die_jump, data, jump, data);
	dies("masks", die_msr_daifset, 0, mask, data);
	check(join(start("lives", end_at_once, &data, 20)) == &data, "a kernel thread that did none of it");
}

int main(char *words, size_t size)
{
	thread_set_priority(thread_self(), 22, NULL);
	check_modes();
	stay_on_one_core(); /* else nobody is preempted */
	check_sharing();
	use_all_cores();
	check_inheritance();
	check_protection(word_value(words, size, "data") & ~7ull);
	return test_end();
}
