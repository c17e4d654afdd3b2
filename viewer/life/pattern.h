/*
 * Patterns and boards: RLE (Golly's extended form) in and out, and placing a pattern on a board.
 * Pure functions on memory; no drawing, no target. Errors are one line of text with file, line and reason.
 */
#ifndef VIEWER_PATTERN_H
#define VIEWER_PATTERN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A rule with topology and size, as in "B3/S23:T64,64". */
struct rule {
	uint16_t birth, survive; /* bit n: n neighbours */
	uint8_t topology;        /* LIFE_TORUS, LIFE_PLANE */
	uint32_t width, height;  /* 0 = not given */
};

/* What an RLE file holds. */
struct pattern {
	uint32_t width, height; /* of the header */
	uint8_t *cells;         /* width*height bytes */
	bool has_rule;
	struct rule rule;
	bool has_pos;
	int64_t x, y; /* #CXRLE Pos */
	bool has_generation;
	uint64_t generation; /* #CXRLE Gen */
};

/* A whole dish. */
struct board {
	struct rule rule; /* with size */
	uint8_t *cells;   /* width*height bytes */
	uint64_t generation;
};

/* "B3/S23", "b3s23", "23/3", "Life", with optional ":T64,64" or ":P64" (one number: square). */
bool rule_parse(struct rule *r, const char *text, char *err, size_t err_size);
void rule_format(char *out, size_t size, const struct rule *r); /* with the suffix when it has a size */

/* name is used in messages: "name:line: reason". */
bool pattern_parse(struct pattern *p, const char *text, size_t length, const char *name, char *err, size_t err_size);
bool pattern_load(struct pattern *p, const char *path, char *err, size_t err_size);
void pattern_free(struct pattern *p);

/* Lays p on a new board of the given rule (whose size, if 0, is the pattern's own suffix or, failing that, a default that
 * leaves room around it). Golly's origin: the board's corner is (-floor(W/2), -floor(H/2)). */
bool board_from_pattern(struct board *b, const struct pattern *p, const struct rule *wanted, const char *name, char *err,
			size_t err_size);
/* A soup: each cell alive with the given density (0..1), from the seed, same on every machine. */
bool board_random(struct board *b, const struct rule *r, double density, uint64_t seed, char *err, size_t err_size);
void board_free(struct board *b);

/* The whole board as extended RLE (a new string; free() it), and to a file. */
char *board_to_rle(const struct board *b);
bool board_save(const struct board *b, const char *path, char *err, size_t err_size);

#endif
