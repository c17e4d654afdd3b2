/*
 * Patterns: rules, RLE files good and malformed, placing on a board, soups, saving and loading.
 */
#include "../../viewer/life/pattern.h"

#include <petri/wire_life.h>

#include <unistd.h>

#include "tap.h"

static char err[256];

/* The cells as rows of . and O, rows ended by '/': short enough to be read in a failure. */
static const char *picture(const uint8_t *cells, uint32_t w, uint32_t h)
{
	static char text[4096];
	size_t n = 0;

	for (uint32_t y = 0; y < h; y++) {
		for (uint32_t x = 0; x < w; x++)
			text[n++] = cells[y * w + x] ? 'O' : '.';
		text[n++] = '/';
	}
	text[n] = 0;
	return text;
}

/* text is copied, so that its end is guarded by the sanitizer and no zero stands behind it. */
static bool parse(struct pattern *p, const char *text)
{
	size_t n = strlen(text);
	char *copy = malloc(n > 0 ? n : 1);
	bool ok;

	memcpy(copy, text, n);
	memset(p, 0x5A, sizeof(*p));
	err[0] = 0;
	ok = pattern_parse(p, copy, n, "f.rle", err, sizeof(err));
	free(copy);
	return ok;
}

static void expect_cells(const char *text, const char *wanted)
{
	struct pattern p;

	if (!EXPECT(parse(&p, text))) {
		printf("# %s\n", err);
		return;
	}
	EXPECT_STR(picture(p.cells, p.width, p.height), wanted);
	pattern_free(&p);
}

/* Refused, with "f.rle:LINE: " and the words somewhere behind. */
static void expect_refused(const char *text, unsigned int line, const char *words)
{
	struct pattern p;
	char start[32];

	if (!EXPECT(!parse(&p, text))) {
		printf("# taken: %s\n", text);
		pattern_free(&p);
		return;
	}
	snprintf(start, sizeof(start), "f.rle:%u: ", line);
	if (!EXPECT(strncmp(err, start, strlen(start)) == 0) || !EXPECT(strstr(err, words) != NULL))
		printf("# '%s' for %s\n", err, text);
	EXPECT(strchr(err, '\n') == NULL);
}

/* What rule_parse makes of text, written again; "refused" if it refuses. */
static const char *rule_again(const char *text)
{
	static char out[64];
	struct rule r;

	err[0] = 0;
	if (!rule_parse(&r, text, err, sizeof(err)))
		return err[0] != 0 ? "refused" : "refused without a reason";
	rule_format(out, sizeof(out), &r);
	return out;
}

static void good_rules(void)
{
	struct rule r;

	EXPECT(rule_parse(&r, "B36/S238:P20,10", err, sizeof(err)));
	EXPECT_EQ(r.birth, 1 << 3 | 1 << 6);
	EXPECT_EQ(r.survive, 1 << 2 | 1 << 3 | 1 << 8);
	EXPECT_EQ(r.topology, LIFE_PLANE);
	EXPECT_EQ(r.width, 20);
	EXPECT_EQ(r.height, 10);
	EXPECT(rule_parse(&r, "B3/S23", err, sizeof(err)));
	EXPECT_EQ(r.width, 0);
	EXPECT_STR(rule_again("B3/S23"), "B3/S23");
	EXPECT_STR(rule_again("b3s23"), "B3/S23");
	EXPECT_STR(rule_again("S23/B3"), "B3/S23");
	EXPECT_STR(rule_again("23/3"), "B3/S23");
	EXPECT_STR(rule_again("/2"), "B2/S");
	EXPECT_STR(rule_again("B/S"), "B/S");
	EXPECT_STR(rule_again("B0/S8"), "B0/S8");
	EXPECT_STR(rule_again("B3678/S34678"), "B3678/S34678");
	EXPECT_STR(rule_again("B63/S32"), "B36/S23");
	EXPECT_STR(rule_again("life"), "B3/S23");
	EXPECT_STR(rule_again("Conway's Life:T8"), "B3/S23:T8,8");
	EXPECT_STR(rule_again(" B3/S23:t64,32 "), "B3/S23:T64,32");
	EXPECT_STR(rule_again("23/3:p4096,1"), "B3/S23:P4096,1");
}

