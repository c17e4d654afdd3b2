/*
 * Life's commands as payloads (docs/wire.md section 4), the same for the line and for the boot script.
 */
#ifndef VIEWER_LIFE_COMMANDS_H
#define VIEWER_LIFE_COMMANDS_H

#include "../demo.h"
#include "options.h"
#include "pattern.h"

/* sync: how the cells are to agree. */
bool commands_sync(uint8_t sync, command_sink *sink, void *context);
/* SETUP, CELLS where something lives, GENERATION: makes the dish new. */
bool commands_board(const struct board *b, uint8_t sync, command_sink *sink, void *context);
bool commands_speed(uint32_t speed, command_sink *sink, void *context);
bool commands_until(uint64_t generation, bool end, command_sink *sink, void *context);
/* board: its name comes first in the text. */
bool commands_errand(const struct life_errand *e, const char *board, command_sink *sink, void *context);

#endif
