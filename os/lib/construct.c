/* Constructors: the table that the linker script makes of the sections preinit_array and init_array. */
#include "begin.h"

typedef void (*constructor)(void);

extern const constructor app_constructors[], app_constructors_end[];

void app_construct(void)
{
	for (const constructor *c = app_constructors; c < app_constructors_end; c++)
		(*c)();
}