static void bad_rules(void)
{
	static const char *const texts[] = {"",
					    "B",
					    "B3",
					    "B3/",
					    "B9/S23",
					    "B3/S9",
					    "B3/S23x",
					    "23",
					    "B3/S23:",
					    "B3/S23:K8,8",
					    "B3/S23:T",
					    "B3/S23:T0,8",
					    "B3/S23:T8,0",
					    "B3/S23:T4097,8",
					    "B3/S23:T8,",
					    "B3/S23:T8,8,8",
					    "B3/S23:T-8,8",
					    "B3/S23:T99999999999999999999",
					    "B3 /S23",
					    "lifes",
					    "B3/B3"};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		if (!EXPECT_STR(rule_again(texts[i]), "refused"))
			printf("# '%s'\n", texts[i]);
}

static void good_files(void)
{
	expect_cells("x = 3, y = 3, rule = B3/S23\nbob$2bo$3o!\n", ".O./..O/OOO/");
	expect_cells("x=3,y=3\nbo$2bo$3o!", ".O./..O/OOO/");
	expect_cells("#N Glider\n#C x = 9, y = 9\n\nx = 3, y = 3\n.A.$..A$AAA!", ".O./..O/OOO/");
	expect_cells("x = 3, y = 3\r\nbob$\r\n2bo$\r\n3o!\r\n", ".O./..O/OOO/");
	expect_cells("x = 3, y = 3\n b o b $ \n\t2b o $ 3o !", ".O./..O/OOO/");
	expect_cells("x = 3, y = 4\nbo2$3o!and anything behind: 0x\n99z", ".O./.../OOO/.../");
	expect_cells("x = 12, y = 1\n12o!", "OOOOOOOOOOOO/");
	expect_cells("x = 3, y = 2\n!", ".../.../");
	expect_cells("x = 3, y = 2\n$$$$$!", ".../.../"); /* row ends beyond the last row hold no cell */
	expect_cells("x = 0, y = 0\n!", "");
	expect_cells("x = 3, y = 1\n#C in the body\nbo\n#C again\no!", ".OO/");
}

static void long_lines(void)
{
	char text[2200] = "x = 1000, y = 1\n";
	struct pattern p;

	for (unsigned int i = 0; i < 1000; i++)
		strcat(text, i % 2 ? "o" : "b");
	strcat(text, "!");
	if (!EXPECT(parse(&p, text)))
		return;
	for (unsigned int i = 0; i < 1000; i++)
		EXPECT_EQ(p.cells[i], i % 2);
	pattern_free(&p);
}

static void golly_header(void)
{
	struct pattern p;

	if (!EXPECT(parse(&p, "#CXRLE Pos=-32,17 Gen=123456789012\nx = 2, y = 1, rule = B36/S23:T64,32\n2o!")))
		return;
	EXPECT(p.has_pos && p.has_generation && p.has_rule);
	EXPECT_EQ(p.x, -32);
	EXPECT_EQ(p.y, 17);
	EXPECT(p.generation == 123456789012);
	EXPECT_EQ(p.rule.birth, 1 << 3 | 1 << 6);
	EXPECT_EQ(p.rule.topology, LIFE_TORUS);
	EXPECT_EQ(p.rule.width, 64);
	EXPECT_EQ(p.rule.height, 32);
	pattern_free(&p);
	if (!EXPECT(parse(&p, "#CXRLE Gen=5\nx = 2, y = 1\n2o!")))
		return;
	EXPECT(!p.has_pos && p.has_generation && !p.has_rule);
	pattern_free(&p);
}

