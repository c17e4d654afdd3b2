/* The philosophers' commands of docs/wire.md section 4: checked, executed, answered. See commands.c. */
#ifndef PHILOSOPHERS_COMMANDS_H
#define PHILOSOPHERS_COMMANDS_H

/* Executes and answers what lies in the mailbox. The controller's. Blocks (line, heap, ends of philosophers). */
void commands_execute(void);

#endif
