/*
 * stdin, stdout and stderr. stdin is at its end. stdout goes out line by line, stderr with each call; setvbuf changes that.
 *
 * Each call of stdio is atomic (C11 7.21.2 p7): it holds the stream's lock from its first character to its last, so lines of
 * different threads do not mix. The C library below knows no such lock: its vfprintf is wrapped (--wrap, see the Makefile), the
 * other calls of more than one character are made anew here. What is written is not touched: bytes are bytes.
 *
 * A stream's lock is taken by threads only, and nothing else is locked inside it.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <petri/arch.h>
#include <petri/syscall.h>
#include <petri/time.h>

#include "console.h"
#include "recursive.h"

#define ROOM 1024
#define LAST_WAIT_NS PETRI_MS(100)

struct stream {
	struct __file_ext file; /* first: a FILE points here */
	struct recursive lock;
	int fd;
	int mode;   /* _IOFBF, _IOLBF, _IONBF */
	bool lines; /* the buffer holds the end of a line */
	char *buffer;
	size_t size, used;
	char own[ROOM];
};

static int stream_put(char c, FILE *file);
static int stream_get(FILE *file);
static int stream_flush(FILE *file);
static off_t stream_seek(FILE *file, off_t offset, int whence);
static int stream_setvbuf(FILE *file, char *buffer, int mode, size_t size);

#define STREAM(name, number, buffering, direction) \
	{ \
		.file = FDEV_SETUP_EXT(stream_put, stream_get, stream_flush, stream_flush, stream_seek, stream_setvbuf, \
				       direction), \
		.fd = (number), .mode = (buffering), .buffer = (name).own, .size = ROOM \
	}

static struct stream in = STREAM(in, STDIN_FILENO, _IOFBF, _FDEV_SETUP_READ);
static struct stream out = STREAM(out, STDOUT_FILENO, _IOLBF, _FDEV_SETUP_WRITE);
static struct stream err = STREAM(err, STDERR_FILENO, _IONBF, _FDEV_SETUP_WRITE);

FILE *const stdin = &in.file.cfile.file;
FILE *const stdout = &out.file.cfile.file;
FILE *const stderr = &err.file.cfile.file;

bool libc_console_write(int fd, const void *bytes, size_t size)
{
	return arch_syscall(SYS_console_write, (uintptr_t)bytes, size, (uint64_t)fd, 0) == PETRI_OK;
}

/* NULL: a stream of the C library's own (in memory), which nobody shares. */
static struct stream *ours(FILE *file)
{
	return file == stdout || file == stderr || file == stdin ? (struct stream *)(void *)file : NULL;
}

/* ---- inside the lock --------------------------------------------------------------------------------------------------- */

static int drain(struct stream *s)
{
	bool good = s->used == 0 || libc_console_write(s->fd, s->buffer, s->used);

	s->used = 0;
	s->lines = false;
	if (good)
		return 0;
	s->file.cfile.file.flags |= __SERR;
	return EOF;
}

static void enter(struct stream *s) { recursive_lock(&s->lock); }

/* With the outermost call's end goes out what the buffering does not keep. */
static void leave(struct stream *s)
{
	if (s->lock.depth == 1 && (s->mode == _IONBF || (s->mode == _IOLBF && s->lines)))
		drain(s);
	recursive_unlock(&s->lock);
}

static void append(struct stream *s, char c)
{
	if (s->used == s->size)
		drain(s);
	s->buffer[s->used++] = c;
	s->lines = s->lines || c == '\n';
}

static void append_all(struct stream *s, const char *bytes, size_t size)
{
	if (size >= s->size) { /* no use in copying it */
		drain(s);
		if (!libc_console_write(s->fd, bytes, size))
			s->file.cfile.file.flags |= __SERR;
		return;
	}
	if (size > s->size - s->used)
		drain(s);
	memcpy(s->buffer + s->used, bytes, size);
	s->used += size;
	s->lines = s->lines || memchr(bytes, '\n', size) != NULL;
}

/* ---- what a FILE is made of ---------------------------------------------------------------------------------------------- */

