/*
 * Counting semaphore. A post with waiters hands the unit to the first of them (priority, then first come).
 * One word: the count, or PARK_WAITERS alone while somebody waits.
 */
#ifndef PETRI_SEMAPHORE_H
#define PETRI_SEMAPHORE_H

#include <stdbool.h>
#include <stdint.h>

#include <petri/arch.h>
#include <petri/error.h>
#include <petri/park.h>

struct semaphore {
	uint64_t word;
};
#define SEMAPHORE_INIT(count) {count} /* 0 .. 2^62 */

enum petri_error semaphore_wait_slow(struct semaphore *s, petri_time deadline);
enum petri_error semaphore_post_slow(struct semaphore *s);

/* Takes a unit if there is one, else EBUSY. Never blocks. */
PETRI_NODISCARD static inline enum petri_error semaphore_trywait(struct semaphore *s)
{
	return arch_count_down(&s->word) ? PETRI_OK : PETRI_EBUSY;
}

/* Takes a unit, waits for one if need be. Blocks: EATOMIC. ETIMEDOUT. */
PETRI_NODISCARD static inline enum petri_error semaphore_wait_until(struct semaphore *s, petri_time deadline)
{
	if (__builtin_expect(semaphore_trywait(s) == PETRI_OK, 1))
		return PETRI_OK;
	return semaphore_wait_slow(s, deadline);
}
PETRI_NODISCARD static inline enum petri_error semaphore_wait(struct semaphore *s)
{
	return semaphore_wait_until(s, PETRI_FOREVER);
}

/* Gives a unit. Never blocks; a more urgent waiter runs at once (after the section, in an atomic section). */
static inline enum petri_error semaphore_post(struct semaphore *s)
{
	return arch_count_up(&s->word) ? PETRI_OK : semaphore_post_slow(s);
}

#endif