static void malformed_heads(void)
{
	expect_refused("", 1, "header");
	expect_refused("#C only words\n#C and more\n", 3, "header");
	expect_refused("bob$2bo$3o!\n", 1, "header");
	expect_refused("#C\n\nx = 3\nbo!", 3, "x");
	expect_refused("x = 3 y = 3\nbo!", 1, "','");
	expect_refused("x = , y = 3\nbo!", 1, "number");
	expect_refused("x = 3, y = -3\nbo!", 1, "number");
	expect_refused("x 3, y = 3\nbo!", 1, "'='");
	expect_refused("x = 4097, y = 3\nbo!", 1, "4097");
	expect_refused("x = 99999999999999999999, y = 3\nbo!", 1, "number");
	expect_refused("x = 3, y = 3, role = B3/S23\nbo!", 1, "role");
	expect_refused("x = 3, y = 3, rule B3/S23\nbo!", 1, "'='");
	expect_refused("x = 3, y = 3; rule = B3/S23\nbo!", 1, ";");
	expect_refused("x = 3, y = 3, rule = B3/S2x\nbo!", 1, "B3/S2x");
	expect_refused("x = 3, y = 3, rule = B3/S23:Q9\nbo!", 1, "topology");
	expect_refused("x = 3, y = 3, rule = \nbo!", 1, "rule");
	expect_refused("#CXRLE Pos=1\nx = 1, y = 1\no!", 1, "Pos");
	expect_refused("#C\n#CXRLE Pos=1,b\nx = 1, y = 1\no!", 2, "Pos");
	expect_refused("#CXRLE Gen=-1\nx = 1, y = 1\no!", 1, "Gen");
}

static void malformed_bodies(void)
{
	expect_refused("x = 3, y = 3\nbob$2bo$3o", 2, "cut off");
	expect_refused("x = 3, y = 3\nbob$\n2bo$3", 3, "");
	expect_refused("x = 3, y = 3\n", 2, "cut off");
	expect_refused("x = 3, y = 3\nbo$\n03o!", 3, "0");
	expect_refused("x = 3, y = 3\n0o!", 2, "0");
	expect_refused("x = 3, y = 3\n3 o!", 2, "count");
	expect_refused("x = 3, y = 3\n3\no!", 2, "count");
	expect_refused("x = 3, y = 3\n3!", 2, "count");
	expect_refused("x = 3, y = 3\nbxb!", 2, "'x'");
	expect_refused("x = 3, y = 3\nbo\001!", 2, "0x01");
	expect_refused("x = 3, y = 3\nb\xC3\xB6!", 2, "0xc3");
	expect_refused("x = 3, y = 3\nb\033[2Jo!", 2, "0x1b");
	expect_refused("x = 3, y = 3\n4o!", 2, "row 1");
	expect_refused("x = 3, y = 3\n3o$\n2b2o!", 3, "row 2");
	expect_refused("x = 3, y = 2\n3o$3o$\no!", 3, "y = 2");
	expect_refused("x = 3, y = 2\n3o9$o!", 2, "y = 2");
	expect_refused("x = 3, y = 2\n99999999999999999999999o!", 2, "large");
	expect_refused("x = 3, y = 2\n4294967297o!", 2, "large");
	expect_refused("x = 3, y = 2\n999999999$999999999$999999999$999999999$999999999$o!", 2, "y = 2");
}

/* The error has room for what it is given, not more. */
static void short_error_buffers(void)
{
	char small[8] = "-------";
	struct pattern p;

	EXPECT(!pattern_parse(&p, "x", 1, "a-file-with-a-long-name", small, sizeof(small)));
	EXPECT_EQ(small[7], 0);
	EXPECT_MEM(small, "a-file-", 7);
}

static bool lay(struct board *b, const char *text, const char *rule)
{
	struct pattern p;
	struct rule wanted;
	bool ok;

	err[0] = 0;
	if (!EXPECT(parse(&p, text)) || !EXPECT(rule == NULL || rule_parse(&wanted, rule, err, sizeof(err))))
		return false;
	memset(b, 0x5A, sizeof(*b));
	ok = board_from_pattern(b, &p, rule != NULL ? &wanted : NULL, "f.rle", err, sizeof(err));
	pattern_free(&p);
	return ok;
}

static void expect_board(const char *text, const char *rule, const char *wanted_rule, const char *wanted)
{
	struct board b;
	char formatted[64];

	if (!EXPECT(lay(&b, text, rule))) {
		printf("# %s\n", err);
		return;
	}
	rule_format(formatted, sizeof(formatted), &b.rule);
	EXPECT_STR(formatted, wanted_rule);
	EXPECT_STR(picture(b.cells, b.rule.width, b.rule.height), wanted);
	board_free(&b);
}

