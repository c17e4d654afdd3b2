/* The rest of <stdio.h> as POSIX has it: see os/include/std/stdio.h. */
#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define FIRST_ROOM 128

/* False: no memory, and the line is as it was. */
static bool make_room(char **line, size_t *size, size_t wanted)
{
	size_t more = *line != NULL && *size > 0 ? *size * 2 : FIRST_ROOM;
	char *larger;

	if (*line != NULL && wanted <= *size)
		return true;
	larger = realloc(*line, more);
	if (larger == NULL)
		return false;
	*line = larger;
	*size = more;
	return true;
}

ssize_t getdelim(char **line, size_t *size, int end, FILE *file)
{
	size_t n = 0;
	int c;

	if (line == NULL || size == NULL) {
		errno = EINVAL;
		return -1;
	}
	do {
		c = getc(file);
		if (!make_room(line, size, n + 2))
			return -1;
		if (c != EOF)
			(*line)[n++] = (char)c;
	} while (c != EOF && c != end);
	(*line)[n] = '\0';
	return n > 0 ? (ssize_t)n : -1;
}

ssize_t getline(char **line, size_t *size, FILE *file) { return getdelim(line, size, '\n', file); }

int vdprintf(int fd, const char *format, va_list args)
{
	char *text;
	int n = vasprintf(&text, format, args);

	if (n < 0)
		return n;
	n = (int)write(fd, text, (size_t)n);
	free(text);
	return n;
}

int dprintf(int fd, const char *format, ...)
{
	va_list args;
	int n;

	va_start(args, format);
	n = vdprintf(fd, format, args);
	va_end(args);
	return n;
}
