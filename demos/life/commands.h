/* The commands of docs/wire.md section 4: checked, executed, answered. See commands.c. */
#ifndef LIFE_COMMANDS_H
#define LIFE_COMMANDS_H

/* Executes and answers what lies in the mailbox. The controller's, while all cells stand. Blocks (line, heap, ends of cells). */
void commands_execute(void);

#endif
