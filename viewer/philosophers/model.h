/*
 * The table as the stream tells it (docs/wire.md section 3a): bands are gathered, and shown when PHIL_SAMPLE says that a
 * sample is complete. Knows nothing of sources, sequence numbers or commands.
 */
#ifndef VIEWER_PHIL_MODEL_H
#define VIEWER_PHIL_MODEL_H

#include "../bands.h"
#include "phil.h"

struct phil_model {
	struct table table; /* as last shown; the configuration as last told */
	struct bands bands;
	uint32_t looks_room;
	bool fresh; /* the next sample shown is the first of its epoch */
};

enum model_result table_config(struct phil_model *m, const uint8_t *p, size_t n);
enum model_result table_sample(struct phil_model *m, const uint8_t *p, size_t n);
enum model_result table_waits(struct phil_model *m, const uint8_t *p, size_t n);
enum model_result table_names(struct phil_model *m, const uint8_t *p, size_t n);
void table_free(struct phil_model *m);

#endif
