/*
 * File descriptors: 0 is at its end, 1 and 2 are the console, and there are no files. What the C library asks for beneath
 * fopen() and its like, and what programs call directly.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "console.h"

static int fail(int error)
{
	errno = error;
	return -1;
}

static bool is_console(int fd) { return fd >= STDIN_FILENO && fd <= STDERR_FILENO; }

int open(const char *path, int flags, ...)
{
	(void)path;
	return fail(flags & O_CREAT ? EROFS : ENOENT);
}

int close(int fd) { return is_console(fd) ? 0 : fail(EBADF); }
int rename(const char *from, const char *to) { return from != NULL && to != NULL ? fail(ENOENT) : fail(EFAULT); }
int access(const char *path, int mode) { return path != NULL && mode >= 0 ? fail(ENOENT) : fail(EFAULT); }
int unlink(const char *path) { return path != NULL ? fail(ENOENT) : fail(EFAULT); }

off_t lseek(int fd, off_t offset, int whence)
{
	(void)offset;
	(void)whence;
	return fail(is_console(fd) ? ESPIPE : EBADF);
}

int isatty(int fd)
{
	errno = is_console(fd) ? ENOTTY : EBADF;
	return 0;
}

ssize_t read(int fd, void *out, size_t size)
{
	(void)out;
	(void)size;
	return fd == STDIN_FILENO ? 0 : fail(EBADF);
}

ssize_t write(int fd, const void *bytes, size_t size)
{
	if (fd != STDOUT_FILENO && fd != STDERR_FILENO)
		return fail(EBADF);
	return libc_console_write(fd, bytes, size) ? (ssize_t)size : fail(EFAULT);
}

int stat(const char *path, struct stat *out)
{
	(void)path;
	(void)out;
	return fail(ENOENT);
}

int fstat(int fd, struct stat *out)
{
	if (!is_console(fd))
		return fail(EBADF);
	memset(out, 0, sizeof(*out));
	out->st_mode = S_IFCHR | S_IRUSR | S_IWUSR;
	return 0;
}

/* No board has a source of it that this system knows. */
int getentropy(void *out, size_t size)
{
	(void)out;
	(void)size;
	return fail(ENOSYS);
}
