/* The beginning of an app without a C library: see begin.h. Its main may take the words as they are; returning from it ends the app. */
#include "begin.h"

#include <petri/system.h>

/* One that is defined without parameters does not look at them. */
int main(char *words, size_t size);

void app_main(char *words, size_t size)
{
	app_construct();
	system_exit(main(words, size));
}