static int stream_put(char c, FILE *file)
{
	struct stream *s = ours(file);

	enter(s);
	append(s, c);
	leave(s);
	return file->flags & __SERR ? _FDEV_ERR : 0;
}

static int stream_get(FILE *file)
{
	(void)file;
	return _FDEV_EOF;
}

static int stream_flush(FILE *file)
{
	struct stream *s = ours(file);
	int result;

	enter(s);
	result = drain(s);
	leave(s);
	return result;
}

static off_t stream_seek(FILE *file, off_t offset, int whence)
{
	(void)file;
	(void)offset;
	(void)whence;
	errno = ESPIPE;
	return -1;
}

static int stream_setvbuf(FILE *file, char *buffer, int mode, size_t size)
{
	struct stream *s = ours(file);

	if (mode != _IOFBF && mode != _IOLBF && mode != _IONBF)
		return EOF;
	enter(s);
	drain(s);
	s->mode = mode;
	s->buffer = buffer != NULL && size > 0 ? buffer : s->own;
	s->size = buffer != NULL && size > 0 ? size : ROOM;
	leave(s);
	return 0;
}

/* ---- calls ----------------------------------------------------------------------------------------------------------------- */

int __real_vfprintf(FILE *file, const char *format, va_list args);
int __wrap_vfprintf(FILE *file, const char *format, va_list args);

int __wrap_vfprintf(FILE *file, const char *format, va_list args)
{
	struct stream *s = ours(file);
	int n;

	if (s == NULL)
		return __real_vfprintf(file, format, args);
	enter(s);
	n = __real_vfprintf(file, format, args);
	leave(s);
	return n;
}

/* Into a stream of the C library's own. */
static size_t put_each(FILE *file, const char *bytes, size_t size)
{
	size_t n = 0;

	while (n < size && file->put(bytes[n], file) >= 0)
		n++;
	return n;
}

/* How many bytes were taken. */
static size_t put_bytes(FILE *file, const char *bytes, size_t size)
{
	struct stream *s = ours(file);

	if (!(file->flags & __SWR))
		return 0;
	if (s == NULL)
		return put_each(file, bytes, size);
	enter(s);
	append_all(s, bytes, size);
	leave(s);
	return file->flags & __SERR ? 0 : size;
}

size_t fwrite(const void *items, size_t size, size_t count, FILE *file)
{
	size_t total;

	if (size == 0 || count == 0)
		return 0;
	if (__builtin_mul_overflow(size, count, &total)) {
		errno = EINVAL;
		return 0;
	}
	return put_bytes(file, items, total) / size;
}

int fputs(const char *text, FILE *file)
{
	size_t size = strlen(text);

	return put_bytes(file, text, size) == size ? 0 : EOF;
}

int puts(const char *text)
{
	int result;

	enter(&out);
	result = fputs(text, stdout) == 0 && fputc('\n', stdout) == '\n' ? 0 : EOF;
	leave(&out);
	return result;
}

int fflush(FILE *file)
{
	if (file != NULL)
		return file->flush != NULL ? file->flush(file) : 0;
	return stream_flush(stdout) == 0 && stream_flush(stderr) == 0 ? 0 : EOF;
}

int fileno(FILE *file)
{
	if (ours(file) != NULL)
		return ours(file)->fd;
	errno = EBADF;
	return -1;
}

void flockfile(FILE *file)
{
	if (ours(file) != NULL)
		enter(ours(file));
}

int ftrylockfile(FILE *file) { return ours(file) == NULL || recursive_trylock(&ours(file)->lock) ? 0 : -1; }

void funlockfile(FILE *file)
{
	if (ours(file) != NULL)
		leave(ours(file));
}

/* ---- the end --------------------------------------------------------------------------------------------------------------- */

/* Whoever prints may end its line. One that keeps the stream may be waiting for us, so what is there goes out without its leave. */
static void drain_last(struct stream *s)
{
	(void)recursive_lock_until(&s->lock, petri_now() + LAST_WAIT_NS);
	drain(s);
}

/* The last of the destructors: those of the program may still print. After it comes nothing but the end, so no lock is given back. */
static __attribute__((destructor(101))) void flush_at_exit(void)
{
	drain_last(&out);
	drain_last(&err);
}
