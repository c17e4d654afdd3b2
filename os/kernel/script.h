/* The boot script: commands in memory (docs/wire.md section 5). */
#ifndef KERNEL_SCRIPT_H
#define KERNEL_SCRIPT_H

#include <stdbool.h>
#include <stdint.h>

struct stream_command;
struct memory_range;

/* Looks for a script at the board's address and executes its BOOT items. Returns where it lies, an empty range if there is none. */
struct memory_range script_init(void);
bool script_is_present(void);
/* Only the script commands the app. */
bool script_commands(void);
/* The next command for the app; false: no more. */
bool script_next(struct stream_command *out);

#endif
