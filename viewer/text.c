/*
 * Messages, numbers, whole files and the clock.
 */
#include "text.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

bool fail(char *err, size_t err_size, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(err, err_size, format, args);
	va_end(args);
	return false;
}

void text_append(char *out, size_t size, const char *format, ...)
{
	size_t n = strlen(out);
	va_list args;

	va_start(args, format);
	vsnprintf(out + n, size - n, format, args);
	va_end(args);
}

bool number_parse(const char *text, const char **end, uint64_t max, uint64_t *value)
{
	uint64_t v = 0;
	const char *p = text;

	for (; *p >= '0' && *p <= '9'; p++) {
		uint64_t digit = (uint64_t)(*p - '0');

		if (v > (max - digit) / 10 || digit > max)
			return false;
		v = v * 10 + digit;
	}
	*end = p;
	*value = v;
	return p != text;
}

/* Reads until the end or beyond the limit, so that pipes work as well as plain files. */
static char *read_all(int fd, size_t limit, size_t *length)
{
	size_t room = 65536, n = 0;
	char *data = malloc(room + 1);

	while (data) {
		ssize_t got = read(fd, data + n, room - n);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			break;
		n += (size_t)got;
		if (got == 0 || n > limit) {
			data[n] = 0;
			*length = n;
			return data;
		}
		if (n == room) {
			char *more = realloc(data, (room *= 2) + 1);

			if (!more)
				break;
			data = more;
		}
	}
	free(data);
	return NULL;
}

char *file_read(const char *path, size_t limit, size_t *length, char *err, size_t err_size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	char *data;

	if (fd < 0) {
		fail(err, err_size, "%s: cannot open it: %s", path, strerror(errno));
		return NULL;
	}
	data = read_all(fd, limit, length);
	if (!data)
		fail(err, err_size, "%s: cannot read it: %s", path, strerror(errno));
	close(fd);
	if (data && *length > limit) {
		fail(err, err_size, "%s: larger than %zu MiB", path, limit >> 20);
		free(data);
		return NULL;
	}
	return data;
}

static bool write_all(int fd, const char *data, size_t length)
{
	while (length) {
		ssize_t n = write(fd, data, length);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return false;
		data += n;
		length -= (size_t)n;
	}
	return true;
}

/* A device or a pipe cannot be replaced by renaming: it is written directly. */
static bool is_special(const char *path)
{
	struct stat st;

	return stat(path, &st) == 0 && !S_ISREG(st.st_mode);
}

bool file_write(const char *path, const void *data, size_t length, char *err, size_t err_size)
{
	bool direct = is_special(path), done;
	char temporary[4096];
	int fd, error;

	if (snprintf(temporary, sizeof temporary, direct ? "%s" : "%s.%d.tmp", path, (int)getpid()) >= (int)sizeof temporary)
		return fail(err, err_size, "%s: the name is too long", path);
	fd = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
	if (fd < 0)
		return fail(err, err_size, "%s: cannot write it: %s", path, strerror(errno));
	done = write_all(fd, data, length);
	error = errno;
	if (close(fd) < 0 && done) {
		done = false;
		error = errno;
	}
	if (done && !direct && rename(temporary, path) < 0) {
		done = false;
		error = errno;
	}
	if (!done && !direct)
		unlink(temporary);
	return done || fail(err, err_size, "%s: cannot write it: %s", path, strerror(error));
}

uint64_t clock_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}
