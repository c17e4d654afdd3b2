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
void stream_hello(void);
void stream_stats(void);
void stream_ack(uint32_t seq, uint8_t type, uint8_t error, const char *text, size_t length);

#endif
