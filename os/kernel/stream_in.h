/* Commands in: the decoder of the line, the kernel's own commands, the queue for the app. */
#ifndef KERNEL_STREAM_IN_H
#define KERNEL_STREAM_IN_H

#include <stdint.h>

struct core;

extern uint32_t stream_in_damaged; /* runs thrown away */
extern uint32_t stream_in_lost;    /* bytes the UART lost */

/* The app has answered a command: should it come again, so will this answer. */
void stream_in_answered(uint32_t seq, uint8_t type, uint8_t error);
/* One byte from the line; from its interrupt. */
void stream_in_byte(struct core *core, uint8_t byte);

#endif
