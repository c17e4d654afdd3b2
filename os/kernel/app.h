/* The apps in the image, and their start. */
#ifndef KERNEL_APP_H
#define KERNEL_APP_H

#include <stdint.h>

struct core;

/* os/arch/aarch64/app.S.in. Words lie one after the other, each ended by a zero; the first is the app's name. */
struct app_image {
	const uint8_t *elf, *elf_end;
	const char *words, *words_end;
	uint64_t kernel_mode;
};

/* A domain and a main thread, ready to run, for each. Stops with words if an image is no good. */
void apps_start(struct core *core);

#endif
