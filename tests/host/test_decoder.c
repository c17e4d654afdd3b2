/*
 * The decoder: what it makes of good frames, text, damage and noise, and that it always finds back.
 */
#include <petri/wire.h>

#include "../fuzz/agree.h"
#include "tap.h"

static struct wire_decoder d;
static uint8_t stream[1 << 16];
static size_t used;
static uint8_t payload[WIRE_PAYLOAD_MAX];

static void begin(void)
{
	memset(&d, 0, sizeof(d));
	used = 0;
}

static void add(const void *bytes, size_t n)
{
	memcpy(stream + used, bytes, n);
	used += n;
}

static void add_text(const char *text) { add(text, strlen(text)); }

/* Returns the size of the frame. */
static size_t add_frame(uint8_t type, uint32_t seq, size_t n)
{
	size_t size = wire_encode(stream + used, type, seq, payload, n);

	used += size;
	return size;
}

static void fill(size_t n, unsigned int flavour)
{
	for (size_t i = 0; i < n; i++)
		payload[i] = flavour == 0 ? 0 : flavour == 1 ? (uint8_t)(1 + tap_below(255)) : (uint8_t)(tap_random() >> 20);
}

/* What came out of a stream, text as one string. */
static struct {
	unsigned int frames, damaged, text_events;
	char text[4096];
	size_t text_length;
} got;

static void take(enum wire_event event)
{
	if (event == WIRE_FRAME)
		got.frames++;
	if (event == WIRE_DAMAGED)
		got.damaged++;
	if (event != WIRE_PLAIN)
		return;
	got.text_events++;
	memcpy(got.text + got.text_length, d.text, d.text_length);
	got.text_length += d.text_length;
	got.text[got.text_length] = 0;
}

static void feed(void)
{
	memset(&got, 0, sizeof(got));
	for (size_t i = 0; i < used; i++)
		take(wire_decode(&d, stream[i]));
}

static void expect_agreement(void)
{
	const char *wrong = wire_disagrees(&d, stream, used);

	EXPECT_STR(wrong != NULL ? wrong : "", "");
}

/* After whatever was fed: the next valid frame is understood, in one zero and its own bytes. */
static void expect_recovery(void)
{
	uint8_t frame[WIRE_ENCODED_MAX];
	size_t n = wire_encode(frame, WIRE_STATS, 77, "petri", 5);
	unsigned int frames = 0;

	wire_decode(&d, 0);
	for (size_t i = 0; i < n; i++)
		frames += wire_decode(&d, frame[i]) == WIRE_FRAME;
	EXPECT_EQ(frames, 1);
	EXPECT_EQ(d.type, WIRE_STATS);
	EXPECT_EQ(d.seq, 77);
	if (EXPECT_EQ(d.length, 5))
		EXPECT_MEM(d.payload, "petri", 5);
}

static void boundary_sizes(void)
{
	static const size_t sizes[] = {0,   1,   2,   240, 241, 242, 243, 244,  253,  254,
				       255, 256, 495, 496, 507, 508, 509, 1020, 1023, 1024};

	for (unsigned int flavour = 0; flavour < 3; flavour++) {
		for (size_t k = 0; k < sizeof(sizes) / sizeof(sizes[0]); k++) {
			begin();
			fill(sizes[k], flavour);
			add_frame(0x21, 0xFFFFFFFE, sizes[k]);
			feed();
			EXPECT_EQ(got.frames, 1);
			EXPECT_EQ(got.damaged + got.text_events, 0);
			EXPECT_EQ(d.type, 0x21);
			EXPECT_EQ(d.seq, 0xFFFFFFFE);
			if (EXPECT_EQ(d.length, sizes[k]))
				EXPECT_MEM(d.payload, payload, sizes[k]);
		}
	}
}

/* The frame has to be told at its closing zero, not later, and only once. */
static void frame_comes_with_its_zero(void)
{
	begin();
	fill(300, 2);
	size_t size = add_frame(2, 1, 300);

	for (size_t i = 0; i < size; i++)
		EXPECT_EQ(wire_decode(&d, stream[i]), i == size - 1 ? WIRE_FRAME : WIRE_NOTHING);
	EXPECT_EQ(wire_decode(&d, 0), WIRE_NOTHING);
}

/* Two frames may share a zero; more zeros mean nothing. */
static void delimiters(void)
{
	begin();
	add_frame(1, 0, 20);
	used--;
	add_frame(1, 1, 20);
	add("\0\0\0\0", 4);
	add_frame(1, 2, 20);
	feed();
	EXPECT_EQ(got.frames, 3);
	EXPECT_EQ(got.damaged, 0);
	EXPECT_EQ(d.seq, 2);
}

