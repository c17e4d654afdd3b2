/* The commands of docs/wire.md section 4: checked, executed, answered. See commands.c. */
#ifndef LIFE_COMMANDS_H
#define LIFE_COMMANDS_H

#include <petri/stream.h>

/* Executes one command and answers it. The controller's, while all cells stand. Blocks (line, heap, ends of cells). */
void command_execute(const struct stream_command *command);

#endif
