/*
 * The stream: frames to the host, commands from it (docs/wire.md). The kernel adds sequence number and CRC, answers its own
 * commands and queues the app's.
 */
#ifndef PETRI_STREAM_H
#define PETRI_STREAM_H

#include <stddef.h>
#include <stdint.h>

#include <petri/error.h>
#include <petri/time.h>

#define STREAM_PAYLOAD_MAX 1024u

/* Sends one frame of a type from WIRE_APP (0x20) to 0x7F. The payload is copied. Blocks while the line is busy; EATOMIC (in an atomic section and no
 * room), EINVAL (too long, or not an app's type). */
enum petri_error stream_send(uint8_t type, const void *payload, size_t length);

struct stream_command {
	uint32_t seq; /* WIRE_SEQ_SCRIPT: from the boot script */
	uint8_t type;
	uint8_t reserved;
	uint16_t length;
	uint8_t payload[STREAM_PAYLOAD_MAX];
};

/* The next command for the app; the boot script's first, in order. Blocks until the deadline: ETIMEDOUT. */
PETRI_NODISCARD enum petri_error stream_receive(struct stream_command *command, petri_time deadline);

/* Every command is answered exactly once: PETRI_OK, or an error with the reason in words (text may be NULL). */
enum petri_error stream_answer(const struct stream_command *command, enum petri_error error, const char *text);

#endif
