/*
 * Channel: messages of one size, first in, first out, from any number of senders to any number of receivers of one app. At most
 * `capacity` of them are on their way; a sender waits when it is full, a receiver when it is empty.
 *
 *     static uint8_t slots[8 * sizeof(struct order)];
 *     static struct channel orders = CHANNEL_INIT(slots, sizeof(struct order), 8);
 *
 * A message is sent as a whole or not at all, also by a thread that is killed meanwhile. It is quick where nobody has to wait, for messages of
 * one byte, and for those of a multiple of 8 bytes that are aligned like words, as their slots are. Threads that wait all wake when there is something for one of them, the most
 * urgent goes first: who finds nothing waits again, at the end of the line. A channel that many wait at is a channel too few.
 */
#ifndef PETRI_CHANNEL_H
#define PETRI_CHANNEL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <petri/error.h>
#include <petri/mutex.h>
#include <petri/time.h>

struct channel {
	struct mutex lock;
	uint64_t sent, received; /* park words of receivers and senders: one more each time they are woken */
	uint8_t *slots;          /* a ring of capacity messages */
	uint32_t size, capacity;
	struct channel_ring {
		uint32_t first, count; /* the oldest message, and how many there are */
	} __attribute__((aligned(8))) ring;
	uint32_t notes; /* CHANNEL_... */
};
#define CHANNEL_CLOSED 1u
#define CHANNEL_RECEIVERS_WAIT 2u
#define CHANNEL_SENDERS_WAIT 4u
/* size: bytes of a message, 1 to 1,024; capacity: at least 1; slots: room for so many. */
#define CHANNEL_INIT(slots_, size_, capacity_) {.lock = MUTEX_INIT, .slots = (slots_), .size = (size_), .capacity = (capacity_)}

/*
 * Copies a message in (out). Blocks while the channel is full (empty), until the deadline: ETIMEDOUT (a deadline that is past, such as 1: as
 * soon as it would block). ECLOSED: nobody may send any more; nothing is left to receive, and nothing will come. EATOMIC: inside an atomic section, and it would have to
 * wait, be it for another thread that is just at the channel.
 */
PETRI_NODISCARD enum petri_error channel_send_until(struct channel *c, const void *message, petri_time deadline);
PETRI_NODISCARD enum petri_error channel_receive_until(struct channel *c, void *message, petri_time deadline);
PETRI_NODISCARD static inline enum petri_error channel_send(struct channel *c, const void *message)
{
	return channel_send_until(c, message, PETRI_FOREVER);
}
PETRI_NODISCARD static inline enum petri_error channel_receive(struct channel *c, void *message)
{
	return channel_receive_until(c, message, PETRI_FOREVER);
}

/* The same without waiting for a place (a message): EBUSY. ECLOSED, EATOMIC. */
PETRI_NODISCARD enum petri_error channel_try_send(struct channel *c, const void *message);
PETRI_NODISCARD enum petri_error channel_try_receive(struct channel *c, void *message);

/* Nobody sends any more, and all who wait are woken; what has been sent can be received. For good; twice is once. EATOMIC. */
enum petri_error channel_close(struct channel *c);

#endif