static void text_between_frames(void)
{
	begin();
	add_text("boot: vir");
	add_frame(1, 0, 64);
	add_text("t, 1024 MiB\n");
	add_frame(3, 1, 72);
	add_frame(3, 2, 72);
	add_text("!");
	add_frame(3, 3, 72);
	add_text("gr\xC3\xBC\xC3\x9F\x65\n");
	feed();
	EXPECT_EQ(got.frames, 4);
	EXPECT_EQ(got.damaged, 0);
	EXPECT_STR(got.text, "boot: virt, 1024 MiB\n!gr\xC3\xBC\xC3\x9F\x65\n");
	EXPECT_EQ(wire_decode_end(&d), WIRE_NOTHING);
}

static void text_is_prompt(void)
{
	begin();
	EXPECT_EQ(wire_decode(&d, 'o'), WIRE_NOTHING);
	EXPECT_EQ(wire_decode(&d, 'k'), WIRE_PLAIN);
	EXPECT_EQ(d.text_length, 2);
	EXPECT_MEM(d.text, "ok", 2);
	EXPECT_EQ(wire_decode(&d, WIRE_MAGIC), WIRE_PLAIN); /* not in second place: a byte like others */
	EXPECT_EQ(d.text_length, 1);
	EXPECT_EQ(d.text[0], WIRE_MAGIC);
	EXPECT_EQ(wire_decode(&d, 0), WIRE_NOTHING);
	EXPECT_EQ(wire_decode(&d, '>'), WIRE_NOTHING);
	EXPECT_EQ(wire_decode(&d, 0), WIRE_PLAIN);
	EXPECT_EQ(d.text_length, 1);
	EXPECT_EQ(d.text[0], '>');
}

static void end_of_stream(void)
{
	begin();
	EXPECT_EQ(wire_decode_end(&d), WIRE_NOTHING);
	wire_decode(&d, 'x');
	EXPECT_EQ(wire_decode_end(&d), WIRE_PLAIN);
	EXPECT_EQ(d.text_length, 1);
	EXPECT_EQ(d.text[0], 'x');
	EXPECT_EQ(wire_decode_end(&d), WIRE_NOTHING);
	add_frame(1, 0, 10);
	used--; /* the closing zero is missing */
	feed();
	EXPECT_EQ(wire_decode_end(&d), WIRE_DAMAGED);
	EXPECT_EQ(wire_decode_end(&d), WIRE_NOTHING);
	expect_recovery();
}

/* Every single byte of a frame hit in every bit, lost, or doubled: never a frame other than the one sent. */
static void damaged_frames(void)
{
	uint8_t frame[WIRE_ENCODED_MAX];
	size_t size;

	fill(60, 2);
	payload[7] = payload[30] = payload[31] = 0;
	size = wire_encode(frame, 0x21, 9, payload, 60);
	for (size_t i = 1; i < size - 1; i++) {
		for (unsigned int way = 0; way < 10; way++) {
			begin();
			add(frame, i);
			if (way < 8)
				stream[used++] = frame[i] ^ (uint8_t)(1 << way);
			if (way == 9)
				add((uint8_t[]){frame[i], frame[i]}, 2);
			add(frame + i + 1, size - i - 1);
			feed();
			EXPECT_EQ(got.frames, 0);
			EXPECT(got.damaged + got.text_events > 0);
			expect_recovery();
			expect_agreement();
		}
	}
}

/* Sound CRC and COBS, but not what the header says. */
static void wrong_packets(void)
{
	static const struct {
		uint8_t magic;
		uint16_t length;
		size_t packet; /* bytes of it that are sent, CRC included */
	} cases[] = {{0xF5, 5, 16}, {0xF5, 3, 16}, {0xF5, 0xFFFF, 16}, {0xF5, 1025, 1037}, {0xF5, 0, 8}, {0xF5, 0, 11}};

	for (size_t k = 0; k < sizeof(cases) / sizeof(cases[0]); k++) {
		uint8_t packet[1100] = {cases[k].magic, 1};
		size_t n = cases[k].packet;

		memset(packet + 8, 0x11, n - 8);
		wire_put16(packet + 2, cases[k].length);
		wire_put32(packet + n - 4, wire_crc32(0, packet, n - 4));
		begin();
		stream[used++] = 0;
		for (size_t i = 0; i < n;) { /* COBS, one block for each zero or 254 bytes */
			size_t end = i;

			while (end < n && end - i < 254 && packet[end] != 0)
				end++;
			stream[used++] = (uint8_t)(end - i + 1);
			add(packet + i, end - i);
			i = end - i < 254 && end < n ? end + 1 : end;
		}
		stream[used++] = 0;
		feed();
		EXPECT_EQ(got.frames, 0);
		EXPECT_EQ(got.damaged, 1);
		expect_recovery();
		expect_agreement();
	}
}

/*
 * The packet begins with 0, and the first bytes of its run are 01 F5 all the same: a zero, then a block of 244 bytes. Length
 * and CRC are right.
 */
