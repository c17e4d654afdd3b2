/*
 * Holds the decoder of os/wire against the slow one, for any stream at all.
 */
#ifndef TESTS_AGREE_H
#define TESTS_AGREE_H

#include <petri/wire.h>

/*
 * Feeds d (ready for a new run) all of stream[0..n), then the end of the stream, and compares run by run what it says
 * and when it says it: text at once, frames and damage at the closing zero. NULL, or what was wrong.
 */
const char *wire_disagrees(struct wire_decoder *d, const uint8_t *stream, size_t n);

#endif
