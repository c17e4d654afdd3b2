/* The apps in the image: their start and their end. */
#ifndef KERNEL_APP_H
#define KERNEL_APP_H

#include <stdint.h>

struct core;
struct domain;

/* os/arch/aarch64/app.S.in. Words lie one after the other, each ended by a zero; the first is the app's name. */
struct app_image {
	const uint8_t *elf, *elf_end;
	const char *words, *words_end;
	uint64_t kernel_mode;
};

/* A domain and a main thread, ready to run, for each. Stops with words if an image is no good. */
void apps_start(struct core *core);
/* Under `lives`, which it gives back if this was the last, and no other lock: the app ends with this code, all its threads with it; with the last app the system. The current thread, if it is one of them, is to be ended
 * by the caller. */
void app_end(struct core *core, struct domain *d, uint32_t code);
/* Goes on ending the threads of apps that are over: from the timer. */
void apps_sweep(struct core *core);

#endif
