/*
 * The channel: a ring under a mutex, and a park word for either side. See <petri/channel.h>.
 *
 * No wakeup is lost: who has to wait says so and reads the park word under the lock, and parks only if the word is still the same; who
 * makes the wait pointless changes the word under the same lock, and wakes. He wakes all: one that is woken alone and then killed would
 * take the wakeup with it.
 *
 * A kill: the message is copied first, and then one store says that the ring has it (has it no more). So at any moment the ring is as it was, or as it
 * is to be, and a lock whose owner died is taken over by the next one. That store, the unlocking and the wakeup are one atomic section where
 * somebody is to be woken, so that no kill falls between. Where nobody is, nothing waits for what comes after the store: the quick ways do without.
 */
#include <petri/channel.h>

#include <petri/atomic.h>
#include <petri/string.h>

typedef uint64_t __attribute__((may_alias)) word;

static enum petri_error take_lock(struct channel *c)
{
	enum petri_error error = mutex_lock(&c->lock);

	return error == PETRI_EOWNERDIED ? PETRI_OK : error;
}

/* ---- the ring: all under the lock ---- */

static inline uint8_t *slot(const struct channel *c, uint32_t number) { return c->slots + (size_t)number * c->size; }

static inline uint8_t *free_slot(const struct channel *c)
{
	uint32_t number = c->ring.first + c->ring.count;

	return slot(c, number >= c->capacity ? number - c->capacity : number);
}

/* One store each. The message has been copied, for whoever comes after us, should we be killed, before the ring says so. */
static inline void one_more(struct channel *c)
{
	__atomic_signal_fence(__ATOMIC_RELEASE);
	__atomic_store_n(&c->ring.count, c->ring.count + 1, __ATOMIC_RELAXED);
}

static inline void one_less(struct channel *c)
{
	struct channel_ring ring = {c->ring.first + 1 == c->capacity ? 0 : c->ring.first + 1, c->ring.count - 1};

	__atomic_signal_fence(__ATOMIC_RELEASE);
	__atomic_store(&c->ring, &ring, __ATOMIC_RELAXED);
}

static inline void copy_words(uint8_t *to, const uint8_t *from, uint32_t size)
{
	const uint8_t *end = from + (size & ~15u);

	for (; from != end; from += 16, to += 16) {
		word a = ((const word *)from)[0], b = ((const word *)from)[1];

		((word *)to)[0] = a;
		((word *)to)[1] = b;
		__asm__("" : "+r"(to)); /* or the compiler would call memcpy */
	}
	if (size & 8)
		*(word *)to = *(const word *)from;
}

/* Copies what can be copied in a few instructions. False: it is not of that kind. */
static inline bool copy_quickly(uint8_t *to, const uint8_t *from, uint32_t size)
{
	if (((uintptr_t)to | (uintptr_t)from | size) % sizeof(word) == 0)
		copy_words(to, from, size);
	else if (size == 1)
		*to = *from;
	else
		return false;
	return true;
}

/* With nothing else to do than to copy. False: nothing is done. */
static inline bool put_quickly(struct channel *c, const void *message)
{
	if (c->notes != 0 || c->ring.count == c->capacity || !copy_quickly(free_slot(c), message, c->size))
		return false;
	one_more(c);
	return true;
}

static inline bool take_quickly(struct channel *c, void *message)
{
	if (c->notes != 0 || c->ring.count == 0 || !copy_quickly(message, slot(c, c->ring.first), c->size))
		return false;
	one_less(c);
	return true;
}

/* ---- with others to think of: under the lock, which is given back ---- */

/* Unlocks, and wakes them all if somebody waits. */
static void unlock_and_wake(struct channel *c, uint32_t who, uint64_t *park_word)
{
	bool wake = (c->notes & who) != 0;

	c->notes &= ~who;
	if (wake)
		__atomic_store_n(park_word, *park_word + 1, __ATOMIC_RELAXED);
	(void)mutex_unlock(&c->lock);
	if (wake)
		unpark(park_word, UNPARK_ALL);
}

/* Nothing to be done now. seen: what to wait on, if it is to wait. */
static enum petri_error unlock_in_vain(struct channel *c, uint32_t who, const uint64_t *park_word, uint64_t *seen)
{
	enum petri_error error = c->notes & CHANNEL_CLOSED ? PETRI_ECLOSED : PETRI_EBUSY;

