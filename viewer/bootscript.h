/*
 * The boot script (docs/wire.md section 5): a run's commands in memory.
 */
#ifndef VIEWER_BOOTSCRIPT_H
#define VIEWER_BOOTSCRIPT_H

#include "demo.h"
#include "options.h"

/*
 * As a new block of memory (free() it); NULL and one line in err if that cannot be. demo: the one whose start is put in, or
 * NULL for BOOT alone. qemu, scripted: the flags of BOOT; a run under QEMU ends at its goal, a Pi stays on the desk.
 */
uint8_t *boot_script(const struct options *o, const struct demo *demo, bool qemu, bool scripted, size_t *size, char *err,
		     size_t err_size);

#endif
