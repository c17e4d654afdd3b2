/* The boot script: commands in memory (docs/wire.md section 5). */
#ifndef KERNEL_SCRIPT_H
#define KERNEL_SCRIPT_H

#include <stdbool.h>
#include <stdint.h>

struct memory_range;

/* What the script says of an app. */
struct script_app {
	uint8_t mode;      /* enum wire_app_mode */
	const char *words; /* its arguments, each ended by a zero */
	uint32_t size;     /* 0: as in the image */
};

/* Looks for a script at the board's address and executes its BOOT items. Returns where it lies, an empty range if there is none. */
struct memory_range script_init(void);
bool script_is_present(void);
/* number: from 1. An item for all apps is overruled by one for this app. */
struct script_app script_app(uint32_t number);
/* Only the script commands the app. */
bool script_commands(void);
/* A command; the payload lies in the script itself. */
struct script_item {
	uint8_t type;
	uint16_t length;
	const uint8_t *payload;
};
/* The next command; false: no more. It stays the next until it is taken. Both under the lock of who receives. */
bool script_look(struct script_item *out);
void script_take(void);

#endif
