/*
 * A second, slow implementation of docs/wire.md section 1, to judge the fast one by: it has the whole stream in memory, cuts
 * it into runs, and treats each run as a whole, bit by bit. It shares no line with os/wire.
 */
#ifndef TESTS_SLOW_WIRE_H
#define TESTS_SLOW_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum slow_kind { SLOW_TEXT, SLOW_FRAME, SLOW_DAMAGED };

struct slow_run {
	enum slow_kind kind;
	const uint8_t *text; /* of a text: the run itself */
	size_t length;       /* of the text, or of the payload */
	uint8_t type;
	uint32_t seq;
	uint8_t packet[2048]; /* payload at 8 */
};

uint32_t slow_crc32(const uint8_t *data, size_t n);

/*
 * The next run of stream[*at..n) that is not empty; *at moves behind it and its zero. The run at the end, which has no
 * zero, is text or damaged. False when there is none left.
 */
bool slow_next_run(struct slow_run *run, const uint8_t *stream, size_t n, size_t *at);

#endif
