/*
 * Bands as the stream sends them (docs/wire.md section 3): rows of bytes, gathered until a frame says that a picture is
 * complete. Life's rows are bits of cells, the philosophers' rows are one byte each; the offsets of the frames agree.
 * Knows nothing of sources, sequence numbers or commands.
 */
#ifndef VIEWER_BANDS_H
#define VIEWER_BANDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define NEVER UINT64_MAX

enum model_result {
	MODEL_OK,
	MODEL_SHOWN,    /* a picture is complete and new */
	MODEL_IGNORED,  /* of another epoch */
	MODEL_UNUSABLE, /* something is missing: a key is wanted */
	MODEL_DAMAGED,  /* too short, or out of bounds */
};

struct bands {
	bool configured;
	uint32_t epoch, rows, row_bytes;
	uint8_t *data;      /* rows of row_bytes */
	uint64_t *row_sent; /* picture with which the row last came; NEVER = not yet */
	uint8_t *row_new;   /* the row came since the last complete picture */
	uint16_t come;      /* bands since then, of the picture gathering */
	uint32_t key_rows;  /* rows of them that came in keys */
	uint64_t gathering;
	bool joined; /* every row is known, so there is something to show */
	bool sure;   /* nothing that could have changed the picture was missed */
};

/* A new epoch: all that is known is void until its key has come. False: no memory. *resized: the rows are other ones. */
bool bands_begin(struct bands *b, uint32_t epoch, uint32_t rows, uint32_t row_bytes, bool *resized);
/* A band frame, all of it. */
enum model_result bands_take(struct bands *b, const uint8_t *p, size_t n);
/* The frame behind the bands of a picture. Works out joined and sure; a whole key heals every doubt. */
void bands_complete(struct bands *b, uint64_t picture, uint16_t announced, bool key);
/* The picture was shown: from now on rows are gathered for the next. */
void bands_shown(struct bands *b);
void bands_free(struct bands *b);

#endif
