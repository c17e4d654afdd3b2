/*
 * libFuzzer: any bytes into the decoder. What it says has to be what the slow decoder says, and after a zero the next
 * valid frame has to be understood.
 */
#include <petri/wire.h>

#include <stdio.h>
#include <stdlib.h>

#include "agree.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void fail(const char *why)
{
	fprintf(stderr, "fuzz_decoder: %s\n", why);
	abort();
}

/* data, cut anywhere, then a zero and a frame made of data. */
static void expect_recovery(struct wire_decoder *d, const uint8_t *data, size_t size)
{
	uint8_t frame[WIRE_ENCODED_MAX];
	size_t length = size < WIRE_PAYLOAD_MAX ? size : WIRE_PAYLOAD_MAX;
	size_t n = wire_encode(frame, 0x21, (uint32_t)size, data, length);
	unsigned int frames = 0;

	for (size_t i = 0; i < size; i++)
		wire_decode(d, data[i]);
	wire_decode(d, 0);
	for (size_t i = 0; i < n; i++)
		frames += wire_decode(d, frame[i]) == WIRE_FRAME;
	if (frames != 1 || d->type != 0x21 || d->seq != (uint32_t)size || d->length != length)
		fail("the frame after the noise was not understood");
	for (size_t i = 0; i < length; i++)
		if (d->payload[i] != data[i])
			fail("the frame after the noise has another payload");
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct wire_decoder d; /* lives on from input to input: nothing may stick to it */
	const char *wrong = wire_disagrees(&d, data, size);

	if (wrong != NULL)
		fail(wrong);
	expect_recovery(&d, data, size);
	return 0;
}

/*
 * Random bytes hardly ever have a right CRC; half of the mutated inputs are made into a frame, so that what lies behind
 * the check is reached, and then hit once more now and then.
 */
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max, unsigned int seed);

size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max, unsigned int seed)
{
	uint8_t frame[WIRE_ENCODED_MAX];
	size_t length = size < WIRE_PAYLOAD_MAX ? size : WIRE_PAYLOAD_MAX;
	size_t n;

	if (seed % 2 == 0)
		return LLVMFuzzerMutate(data, size, max);
	n = wire_encode(frame, (uint8_t)(seed >> 8), seed >> 16, data, length);
	if (n > max)
		return LLVMFuzzerMutate(data, size, max);
	for (size_t i = 0; i < n; i++)
		data[i] = frame[i];
	return seed % 8 == 1 ? LLVMFuzzerMutate(data, n, max) : n;
}
