/*
 * The boot script's KILL names the very thread that is asking for the next command: it ends there, and the commands behind the KILL are for whoever
 * asks next. The id in the script is that of the second thread of the run.
 *
 * test: mode both
 * test: script 93
 * test: script 81 0200000100000000
 * test: script 95 07
 */
#include <petri/stream.h>

#include "common/test.h"

#define SECOND 0x1000002ull

static struct stream_command c;
static uint64_t received, after;

static void *receive_all(void *arg)
{
	while (stream_receive(&c, PETRI_FOREVER) == PETRI_OK)
		received++;
	after++;
	return arg;
}

int main(void)
{
	thread_id id = start("receiver", receive_all, NULL, 20);

	check(id == SECOND, "the script means the receiver: 0x%lx", id);
	expect(thread_join_until(id, NULL, in_us(100000)), PETRI_EKILLED);
	check(received == 1 && after == 0, "killed in its second call: %lu commands, %lu steps after them", received, after);
	expect(stream_receive(&c, in_us(100000)), PETRI_OK);
	check(c.type == 0x95 && c.length == 1 && c.payload[0] == 7, "the next command is ours: 0x%x", c.type);
	expect(stream_receive(&c, in_us(500)), PETRI_ETIMEDOUT);
	return test_end();
}
