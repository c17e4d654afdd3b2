/*
 * Where a wild write may go: somewhere in each thing that a user thread must not touch. (docs/wire.md: the target refuses what would do harm.)
 */
#include <string.h>

#include "commands.h"

#define APP_TEXT 0x1000000000u /* os/lib/app.ld */

static const struct {
	const char *board;
	uint32_t kernel, device; /* the kernel's first instructions, the UART */
} places[] = {{"virt", 0x40080000, 0x09000000}, {"rpi3", 0x00080000, 0x3f201000}, {"zero2w", 0x00080000, 0x3f201000}};

uint64_t wild_address(enum wild_place place, const char *board)
{
	size_t i = sizeof places / sizeof *places - 1;

	while (i > 0 && strncmp(places[i].board, board, strlen(places[i].board)) != 0)
		i--;
	switch (place) {
	case WILD_KERNEL:
		return places[i].kernel;
	case WILD_DEVICE:
		return places[i].device;
	case WILD_TEXT:
		return APP_TEXT;
	default:
		return 0;
	}
}
