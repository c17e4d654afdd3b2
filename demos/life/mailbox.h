/* Commands on their way to the controller: a thread receives them, the controller executes and answers them. See mailbox.c. */
#ifndef LIFE_MAILBOX_H
#define LIFE_MAILBOX_H

#include <stdbool.h>

#include <petri/error.h>
#include <petri/time.h>

/* wake: called when a command has come. ENOMEM. */
PETRI_NODISCARD enum petri_error mailbox_start(void (*wake)(void));
/* Waits until a command lies here, or the deadline has passed: false. */
bool mailbox_await(petri_time deadline);
/* Executes and answers all commands that lie here. The controller's, while all cells stand. */
void mailbox_execute(void);

#endif
