/*
 * The dispatch over the kinds of sources, and reading and writing, which all kinds share.
 */
#include "source.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "text.h"

enum source_kind source_kind_of(const char *name)
{
	struct stat st;

	if (strncmp(name, "unix:", 5) == 0 || strncmp(name, "tcp:", 4) == 0)
		return SOURCE_SOCKET;
	if (strncmp(name, "qemu:", 5) == 0)
		return SOURCE_QEMU;
	if (stat(name, &st) == 0)
		return S_ISCHR(st.st_mode) ? SOURCE_SERIAL : SOURCE_FILE;
	return strncmp(name, "/dev/", 5) == 0 ? SOURCE_SERIAL : SOURCE_FILE;
}

static bool file_open(struct source *src, const char *path, char *err, size_t err_size)
{
	const char *base = strrchr(path, '/');
	struct stat st;

	src->fd = open(path, O_RDONLY | O_CLOEXEC);
	if (src->fd < 0)
		return fail(err, err_size, "%s: cannot open this recording: %s", path, strerror(errno));
	if (fstat(src->fd, &st) == 0 && S_ISDIR(st.st_mode))
		return fail(err, err_size, "%s: a folder is not a recording", path);
	snprintf(src->name, sizeof src->name, "%s", base ? base + 1 : path);
	return true;
}

static bool open_kind(struct source *src, const struct options *o, const uint8_t *blob, size_t blob_size, char *err, size_t err_size)
{
	const char *name = o->source;

	switch (src->kind) {
	case SOURCE_SERIAL:
		return serial_open(src, name, err, err_size);
	case SOURCE_SOCKET:
		return *name == 'u' ? socket_open_unix(src, name + 5, err, err_size)
				    : socket_open_tcp(src, name + 4, err, err_size);
	case SOURCE_QEMU:
		return qemu_open(src, o, blob, blob_size, err, err_size);
	case SOURCE_FILE:
		return file_open(src, name, err, err_size);
	}
	return false;
}

struct source *source_open(const struct options *o, const uint8_t *blob, size_t blob_size, char *err, size_t err_size)
{
	struct source *src = calloc(1, sizeof *src);

	if (!src) {
		fail(err, err_size, "no memory");
		return NULL;
	}
	src->kind = source_kind_of(o->source);
	src->fd = src->log_fd = src->exit_code = -1;
	if (open_kind(src, o, blob, blob_size, err, err_size)) {
		if (src->kind != SOURCE_FILE)
			fcntl(src->fd, F_SETFL, fcntl(src->fd, F_GETFL) | O_NONBLOCK);
		return src;
	}
	source_close(src);
	return NULL;
}

void source_close(struct source *src)
{
	if (!src)
		return;
	if (src->fd >= 0)
		close(src->fd);
	if (src->kind == SOURCE_QEMU)
		qemu_close(src);
	free(src);
}

/* The source has closed (error 0) or failed: say so in words. */
static ssize_t over(struct source *src, int error)
{
	if (src->kind == SOURCE_QEMU)
		qemu_explain(src);
	else if (src->kind == SOURCE_SERIAL)
		snprintf(src->problem, sizeof src->problem, "%s is gone%s%s", src->name, error ? ": " : " (unplugged?)",
			 error ? strerror(error) : "");
	else if (src->kind == SOURCE_SOCKET)
		snprintf(src->problem, sizeof src->problem, "the target closed the connection%s%s", error ? ": " : "",
			 error ? strerror(error) : "");
	else if (error)
		snprintf(src->problem, sizeof src->problem, "%s: cannot read it: %s", src->name, strerror(error));
	return -1;
}

ssize_t source_read(struct source *src, void *data, size_t size, int timeout_ms)
{
	struct pollfd p = {.fd = src->fd, .events = POLLIN};
	ssize_t n;

	if (src->kind != SOURCE_FILE && poll(&p, 1, timeout_ms) <= 0)
		return 0;
	n = read(src->fd, data, size);
	if (n > 0)
		return n;
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return 0;
	return over(src, n < 0 ? errno : 0);
}

ssize_t source_write(struct source *src, const void *data, size_t size)
{
	ssize_t n = write(src->fd, data, size);

	if (n >= 0)
		return n;
	return errno == EAGAIN || errno == EINTR ? 0 : -1;
}

bool source_set_baud(struct source *src, uint32_t rate)
{
	if (src->kind != SOURCE_SERIAL || !serial_set_baud(src->fd, rate))
		return false;
	src->baud = rate;
	return true;
}

bool source_rewind(struct source *src) { return src->kind == SOURCE_FILE && lseek(src->fd, 0, SEEK_SET) == 0; }

bool source_wait(struct source *src, int ms)
{
	uint64_t end = clock_ms() + (uint64_t)ms;

	while (src->child && !qemu_ended(src)) {
		if (clock_ms() >= end)
			return false;
		usleep(5000);
	}
	return true;
}
