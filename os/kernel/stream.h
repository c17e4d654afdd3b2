/* Frames out: docs/wire.md. */
#ifndef KERNEL_STREAM_H
#define KERNEL_STREAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct core;
struct thread;

extern uint32_t stream_frames_sent, stream_frames_dropped;

/* Sends one of the kernel's own frames, or counts it as dropped. Never blocks. */
void stream_frame(uint8_t type, const void *payload, size_t length);
/* Console text, of the kernel or of an app: as it is, or framed. False: no room. */
bool stream_text(uint8_t source, uint32_t domain, const char *text, size_t n);
void stream_hello(void);
void stream_stats(void);
void stream_ack(uint32_t seq, uint8_t type, uint8_t error, const char *text, size_t length);

#endif
