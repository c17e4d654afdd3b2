/* The main of a program of several folders. */
#include <stdio.h>

#include "part.h"

int main(void)
{
	printf("%d\n", part());
	return 0;
}