static void placing(void)
{
	expect_board("x = 2, y = 1\n2o!", "B3/S23:P6,3", "B3/S23:P6,3", "....../..OO../....../");
	expect_board("x = 2, y = 2, rule = B36/S:T4,4\n2o$o!", NULL, "B36/S:T4,4", "..../.OO./.O../..../");
	expect_board("x = 2, y = 2, rule = B36/S:P4,4\n2o$o!", "B1/S2", "B1/S2:P4,4", "..../.OO./.O../..../");
	expect_board("x = 1, y = 1, rule = B36/S:P4,4\no!", "B1/S2:T3", "B1/S2:T3,3", ".../.O./.../");
	expect_board("#CXRLE Pos=-3,-1\nx = 2, y = 1\n2o!", "B3/S23:P6,3", "B3/S23:P6,3", "OO..../....../....../");
	expect_board("#CXRLE Pos=1,1\nx = 2, y = 1\n2o!", "B3/S23:P6,3", "B3/S23:P6,3", "....../....../....OO/");
	expect_board("#CXRLE Pos=-2,0\nx = 1, y = 1\no!", "B3/S23:P5,2", "B3/S23:P5,2", "...../O..../");
	/* As large as the board: at its corner, whatever Pos says. */
	expect_board("#CXRLE Pos=7,7\nx = 3, y = 1\nobo!", "B3/S23:P3,1", "B3/S23:P3,1", "O.O/");
}

static void generation_comes_along(void)
{
	struct board b;

	if (EXPECT(lay(&b, "#CXRLE Gen=77\nx = 2, y = 1\n2o!", "B3/S23:T9")))
		EXPECT_EQ(b.generation, 77);
	board_free(&b);
	if (EXPECT(lay(&b, "x = 2, y = 1\n2o!", "B3/S23:T9")))
		EXPECT_EQ(b.generation, 0);
	board_free(&b);
}

static void expect_no_board(const char *text, const char *rule)
{
	struct board b;

	EXPECT(!lay(&b, text, rule));
	EXPECT(strncmp(err, "f.rle", 5) == 0);
	EXPECT(strchr(err, '\n') == NULL);
}

static void does_not_fit(void)
{
	expect_no_board("x = 7, y = 1\n7o!", "B3/S23:P6,3");
	expect_no_board("x = 1, y = 4\no!", "B3/S23:P6,3");
	expect_no_board("#CXRLE Pos=2,0\nx = 2, y = 1\n2o!", "B3/S23:P6,3");
	expect_no_board("#CXRLE Pos=-4,0\nx = 2, y = 1\n2o!", "B3/S23:P6,3");
	expect_no_board("#CXRLE Pos=0,2\nx = 2, y = 1\n2o!", "B3/S23:P6,3");
	expect_no_board("#CXRLE Pos=-2147483647,2147483647\nx = 2, y = 1\n2o!", "B3/S23:P6,3");
}

static void default_size(void)
{
	struct board b;
	uint32_t alive = 0;

	if (!EXPECT(lay(&b, "x = 100, y = 3\n100o$b$2o!", NULL)))
		return;
	EXPECT(b.rule.width >= 100 && b.rule.height >= 3);
	EXPECT_EQ(b.rule.birth, 1 << 3);
	EXPECT_EQ(b.rule.survive, 1 << 2 | 1 << 3);
	for (uint32_t i = 0; i < b.rule.width * b.rule.height; i++)
		alive += b.cells[i];
	EXPECT_EQ(alive, 102);
	board_free(&b);
}

static struct board soup(uint32_t w, uint32_t h, double density, uint64_t seed)
{
	struct rule r = {1 << 3, 1 << 2 | 1 << 3, LIFE_PLANE, w, h};
	struct board b;

	if (!board_random(&b, &r, density, seed, err, sizeof(err))) {
		printf("Bail out! %s\n", err);
		exit(1);
	}
	return b;
}

static uint32_t population(const struct board *b)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < b->rule.width * b->rule.height; i++)
		n += b->cells[i];
	return n;
}

static void soups(void)
{
	struct board a = soup(64, 50, 0.25, 9), b = soup(64, 50, 0.25, 9), c = soup(64, 50, 0.25, 10);
	struct board none = soup(64, 50, 0, 9), all = soup(64, 50, 1, 9);

	EXPECT_MEM(a.cells, b.cells, 64 * 50);
	EXPECT(memcmp(a.cells, c.cells, 64 * 50) != 0);
	EXPECT(population(&a) > 800 - 150 && population(&a) < 800 + 150); /* six standard deviations */
	EXPECT_EQ(population(&none), 0);
	EXPECT_EQ(population(&all), 3200);
	board_free(&a), board_free(&b), board_free(&c), board_free(&none), board_free(&all);
}

