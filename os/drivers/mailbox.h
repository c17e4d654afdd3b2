/* The VideoCore's property mailbox. Before the MMU is on: the buffer is not cached then. Base is given. */
#ifndef DRIVERS_MAILBOX_H
#define DRIVERS_MAILBOX_H

#include <stdbool.h>
#include <stdint.h>

/* One property: tag, values in and out (at most 4 words). False: the firmware refused. */
bool mailbox_property(uint64_t base, uint32_t tag, uint32_t *values, uint32_t count);

#define MAILBOX_BOARD_REVISION 0x00010002u
#define MAILBOX_ARM_MEMORY 0x00010005u
#define MAILBOX_GET_CLOCK 0x00030002u
#define MAILBOX_SET_CLOCK 0x00038002u
#define MAILBOX_CLOCK_UART 2u

#endif
