/* A message from a thread to itself: in at one end of a channel that has room, out at the other. */
#include "bench.h"

#include <petri/channel.h>

#define ROUNDS 10000u
#define CAPACITY 8u

void bench_message(const struct bench *self)
{
	static uint8_t slots[CAPACITY * 32];
	static uint64_t message[4];
	struct channel channel = CHANNEL_INIT(slots, self->argument, CAPACITY);
	enum petri_error wrong = PETRI_OK;
	uint64_t n = bench_rounds(ROUNDS);
	petri_time began = bench_begin();

	REPEAT(n)
	{
		message[0] = round_;
		wrong |= channel_send(&channel, message);
		wrong |= channel_receive(&channel, message);
		wrong |= message[0] == round_ ? PETRI_OK : PETRI_EINVAL;
	}
	bench_loop(self, bench_end(began), n);
	must(wrong);
}
