/*
 * Noise on the UART: random bytes do not disturb the running threads, are counted, and the next valid command is understood and
 * answered by the kernel.
 *
 * test: noise 20000
 * test: seconds 90
 */
#include <petri/stream.h>

#include "common/test.h"

static bool stop;

static void *work(void *arg)
{
	uint64_t n = 0;

	while (!__atomic_load_n(&stop, __ATOMIC_RELAXED)) {
		n++;
		thread_yield();
	}
	*(uint64_t *)arg = n;
	return NULL;
}

int main(void)
{
	static struct stream_command c;
	uint64_t n = 0;
	thread_id id = start("work", work, &n, THREAD_PRIORITY_DEFAULT);

	/* The runner sends as fast as QEMU takes it. A second after that is quiet enough to be the end of it. */
	expect(stream_receive(&c, petri_now() + PETRI_S(3)), PETRI_ETIMEDOUT);
	__atomic_store_n(&stop, true, __ATOMIC_RELAXED);
	join(id);
	check(n > 1000, "the others went on: %lu rounds", n);
	return test_end();
}
