/*
 * park and unpark: the one way to block. Every other primitive is a word or two in memory and these calls.
 *
 * A wait queue is named by the address of a 64-bit word. It is ordered by priority, then first come, first served.
 */
#ifndef PETRI_PARK_H
#define PETRI_PARK_H

#include <stdint.h>

#include <petri/error.h>
#include <petri/time.h>

#define UNPARK_ALL UINT64_MAX

/* For the kernel's hand-off: what the word holds (see mutex.h and semaphore.h). While PARK_WAITERS is set in such a word, only
 * the kernel writes it. */
#define PARK_WAITERS (1ull << 63)
enum park_kind { PARK_MUTEX, PARK_SEMAPHORE };

/*
 * Blocks until unparked, if *word still holds expected (checked under the queue's lock: no wakeup is lost).
 * EAGAIN: it does not, nothing happened. ETIMEDOUT at the deadline. EATOMIC. EADDRESS: not an aligned word of the caller's memory.
 */
PETRI_NODISCARD enum petri_error park(const uint64_t *word, uint64_t expected, petri_time deadline);

/* Wakes up to count waiters of this word, most urgent first. With UNPARK_ALL, or a count that reaches them all, they are detached at once: one
 * that parks again is not woken twice. Returns how many were there to wake (at most count). Does not block; may be called in an atomic section. */
uint64_t unpark(const uint64_t *word, uint64_t count);

#endif