static void wrong_magic(void)
{
	uint8_t packet[269];

	memset(packet, 0x01, sizeof(packet)); /* type 1, length 0x0101 = 257 */
	packet[0] = packet[245] = 0;
	wire_put32(packet + 265, wire_crc32(0, packet, 265));
	begin();
	add("\0\x01\xF5", 3);
	add(packet + 1, 244);
	for (size_t i = 246; i <= 269;) {
		size_t end = i;

		while (end < 269 && packet[end] != 0)
			end++;
		stream[used++] = (uint8_t)(end - i + 1);
		add(packet + i, end - i);
		i = end + 1;
	}
	stream[used++] = 0;
	feed();
	EXPECT_EQ(got.frames, 0);
	EXPECT_EQ(got.damaged, 1);
	expect_recovery();
	expect_agreement();
}

/* A frame that lost its closing zero runs into what follows; the frame after the next zero is understood. */
static void lost_zeros(void)
{
	begin();
	add_frame(1, 0, 30);
	used--;
	add_text("text");
	add_frame(1, 1, 30);
	feed();
	EXPECT_EQ(got.damaged, 1);
	EXPECT_EQ(got.frames, 1);
	EXPECT_EQ(d.seq, 1);
	EXPECT_EQ(got.text_events, 0);
}

/* An endless run that begins like a frame is thrown away as a whole; an endless text is text. */
static void endless_runs(void)
{
	begin();
	stream[used++] = 0xFF;
	stream[used++] = WIRE_MAGIC;
	while (used < 60000)
		stream[used++] = 0xFF;
	feed();
	EXPECT_EQ(got.frames + got.damaged + got.text_events, 0);
	EXPECT_EQ(wire_decode(&d, 0), WIRE_DAMAGED);
	expect_recovery();
	memset(&d, 0, sizeof(d));
	d.run = UINT32_MAX - 2; /* as after four thousand million bytes of text */
	d.state = 1;
	for (unsigned int i = 0; i < 8; i++)
		EXPECT_EQ(wire_decode(&d, WIRE_MAGIC), WIRE_PLAIN);
	EXPECT_EQ(wire_decode(&d, 0), WIRE_NOTHING);
	expect_recovery();
}

/* The CRC and the place in the packet start anew with each frame. */
static void many_frames(void)
{
	begin();
	for (uint32_t seq = 0; seq < 5000; seq++) {
		size_t n = tap_below(WIRE_PAYLOAD_MAX + 1);

		used = 0;
		fill(n, tap_below(3));
		add_frame((uint8_t)seq, seq, n);
		feed();
		if (EXPECT_EQ(got.frames, 1) && EXPECT_EQ(d.seq, seq) && EXPECT_EQ(d.length, n))
			EXPECT_MEM(d.payload, payload, n);
		EXPECT_EQ(d.type, (uint8_t)seq);
	}
}

/* A stream such as a bad line makes of a good one. */
static void make_bad_line(void)
{
	begin();
	while (used < 6000) {
		unsigned int what = tap_below(10);
		size_t n = what < 6 ? tap_below(100) : tap_below(WIRE_PAYLOAD_MAX + 1);

		fill(n, tap_below(3));
		if (what == 0)
			add(payload, n);
		else if (what == 1)
			add_text("a line of text\n");
		else
			add_frame((uint8_t)tap_random(), (uint32_t)tap_random(), n);
		if (what == 2)
			used -= tap_below(5);
	}
	for (unsigned int hits = tap_below(6); hits > 0; hits--)
		stream[tap_below((uint32_t)used)] = (uint8_t)(tap_random() >> 9);
}

static void bad_lines(void)
{
	for (unsigned int i = 0; i < 600; i++) {
		make_bad_line();
		expect_agreement();
		expect_recovery();
	}
}

/* Noise of few different bytes meets zeros, magics and codes all the time. */
static void noise(void)
{
	static const uint8_t few[] = {0, 0, 1, 2, 3, 0xF5, 0xF5, 0xFF, 'a'};

	for (unsigned int i = 0; i < 3000; i++) {
		begin();
		used = tap_below(i % 10 == 0 ? 4000 : 60);
		for (size_t k = 0; k < used; k++)
			stream[k] = i % 2 ? few[tap_below(sizeof(few))] : (uint8_t)(tap_random() >> 11);
		expect_agreement();
		expect_recovery();
	}
}

static const struct tap_test tests[] = {
	{"decoder: frames of boundary sizes", boundary_sizes},
	{"decoder: a frame is told with its closing zero, once", frame_comes_with_its_zero},
	{"decoder: shared and doubled delimiters", delimiters},
	{"decoder: text passes, in the middle of lines too", text_between_frames},
	{"decoder: text comes at once", text_is_prompt},
	{"decoder: the end of a stream", end_of_stream},
	{"decoder: a frame damaged in any byte is never taken for another", damaged_frames},
	{"decoder: packets whose header lies", wrong_packets},
	{"decoder: a packet with another magic", wrong_magic},
	{"decoder: a lost delimiter", lost_zeros},
	{"decoder: endless runs", endless_runs},
	{"decoder: 5,000 random frames", many_frames},
	{"decoder: bad lines, against the slow decoder", bad_lines},
	{"decoder: noise, against the slow decoder", noise},
};
TAP_MAIN(tests)
