/*
 * libFuzzer: any bytes as an RLE file. Refused with name, line and reason, or a pattern that survives being laid on a
 * board, written and read back.
 */
#include "../../viewer/life/pattern.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char err[256];

static void fail(const char *why)
{
	fprintf(stderr, "fuzz_rle: %s (%s)\n", why, err);
	abort();
}

/* "fuzz.rle:LINE: reason", LINE one of the text's, or the one behind it where more was expected. */
static void expect_reason(const uint8_t *data, size_t size)
{
	unsigned int line, lines = 1;
	int behind = 0;

	for (size_t i = 0; i < size; i++)
		lines += data[i] == '\n';
	if (sscanf(err, "fuzz.rle:%u: %n", &line, &behind) != 1 || behind == 0 || err[behind] == 0)
		fail("refused without name, line and reason");
	if (line < 1 || line > lines + 1)
		fail("refused with a line that is none");
	if (strchr(err, '\n') != NULL)
		fail("a reason of more than one line");
}

static bool same_rule(const struct rule *a, const struct rule *b)
{
	return a->birth == b->birth && a->survive == b->survive && a->topology == b->topology && a->width == b->width &&
	       a->height == b->height;
}

/* The board as text is read back as the same board. */
static void round_trip(const struct board *b)
{
	char *text = board_to_rle(b);
	struct pattern p;
	struct board again;
	size_t n = (size_t)b->rule.width * b->rule.height;

	if (text == NULL || !pattern_parse(&p, text, strlen(text), "again", err, sizeof(err)))
		fail("what was written cannot be read");
	if (!board_from_pattern(&again, &p, NULL, "again", err, sizeof(err)))
		fail("what was written does not fit");
	if (!same_rule(&again.rule, &b->rule) || again.generation != b->generation)
		fail("another rule, size or generation came back");
	if (memcmp(again.cells, b->cells, n) != 0)
		fail("other cells came back");
	board_free(&again);
	pattern_free(&p);
	free(text);
}

static void use(const struct pattern *p)
{
	struct board b;

	if (p->width > 4096 || p->height > 4096)
		fail("a pattern larger than any board");
	for (size_t i = 0; i < (size_t)p->width * p->height; i++)
		if (p->cells[i] > 1)
			fail("a cell that is neither dead nor alive");
	if ((size_t)p->width * p->height > 1 << 16)
		return; /* large ones only take time */
	err[0] = 0;
	if (board_from_pattern(&b, p, NULL, "fuzz.rle", err, sizeof(err))) {
		if ((size_t)b.rule.width * b.rule.height <= 1 << 16)
			round_trip(&b);
		board_free(&b);
	} else if (strncmp(err, "fuzz.rle", 8) != 0) {
		fail("did not fit, without a reason");
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct pattern p;
	char *text = malloc(size > 0 ? size : 1); /* no zero behind it, and the sanitizer at its end */

	if (size > 0)
		memcpy(text, data, size);
	memset(&p, 0x5A, sizeof(p));
	err[0] = 0;
	if (pattern_parse(&p, text, size, "fuzz.rle", err, sizeof(err))) {
		use(&p);
		pattern_free(&p);
	} else {
		expect_reason(data, size);
	}
	free(text);
	return 0;
}
