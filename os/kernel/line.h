/* The serial line: a ring towards the UART that its interrupt empties, and the bytes that come. */
#ifndef KERNEL_LINE_H
#define KERNEL_LINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct core;

#define LINE_RING 16384u
/* Room that threads leave to the kernel's own answers. */
#define LINE_RESERVE 3072u

extern uint32_t line_console_dropped; /* bytes */

void line_init(void);
uint32_t line_room(void);
/* Threads may write: there is room for n bytes besides the reserve, and no change of rate waits for the ring to run dry. */
bool line_open(size_t n);
/* All or nothing. Never blocks. */
bool line_put(const void *bytes, size_t n);
/* Blocks the current thread until there is room again; its call is then issued again. */
void line_wait(struct core *core);
/* Changes the rate when all that is in the ring has gone. */
void line_change_baud(uint32_t baud);
/* For what must not be lost at the end: room for the kernel's own frames, if need be by waiting, after which the line is polled. */
void line_make_room(void);
/* Sends all there is, polled; then the line may be used polled only. For the end and for panics. */
void line_finish(void);
/* Interrupt driven? Before line_init() and after line_finish() it is polled. */
bool line_is_up(void);
void line_polled(const char *text, size_t n);

#endif
