/*
 * usage: wire_sample RECORDING BOARD
 *
 * Writes what a target could have sent, with the codec of os/wire: boot log, two dishes one after the other, keys and
 * deltas in all codings, a dead cell, a fault, a frame of an unknown type, END. BOARD gets the last board as rows of . and O.
 * The reader written from the document alone is tried on it.
 */
#include <petri/wire.h>
#include <petri/wire_life.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SIDE 160

static FILE *recording;
static uint32_t seq;

static struct {
	uint32_t w, h, epoch;
	uint8_t topology;
	uint64_t generation;
	uint8_t cells[SIDE][SIDE];
	uint8_t forced[SIDE][SIDE]; /* dead whatever the rule says */
} dish;

static uint8_t sent[SIDE * SIDE / 8 + SIDE];
static uint64_t sent_at[SIDE]; /* generation, by band */
static unsigned int codings[3];

static void frame(uint8_t type, const void *payload, size_t length)
{
	uint8_t out[WIRE_ENCODED_MAX];
	size_t n = wire_encode(out, type, seq++, payload, length);

	fwrite(out, 1, n, recording);
}

static void text(const char *s) { fputs(s, recording); }

static void hello(void)
{
	uint8_t p[WIRE_HELLO_SIZE] = {WIRE_VERSION, 0, 1, 1};

	wire_put32(p + 4, 1024 * 1024);
	wire_put64(p + 8, 7);
	wire_put64(p + 16, 200);
	wire_put32(p + 24, 62500000);
	memcpy(p + 32, "virt", 4);
	memcpy(p + 48, "life", 4);
	frame(WIRE_HELLO, p, sizeof(p));
}

static void stats(void)
{
	uint8_t p[WIRE_STATS_SIZE + 3] = {0}; /* a later version's field behind */

	wire_put64(p, dish.generation * 1000000);
	wire_put32(p + 8, dish.w * dish.h);
	wire_put32(p + 48, seq);
	frame(WIRE_STATS, p, sizeof(p));
}

static void config(uint8_t state)
{
	uint8_t p[WIRE_LIFE_CONFIG_SIZE] = {0};

	wire_put32(p, dish.epoch);
	wire_put16(p + 4, (uint16_t)dish.w);
	wire_put16(p + 6, (uint16_t)dish.h);
	p[8] = dish.topology;
	p[9] = state;
	wire_put16(p + 10, 1 << 3);
	wire_put16(p + 12, 1 << 2 | 1 << 3);
	wire_put32(p + 16, 30000);
	frame(WIRE_LIFE_CONFIG, p, sizeof(p));
}

static void dead(void)
{
	uint8_t p[1024] = {0};
	uint16_t n = 0;

	for (uint32_t y = 0; y < dish.h; y++) {
		for (uint32_t x = 0; x < dish.w; x++) {
			if (!dish.forced[y][x])
				continue;
			wire_put16(p + 10 + 4 * n, (uint16_t)x);
			wire_put16(p + 12 + 4 * n++, (uint16_t)y);
		}
	}
	wire_put32(p, dish.epoch);
	wire_put32(p + 4, n);
	wire_put16(p + 8, n);
	frame(WIRE_LIFE_DEAD, p, 10u + 4u * n);
}

/* One band as a key or a delta; false when it did not change and was not sent. */
static bool band(uint32_t row, uint32_t rows, bool key)
{
	uint8_t now[1024] = {0}, p[1024] = {0};
	uint32_t stride = life_row_bytes(dish.w);
	uint8_t *base = sent + row * stride;
	enum life_coding coding;
	size_t n;

	for (uint32_t y = 0; y < rows; y++)
		for (uint32_t x = 0; x < dish.w; x++)
			now[y * stride + x / 8] |= (uint8_t)(dish.cells[row + y][x] << x % 8);
	n = life_band_encode(p + WIRE_LIFE_BAND_SIZE, &coding, now, key ? NULL : base, rows * stride);
	if (n == 0 && coding != LIFE_RAW && !key)
		return false;
	codings[coding]++;
	wire_put32(p, dish.epoch);
	wire_put64(p + 4, dish.generation);
	wire_put64(p + 12, key ? 0 : sent_at[row]);
	wire_put16(p + 20, (uint16_t)row);
	wire_put16(p + 22, (uint16_t)rows);
	p[24] = (uint8_t)coding;
	p[25] = key;
	frame(WIRE_LIFE_BAND, p, WIRE_LIFE_BAND_SIZE + n);
	memcpy(base, now, rows * stride);
	sent_at[row] = dish.generation;
	return true;
}