static void expect_same_board(const struct board *a, const struct board *b)
{
	EXPECT_EQ(a->rule.birth, b->rule.birth);
	EXPECT_EQ(a->rule.survive, b->rule.survive);
	EXPECT_EQ(a->rule.topology, b->rule.topology);
	EXPECT(a->generation == b->generation);
	if (EXPECT_EQ(a->rule.width, b->rule.width) && EXPECT_EQ(a->rule.height, b->rule.height))
		EXPECT_MEM(a->cells, b->cells, (size_t)a->rule.width * a->rule.height);
}

static void written_text(void)
{
	struct board b = soup(5, 4, 0, 1);
	char *text;

	b.cells[0] = b.cells[1] = b.cells[4] = b.cells[10] = 1;
	b.generation = 300;
	text = board_to_rle(&b);
	EXPECT_STR(text, "#CXRLE Pos=-2,-2 Gen=300\nx = 5, y = 4, rule = B3/S23:P5,4\n2o2bo2$o!\n");
	free(text);
	memset(b.cells, 0, 20);
	text = board_to_rle(&b);
	EXPECT_STR(text, "#CXRLE Pos=-2,-2 Gen=300\nx = 5, y = 4, rule = B3/S23:P5,4\n!\n");
	free(text);
	board_free(&b);
}

static void expect_short_lines(const char *text)
{
	while (*text != 0) {
		size_t n = strcspn(text, "\n");

		EXPECT(n <= 70);
		text += n + (text[n] == '\n');
	}
}

static void text_round_trips(void)
{
	for (unsigned int i = 0; i < 400; i++) {
		struct board b = soup(1 + tap_below(90), 1 + tap_below(70), tap_below(11) / 10.0, tap_random()), again;
		char *text;

		b.rule.birth = (uint16_t)tap_below(512);
		b.rule.survive = (uint16_t)tap_below(512);
		b.rule.topology = (uint8_t)tap_below(2);
		b.generation = tap_random() >> tap_below(64) >> 1;
		text = board_to_rle(&b);
		expect_short_lines(text);
		if (EXPECT(lay(&again, text, NULL))) {
			expect_same_board(&again, &b);
			board_free(&again);
		}
		free(text);
		board_free(&b);
	}
}

static void files(void)
{
	struct board b = soup(33, 21, 0.5, 3), again;
	struct pattern p;
	char path[] = "/tmp/petri-test-XXXXXX.rle";
	int fd = mkstemps(path, 4);

	EXPECT(fd >= 0);
	close(fd);
	b.generation = 12;
	if (EXPECT(board_save(&b, path, err, sizeof(err))) && EXPECT(pattern_load(&p, path, err, sizeof(err)))) {
		if (EXPECT(board_from_pattern(&again, &p, NULL, path, err, sizeof(err)))) {
			expect_same_board(&again, &b);
			board_free(&again);
		}
		pattern_free(&p);
	}
	EXPECT(unlink(path) == 0);
	EXPECT(!pattern_load(&p, path, err, sizeof(err)));
	EXPECT(strstr(err, path) != NULL);
	EXPECT(!pattern_load(&p, "/tmp", err, sizeof(err)));
	EXPECT(!board_save(&b, "/no/such/folder/x.rle", err, sizeof(err)));
	EXPECT(strstr(err, "/no/such/folder") != NULL);
	board_free(&b);
}

static const struct tap_test tests[] = {
	{"rules: all spellings", good_rules},
	{"rules: what is none is refused with a reason", bad_rules},
	{"rle: good files", good_files},
	{"rle: lines longer than 70", long_lines},
	{"rle: Golly's header and suffix", golly_header},
	{"rle: malformed heads: file, line, reason", malformed_heads},
	{"rle: malformed bodies: file, line, reason", malformed_bodies},
	{"rle: short error buffers", short_error_buffers},
	{"board: where a pattern lies, and whose rule counts", placing},
	{"board: the generation comes along", generation_comes_along},
	{"board: what does not fit is refused", does_not_fit},
	{"board: a size when nobody says one", default_size},
	{"board: soups", soups},
	{"board: the text that is written", written_text},
	{"board: 400 random boards written and read", text_round_trips},
	{"board: files", files},
};
TAP_MAIN(tests)
