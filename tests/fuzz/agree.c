/*
 * See agree.h.
 */
#include "agree.h"

#include <string.h>

#include "slow_wire.h"

/* Bytes inside a run. Text has to come without delay: all but a single first byte. */
static const char *feed_inside(struct wire_decoder *d, const struct slow_run *run, const uint8_t *bytes, size_t n)
{
	size_t told = 0;

	for (size_t i = 0; i < n; i++) {
		enum wire_event event = wire_decode(d, bytes[i]);

		if (event == WIRE_FRAME || event == WIRE_DAMAGED)
			return "a frame or damage in the middle of a run";
		if (event == WIRE_NOTHING)
			continue;
		if (run->kind != SLOW_TEXT)
			return "text out of a run that is not text";
		if (d->text_length < 1 || d->text_length > 2 || memcmp(d->text, bytes + told, d->text_length) != 0)
			return "other text than was sent";
		told += d->text_length;
		if (told != i + 1)
			return "text was held back";
	}
	if (run->kind == SLOW_TEXT && told != n && n > 1)
		return "text was lost";
	return NULL;
}

static const char *same_frame(const struct wire_decoder *d, const struct slow_run *run)
{
	if (d->type != run->type || d->seq != run->seq || d->length != run->length)
		return "a frame with another type, number or length";
	return memcmp(d->payload, run->packet + 8, run->length) == 0 ? NULL : "a frame with another payload";
}

static const char *judge_close(const struct wire_decoder *d, enum wire_event event, const struct slow_run *run, const uint8_t *bytes)
{
	if (run->kind == SLOW_FRAME)
		return event == WIRE_FRAME ? same_frame(d, run) : "a frame was not seen";
	if (run->kind == SLOW_DAMAGED)
		return event == WIRE_DAMAGED ? NULL : "damage was not told";
	if (run->length > 1)
		return event == WIRE_NOTHING ? NULL : "something at the end of a text";
	return event == WIRE_PLAIN && d->text_length == 1 && d->text[0] == bytes[0] ? NULL : "a text of one byte was lost";
}

/* Zeros between runs, and after the last. */
static const char *feed_zeros(struct wire_decoder *d, size_t n)
{
	while (n-- > 0)
		if (wire_decode(d, 0) != WIRE_NOTHING)
			return "an empty run means something";
	return NULL;
}

/* One run of n bytes and what ends it. */
static const char *feed_run(struct wire_decoder *d, const struct slow_run *run, const uint8_t *bytes, size_t n, bool closed)
{
	const char *wrong = feed_inside(d, run, bytes, n);

	if (wrong != NULL)
		return wrong;
	return judge_close(d, closed ? wire_decode(d, 0) : wire_decode_end(d), run, bytes);
}

const char *wire_disagrees(struct wire_decoder *d, const uint8_t *stream, size_t n)
{
	static struct slow_run run;
	const char *wrong = NULL;
	size_t fed = 0;

	for (size_t at = 0; wrong == NULL && slow_next_run(&run, stream, n, &at);) {
		size_t start = (size_t)(run.text - stream);
		size_t end = start;

		while (end < n && stream[end] != 0)
			end++;
		wrong = feed_zeros(d, start - fed);
		if (wrong == NULL)
			wrong = feed_run(d, &run, stream + start, end - start, end < n);
		fed = end < n ? end + 1 : n;
	}
	if (wrong == NULL)
		wrong = feed_zeros(d, n - fed);
	if (wrong == NULL && wire_decode_end(d) != WIRE_NOTHING)
		wrong = "something after the end";
	return wrong;
}
