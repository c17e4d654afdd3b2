/*
 * Commands from the boot script: the app gets them in order and whole, each is answered once, and waiting for one that does not
 * come ends at the deadline.
 *
 * test: script 93
 * test: script 95 07000000
 * test: script 91 00000300000001020304050607080900000a
 * test: script ff
 */
#include <petri/stream.h>
#include <petri/string.h>

#include "common/test.h"

static const struct {
	uint8_t type;
	uint16_t length;
	uint8_t payload[18];
} script[] = {
	{0x93, 0, {0}},
	{0x95, 4, {7, 0, 0, 0}},
	{0x91, 18, {0, 0, 3, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0, 0, 10}},
	{0xff, 0, {0}},
};

int main(void)
{
	static struct stream_command c;

	for (unsigned int i = 0; i < sizeof(script) / sizeof(script[0]); i++) {
		memset(&c, 0xee, sizeof(c));
		expect(stream_receive(&c, in_us(100000)), PETRI_OK);
		check(c.type == script[i].type && c.length == script[i].length && c.seq == 0xffffffff &&
			      memcmp(c.payload, script[i].payload, c.length) == 0,
		      "command %u: type 0x%x, %u bytes", i, c.type, c.length);
		expect(stream_answer(&c, PETRI_OK, NULL), PETRI_OK);
	}
	expect(stream_receive(&c, in_us(500)), PETRI_ETIMEDOUT);
	expect(stream_receive(&c, 1), PETRI_ETIMEDOUT);
	return test_end();
}
