/* Addresses for wild writes: see wild.h. */
#include "wild.h"

#include <string.h>

#include "session.h"

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

/* A kernel thread would really write into the kernel. */
static bool is_tried(const struct session *s, enum wild_place place)
{
	return session_target(s)->user || place == WILD_NULL || place == WILD_TEXT;
}

uint64_t wild_next(const struct session *s)
{
	static unsigned turn; /* there is one session */

	while (!is_tried(s, turn % WILD_PLACES))
		turn++;
	return wild_address(turn++ % WILD_PLACES, session_target(s)->board);
}
