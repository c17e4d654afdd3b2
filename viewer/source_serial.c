/*
 * Serial lines. Rates are set with termios2, so that any rate can be asked for, not only those with a name.
 */
#include "source.h"

#include <asm/termbits.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/serial.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "text.h"

/* FTDI adapters hold bytes back for 16 ms unless asked not to. Others do not know the request: no matter. */
static void ask_low_latency(int fd)
{
	struct serial_struct serial;

	if (ioctl(fd, TIOCGSERIAL, &serial) < 0)
		return;
	serial.flags |= ASYNC_LOW_LATENCY;
	ioctl(fd, TIOCSSERIAL, &serial);
}

/* Raw, 8N1, no flow control; TCSETSW2 waits until all that was written is out. */
bool serial_set_baud(int fd, uint32_t rate)
{
	struct termios2 t;

	if (ioctl(fd, TCGETS2, &t) < 0)
		return false;
	t.c_iflag = IGNBRK;
	t.c_oflag = 0;
	t.c_lflag = 0;
	t.c_cflag = CS8 | CREAD | CLOCAL | BOTHER | BOTHER << IBSHIFT;
	t.c_ispeed = t.c_ospeed = rate;
	memset(t.c_cc, 0, sizeof t.c_cc);
	t.c_cc[VMIN] = 1;
	return ioctl(fd, TCSETSW2, &t) == 0;
}

static const char *advice(int error)
{
	if (error == EACCES)
		return " (are you in the group dialout?)";
	return error == ENOENT ? " (is the adapter plugged in?)" : "";
}

bool serial_open(struct source *src, const char *path, char *err, size_t err_size)
{
	src->fd = open(path, O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
	if (src->fd < 0)
		return fail(err, err_size, "%s: cannot open it: %s%s", path, strerror(errno), advice(errno));
	if (!isatty(src->fd))
		return fail(err, err_size, "%s: this device is not a serial line", path);
	ioctl(src->fd, TIOCEXCL);
	ask_low_latency(src->fd);
	if (!source_set_baud(src, SOURCE_BASE_BAUD))
		return fail(err, err_size, "%s: cannot set %u baud: %s", path, SOURCE_BASE_BAUD, strerror(errno));
	ioctl(src->fd, TCFLSH, TCIFLUSH);
	snprintf(src->name, sizeof src->name, "%s", path);
	return true;
}
