/*
 * The channel: a ring under a mutex, and a park word for either side. See <petri/channel.h>.
 *
 * No wakeup is lost: who has to wait says so and reads the park word under the lock, and parks only if the word is still the same; who
 * makes the wait pointless changes the word under the same lock, and wakes. He wakes all: one that is woken alone and then killed would
 * take the wakeup with it.
 *
 * What is done to the ring, the unlocking and the wakeup are one atomic section, so that no kill falls between. A kill between the taking of
 * the lock and the section leaves a lock whose owner died, with nothing changed under it: the next one takes it over.
 */
#include <petri/channel.h>

#include <petri/atomic.h>
#include <petri/string.h>

static enum petri_error take_lock(struct channel *c)
{
	enum petri_error error = mutex_lock(&c->lock);

	return error == PETRI_EOWNERDIED ? PETRI_OK : error;
}

/* Unlocks, and wakes them all if somebody waits. */
static void unlock_and_wake(struct channel *c, bool *wait, uint64_t *word)
{
	bool wake = *wait;

	*wait = false;
	if (wake)
		__atomic_store_n(word, *word + 1, __ATOMIC_RELAXED);
	(void)mutex_unlock(&c->lock);
	if (wake)
		unpark(word, UNPARK_ALL);
}

static inline void copy(uint8_t *to, const uint8_t *from, uint32_t size)
{
	if (size == 1)
		*to = *from;
	else
		memcpy(to, from, size);
}

/* Under the lock, which it gives back. EBUSY: it is full, and *seen is what to wait on, if it is to wait. */
static enum petri_error put(struct channel *c, const void *message, uint64_t *seen)
{
	enum petri_error error = c->closed ? PETRI_ECLOSED : PETRI_EBUSY;

	ATOMIC_SECTION {
		if (c->closed || c->count == c->capacity) {
			c->senders_wait |= error == PETRI_EBUSY && seen != NULL;
			if (seen != NULL)
				*seen = c->received;
			(void)mutex_unlock(&c->lock);
			break;
		}
		uint32_t last = c->first + c->count;

		last -= last >= c->capacity ? c->capacity : 0;
		copy(c->slots + (size_t)last * c->size, message, c->size);
		c->count++;
		unlock_and_wake(c, &c->receivers_wait, &c->sent);
		error = PETRI_OK;
	}
	return error;
}

static enum petri_error take(struct channel *c, void *message, uint64_t *seen)
{
	enum petri_error error = c->closed ? PETRI_ECLOSED : PETRI_EBUSY;

	ATOMIC_SECTION {
		if (c->count == 0) {
			c->receivers_wait |= error == PETRI_EBUSY && seen != NULL;
			if (seen != NULL)
				*seen = c->sent;
			(void)mutex_unlock(&c->lock);
			break;
		}
		copy(message, c->slots + (size_t)c->first * c->size, c->size);
		c->first = c->first + 1 == c->capacity ? 0 : c->first + 1;
		c->count--;
		unlock_and_wake(c, &c->senders_wait, &c->received);
		error = PETRI_OK;
	}
	return error;
}

enum petri_error channel_try_send(struct channel *c, const void *message)
{
	enum petri_error error = take_lock(c);

	return error == PETRI_OK ? put(c, message, NULL) : error;
}

enum petri_error channel_try_receive(struct channel *c, void *message)
{
	enum petri_error error = take_lock(c);

	return error == PETRI_OK ? take(c, message, NULL) : error;
}

enum petri_error channel_send_until(struct channel *c, const void *message, petri_time deadline)
{
	for (;;) {
		uint64_t seen;
		enum petri_error error = take_lock(c);

		if (error == PETRI_OK)
			error = put(c, message, &seen);
		if (error != PETRI_EBUSY)
			return error;
		error = park(&c->received, seen, deadline);
		if (error != PETRI_OK && error != PETRI_EAGAIN)
			return error;
	}
}

enum petri_error channel_receive_until(struct channel *c, void *message, petri_time deadline)
{
	for (;;) {
		uint64_t seen;
		enum petri_error error = take_lock(c);

		if (error == PETRI_OK)
			error = take(c, message, &seen);
		if (error != PETRI_EBUSY)
			return error;
		error = park(&c->sent, seen, deadline);
		if (error != PETRI_OK && error != PETRI_EAGAIN)
			return error;
	}
}

enum petri_error channel_close(struct channel *c)
{
	enum petri_error error = take_lock(c);

	if (error != PETRI_OK)
		return error;
	ATOMIC_SECTION {
		c->closed = true;
		__atomic_store_n(&c->received, c->received + 1, __ATOMIC_RELAXED);
		unpark(&c->received, UNPARK_ALL);
		unlock_and_wake(c, &c->receivers_wait, &c->sent);
	}
	return PETRI_OK;
}
