/* Prints its arguments, each with its length, and ends with how many there are. */
#include <stdio.h>
#include <string.h>

int main(int argc, char **argv)
{
	for (int i = 0; i < argc; i++)
		printf("%zu[%s]\n", strlen(argv[i]), argv[i]);
	return argv[argc] == NULL ? argc - 1 : 99;
}
