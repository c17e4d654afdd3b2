/*
 * A flood on the console, with frames in between: no byte is lost, none is out of order, no frame is damaged. Many threads
 * write whole lines.
 *
 * test: lines flood 1500
 * test: lines alpha 300
 * test: lines beta 300
 * test: frames 7e 200
 * test: seconds 120
 */
#include <petri/console.h>
#include <petri/stream.h>
#include <petri/string.h>

#include "common/test.h"

struct writer {
	const char *word;
	int lines;
};

static void *write_lines(void *arg)
{
	const struct writer *w = arg;

	for (int i = 0; i < w->lines; i++)
		console_printf("%s %d the quick brown fox jumps over the lazy dog %08x\n", w->word, i, i * 2654435761u);
	return NULL;
}

static void *send_frames(void *arg)
{
	uint8_t payload[600];

	for (uint32_t i = 0; i < 200; i++) {
		memset(payload, (int)i & 3, sizeof(payload));
		memcpy(payload, &i, sizeof(i));
		if (stream_send(0x7e, payload, 4 + i * 3 % 596) != PETRI_OK)
			return NULL;
	}
	return arg;
}

int main(void)
{
	static char block[4000];
	struct writer flood = {"flood", 1500}, alpha = {"alpha", 300}, beta = {"beta", 300};
	thread_id a = start("flood", write_lines, &flood, 10), b = start("alpha", write_lines, &alpha, 10),
		  c = start("beta", write_lines, &beta, 12), d = start("frames", send_frames, &flood, 10);

	join(a);
	join(b);
	join(c);
	check(join(d) == &flood, "all frames were taken");
	memset(block, '.', sizeof(block));
	block[0] = '#';
	block[sizeof(block) - 1] = '\n';
	console_write(block, sizeof(block)); /* larger than any buffer on the way */
	check(true, "and a block of %zu bytes", sizeof(block));
	return test_end();
}
