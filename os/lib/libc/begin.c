/*
 * How a program with the C library begins and ends: constructors, main with its arguments, exit.
 *
 * app_begin (start.S) calls app_main() in the main thread; this one takes the place of the one in os/lib/begin.c. The
 * environment is empty. argv and its words lie where the kernel put them, on main's stack: a program may change them.
 */
#include <stddef.h>
#include <stdlib.h>
#include <unistd.h>

#include "begin.h"
#include "program.h"

const char *libc_program_name = "";

int main(int argc, char **argv, char **environment);

static size_t count_words(const char *words, size_t size)
{
	size_t n = 0;

	for (size_t i = 0; i < size; i++)
		n += words[i] == '\0';
	return n;
}

static void point_to_words(char **argv, char *words, size_t size)
{
	char *word = words;

	for (size_t i = 0; i < size; i++) {
		if (words[i] != '\0')
			continue;
		*argv++ = word;
		word = words + i + 1;
	}
	*argv = NULL;
}

void app_main(char *words, size_t size)
{
	size_t argc = count_words(words, size);
	char **argv = malloc((argc + 1) * sizeof(*argv));

	if (argv == NULL)
		_exit(EXIT_FAILURE);
	point_to_words(argv, words, size);
	if (argc > 0)
		libc_program_name = argv[0];
	app_construct();
	exit(main((int)argc, argv, environ));
}
