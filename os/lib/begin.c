/* The beginning of an app without a C library: see begin.h. Its main takes no arguments, and returning from it ends the app. */
#include "begin.h"

#include <petri/system.h>

int main(void);

void app_main(char *words, size_t size)
{
	(void)words;
	(void)size;
	app_construct();
	system_exit(main());
}
