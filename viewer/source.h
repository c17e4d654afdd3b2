/*
 * Where the bytes come from: a serial line, a socket, a recording, or a QEMU of our own. One struct, read and written
 * without blocking; each kind has its file (source_serial.c, source_socket.c, source_qemu.c) and source.c dispatches.
 */
#ifndef VIEWER_SOURCE_H
#define VIEWER_SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "options.h"

enum source_kind { SOURCE_SERIAL, SOURCE_SOCKET, SOURCE_FILE, SOURCE_QEMU };

#define SOURCE_BASE_BAUD 115200u /* at which every target begins */

struct source {
	enum source_kind kind;
	int fd;
	char name[200];    /* for people */
	char problem[400]; /* why it is over, when source_read() has said so */
	uint32_t baud;     /* serial: as set now */
	/* QEMU */
	pid_t child;         /* 0 when there is none, or it was waited for */
	int exit_code;       /* -1 = not known; 128 + n = ended by signal n */
	int log_fd;          /* its stderr, an unlinked file */
	char directory[128]; /* private, "" when gone */
};

/* The kind of source that a name means; a name that is neither a known prefix nor a device is a recording. */
enum source_kind source_kind_of(const char *name);

/* Opens the source of the options. blob: the boot script for QEMU. NULL and one line in err on failure. */
struct source *source_open(const struct options *o, const uint8_t *blob, size_t blob_size, char *err, size_t err_size);
void source_close(struct source *src); /* ends QEMU, removes what was made */

/* Waits at most timeout_ms. > 0: bytes read; 0: nothing now; -1: over, and problem (may be "" for a recording) says why. */
ssize_t source_read(struct source *src, void *data, size_t size, int timeout_ms);
/* Bytes taken, 0 when the line is busy, -1 when the source is over (source_read() will tell). */
ssize_t source_write(struct source *src, const void *data, size_t size);
bool source_set_baud(struct source *src, uint32_t rate); /* after all that was written has gone out */
bool source_rewind(struct source *src);                  /* recordings only */
/* Waits at most ms for our QEMU to end. True when it has (exit_code is set), or when there is none. */
bool source_wait(struct source *src, int ms);
/* What can be removed from the disk once the target talks: socket and blob of QEMU. */
void source_settled(struct source *src);

/* The kinds' own parts. */
bool serial_open(struct source *src, const char *path, char *err, size_t err_size);
bool serial_set_baud(int fd, uint32_t rate);
bool socket_open_unix(struct source *src, const char *path, char *err, size_t err_size);
bool socket_open_tcp(struct source *src, const char *address, char *err, size_t err_size);
bool qemu_open(struct source *src, const struct options *o, const uint8_t *blob, size_t blob_size, char *err, size_t err_size);
bool qemu_ended(struct source *src);   /* without waiting */
void qemu_explain(struct source *src); /* fills in problem from exit code and stderr */
void qemu_close(struct source *src);

/* Where the boot script lies on a board's machine; 0 for an unknown board. */
uint32_t qemu_blob_address(const char *board, size_t length);

#endif
