/*
 * Noise on the UART: random bytes do not disturb the running threads, and the next valid commands are understood: the kernel
 * answers its own, the app gets the other.
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

	/* The runner sends as fast as QEMU takes it. This comes last. */
	expect(stream_receive(&c, PETRI_FOREVER), PETRI_OK);
	check(c.type == 0x93 && c.seq == 8 && c.length == 3, "the command behind the noise: 0x%x, %u", c.type, c.seq);
	expect(stream_answer(&c, PETRI_OK, "heard"), PETRI_OK);
	/* The command came twice with one number, and is one; and nothing of the noise was taken for a command. */
	expect(stream_receive(&c, in_us(1000)), PETRI_ETIMEDOUT);
	__atomic_store_n(&stop, true, __ATOMIC_RELAXED);
	join(id);
	check(n > 1000, "the others went on: %lu rounds", n);
	return test_end();
}
