/*
 * The dish as the stream tells it (docs/wire.md section 3): bands are gathered as bits, and shown, as bytes with ages,
 * when LIFE_GENERATION says that a generation is complete. Knows nothing of sources, sequence numbers or commands.
 */
#ifndef VIEWER_MODEL_H
#define VIEWER_MODEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "../bands.h"
#include "life.h"

struct model {
	struct dish dish;   /* as last shown */
	struct bands bands; /* as last configured, and gathered since; rows of bits */
	uint32_t width, height;
	bool ages_new; /* the next generation shown begins the ages anew (a new dish) */
	bool dead_new; /* the next LIFE_DEAD begins the list anew */
};

enum model_result model_config(struct model *m, const uint8_t *p, size_t n);
enum model_result model_band(struct model *m, const uint8_t *p, size_t n);
enum model_result model_generation(struct model *m, const uint8_t *p, size_t n);
enum model_result model_dead(struct model *m, const uint8_t *p, size_t n);
enum model_result model_cores(struct model *m, const uint8_t *p, size_t n);
/* A cell's thread has died of a fault. */
void model_fault(struct model *m, uint32_t x, uint32_t y);
/* Something was lost on the way: nothing is sure before the next key. */
void model_doubt(struct model *m);
void model_free(struct model *m);

#endif
