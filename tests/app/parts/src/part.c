/* A part in a folder of its own. */
#include "part.h"

int part(void) { return FACTOR * 2; }