	if (seen != NULL) {
		if (error == PETRI_EBUSY)
			c->notes |= who;
		*seen = *park_word;
	}
	(void)mutex_unlock(&c->lock);
	return error;
}

static enum petri_error put(struct channel *c, const void *message, uint64_t *seen)
{
	if (c->notes & CHANNEL_CLOSED || c->ring.count == c->capacity)
		return unlock_in_vain(c, CHANNEL_SENDERS_WAIT, &c->received, seen);
	memcpy(free_slot(c), message, c->size);
	ATOMIC_SECTION {
		one_more(c);
		unlock_and_wake(c, CHANNEL_RECEIVERS_WAIT, &c->sent);
	}
	return PETRI_OK;
}

static enum petri_error take(struct channel *c, void *message, uint64_t *seen)
{
	if (c->ring.count == 0)
		return unlock_in_vain(c, CHANNEL_RECEIVERS_WAIT, &c->sent, seen);
	memcpy(message, slot(c, c->ring.first), c->size);
	ATOMIC_SECTION {
		one_less(c);
		unlock_and_wake(c, CHANNEL_SENDERS_WAIT, &c->received);
	}
	return PETRI_OK;
}

/* The park has ended: is it worth another look? */
static bool woken(enum petri_error error) { return error == PETRI_OK || error == PETRI_EAGAIN; }

/* locked: the caller has taken the lock. Not inline, so that the quick ways stay short. */
static __attribute__((noinline)) enum petri_error send_slowly(struct channel *c, const void *message, petri_time deadline,
							      bool locked)
{
	enum petri_error error;
	uint64_t seen;

	do {
		error = locked ? PETRI_OK : take_lock(c);
		locked = false;
		if (error == PETRI_OK)
			error = put(c, message, &seen);
		if (error != PETRI_EBUSY)
			return error;
		error = park(&c->received, seen, deadline);
	} while (woken(error));
	return error;
}

static __attribute__((noinline)) enum petri_error receive_slowly(struct channel *c, void *message, petri_time deadline, bool locked)
{
	enum petri_error error;
	uint64_t seen;

	do {
		error = locked ? PETRI_OK : take_lock(c);
		locked = false;
		if (error == PETRI_OK)
			error = take(c, message, &seen);
		if (error != PETRI_EBUSY)
			return error;
		error = park(&c->sent, seen, deadline);
	} while (woken(error));
	return error;
}

static __attribute__((noinline)) enum petri_error try_slowly(struct channel *c, const void *out, void *in)
{
	enum petri_error error = take_lock(c);

	if (error != PETRI_OK)
		return error;
	return out != NULL ? put(c, out, NULL) : take(c, in, NULL);
}

/* ---- the calls ---- */

enum petri_error channel_send_until(struct channel *c, const void *message, petri_time deadline)
{
	bool locked = mutex_take_free(&c->lock);

	return locked && put_quickly(c, message) ? mutex_unlock(&c->lock) : send_slowly(c, message, deadline, locked);
}

enum petri_error channel_receive_until(struct channel *c, void *message, petri_time deadline)
{
	bool locked = mutex_take_free(&c->lock);

	return locked && take_quickly(c, message) ? mutex_unlock(&c->lock) : receive_slowly(c, message, deadline, locked);
}

enum petri_error channel_try_send(struct channel *c, const void *message)
{
	if (!mutex_take_free(&c->lock))
		return try_slowly(c, message, NULL);
	return put_quickly(c, message) ? mutex_unlock(&c->lock) : put(c, message, NULL);
}

enum petri_error channel_try_receive(struct channel *c, void *message)
{
	if (!mutex_take_free(&c->lock))
		return try_slowly(c, NULL, message);
	return take_quickly(c, message) ? mutex_unlock(&c->lock) : take(c, message, NULL);
}

enum petri_error channel_close(struct channel *c)
{
	enum petri_error error = take_lock(c);

	if (error != PETRI_OK)
		return error;
	ATOMIC_SECTION {
		c->notes |= CHANNEL_CLOSED;
		__atomic_store_n(&c->received, c->received + 1, __ATOMIC_RELAXED);
		unpark(&c->received, UNPARK_ALL);
		unlock_and_wake(c, CHANNEL_RECEIVERS_WAIT, &c->sent);
	}
	return PETRI_OK;
}