static void generation(bool key)
{
	uint8_t p[WIRE_LIFE_GENERATION_SIZE] = {0};
	uint32_t height = life_band_rows(dish.w);
	uint32_t population = 0;
	uint16_t bands = 0;

	for (uint32_t row = 0; row < dish.h; row += height)
		bands += band(row, row + height > dish.h ? dish.h - row : height, key);
	for (uint32_t y = 0; y < dish.h; y++)
		for (uint32_t x = 0; x < dish.w; x++)
			population += dish.cells[y][x];
	wire_put32(p, dish.epoch);
	wire_put64(p + 4, dish.generation);
	wire_put32(p + 12, population);
	wire_put16(p + 16, bands);
	p[18] = key;
	wire_put32(p + 20, dish.w * dish.h);
	wire_put64(p + 32, dish.generation * 1000000);
	wire_put64(p + 40, dish.w * dish.h);
	frame(WIRE_LIFE_GENERATION, p, sizeof(p));
}

static uint8_t at(uint32_t x, uint32_t y)
{
	if (dish.topology == LIFE_TORUS)
		return dish.cells[(y + dish.h) % dish.h][(x + dish.w) % dish.w];
	return x < dish.w && y < dish.h ? dish.cells[y][x] : 0;
}

static void step(void)
{
	static uint8_t next[SIDE][SIDE];

	for (uint32_t y = 0; y < dish.h; y++) {
		for (uint32_t x = 0; x < dish.w; x++) {
			unsigned int n = at(x - 1, y - 1) + at(x, y - 1) + at(x + 1, y - 1) + at(x - 1, y) + at(x + 1, y) +
					 at(x - 1, y + 1) + at(x, y + 1) + at(x + 1, y + 1);

			next[y][x] = !dish.forced[y][x] && (n == 3 || (n == 2 && dish.cells[y][x]));
		}
	}
	memcpy(dish.cells, next, sizeof(next));
	dish.generation++;
}

/* A new dish; life in some corner only, or everywhere. */
static void setup(uint32_t w, uint32_t h, uint8_t topology, uint32_t soup)
{
	uint32_t noise = 12345;
	uint32_t epoch = dish.epoch + 1;

	memset(&dish, 0, sizeof(dish));
	dish.w = w;
	dish.h = h;
	dish.epoch = epoch;
	dish.topology = topology;
	for (uint32_t y = 0; y < soup && y < h; y++) {
		for (uint32_t x = 0; x < soup && x < w; x++) {
			noise = noise * 1664525 + 1013904223;
			dish.cells[y][x] = noise >> 30 == 0;
		}
	}
	config(1);
}

static void run(unsigned int generations)
{
	for (unsigned int i = 0; i < generations; i++) {
		generation(i % 25 == 0);
		if (i % 25 == 0)
			stats();
		if (i + 1 < generations)
			step();
	}
}

static bool write_board(const char *path)
{
	FILE *f = fopen(path, "w");

	for (uint32_t y = 0; f != NULL && y < dish.h; y++) {
		for (uint32_t x = 0; x < dish.w; x++)
			fputc(dish.cells[y][x] ? 'O' : '.', f);
		fputc('\n', f);
	}
	return f != NULL && fclose(f) == 0;
}

static void fault(void)
{
	uint8_t p[WIRE_FAULT_SIZE + 4 + 10] = {0};

	wire_put64(p, 0x100000007);
	p[40] = 1;
	p[41] = 4;
	memcpy(p + WIRE_FAULT_SIZE, "celldata abort", 14);
	frame(WIRE_FAULT, p, sizeof(p));
}

/* The dishes; what is said between them is the boot log, a fault, a killed cell. */
static void session(void)
{
	hello();
	text("petri: virt, 1024 MiB\npetri: li");
	setup(131, 97, LIFE_PLANE, SIDE);
	run(30);
	text("fe\n");
	fault();
	frame(0x7E, "from the future", 15);
	setup(157, 150, LIFE_TORUS, 20);
	run(40);
	dish.forced[8][9] = 1;
	dish.cells[8][9] = 0;
	text("cell 9,8 killed\n");
	dead();
	run(60);
}

int main(int argc, char **argv)
{
	recording = argc == 3 ? fopen(argv[1], "wb") : NULL;
	if (recording == NULL) {
		fprintf(stderr, "usage: wire_sample RECORDING BOARD\n");
		return 2;
	}
	session();
	frame(WIRE_END, "\0\0\0\0", 4);
	if (fclose(recording) != 0 || !write_board(argv[2]))
		return 1;
	printf("raw %u, zero runs %u, index lists %u\n", codings[0], codings[1], codings[2]);
	return 0;
}
