/*
 * Commands as payloads (docs/wire.md section 4), the same for the line and for the boot script, and what the options ask
 * for at the start, put into them.
 */
#ifndef VIEWER_COMMANDS_H
#define VIEWER_COMMANDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "options.h"
#include "pattern.h"

/* Takes one command; false stops the sequence (no memory). */
typedef bool command_sink(void *context, uint8_t type, const void *payload, size_t length);

/* SETUP, CELLS where something lives, GENERATION: makes the dish new. */
bool commands_board(const struct board *b, command_sink *sink, void *context);
bool commands_speed(uint32_t speed, command_sink *sink, void *context);
bool commands_until(uint64_t generation, bool end, command_sink *sink, void *context);
/* "SETUP" for WIRE_CMD_LIFE_SETUP. */
const char *command_name(uint8_t type);

/* The board that the options ask for: --load, --random, or the default soup. */
bool start_board(struct board *b, const struct options *o, char *err, size_t err_size);
/* Whether they ask for one at all, or a target that runs already is to be left as it is. */
bool start_wanted(const struct options *o);
/* The speed to begin with. */
uint32_t start_speed(const struct options *o);

/*
 * The boot script (docs/wire.md section 5) for these options as a new block of memory (free() it), NULL if there is no
 * memory. start: the dish to put in, or NULL for BOOT alone. qemu, scripted: the flags of BOOT.
 */
uint8_t *boot_script(const struct options *o, const struct board *start, bool qemu, bool scripted, size_t *size);

#endif
