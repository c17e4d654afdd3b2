/* Cells that send each other their states. See channels.c. */
#ifndef LIFE_CHANNELS_H
#define LIFE_CHANNELS_H

#include <stdbool.h>
#include <stddef.h>

#include "cell.h"

void *channels_main(void *cell);

/* Bytes of an inbox: the dish has one per cell. */
size_t channels_inbox_size(void);
/* Before the cells are sown: empty inboxes. Who is dead has ended, unless dead_too. */
void channels_begin(bool dead_too);
/* The reaper, under the roll lock: this cell's thread has ended, and its neighbours are not to wait for it. */
void channels_mourn(struct cell *cell);

#endif
