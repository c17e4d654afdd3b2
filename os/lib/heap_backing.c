/*
 * The heaps' ground in an app: pages from the kernel; for the shared one a mutex, and an atomic section inside it.
 *
 * The mutex keeps others out; the atomic section keeps the holder from being killed half-way (a thread is never killed in one),
 * so a thread that dies between the two leaves a sound heap, and its successor can take the lock over without a thought.
 */
#include "heap_backing.h"

#include <petri/atomic.h>
#include <petri/heap.h>
#include <petri/mutex.h>
#include <petri/syscall.h>
#include <petri/system.h>

static struct mutex lock = MUTEX_INIT;
static uint64_t preempt_saved; /* the holder's */

void *heap_backing_grow(size_t bytes)
{
	uint64_t address = 0;
	enum petri_error error;

	/* The heap is sound here, and the mutex is held: only the section opens while the kernel maps piece after piece. */
	arch_preempt_restore(preempt_saved);
	error = (enum petri_error)arch_syscall(SYS_heap_grow, bytes, (uintptr_t)&address, 0, 0);
	preempt_saved = arch_preempt_off();
	return error == PETRI_OK ? (void *)(uintptr_t)address : NULL;
}

void heap_backing_lock(void)
{
	enum petri_error error = mutex_lock(&lock);

	if (error != PETRI_OK && error != PETRI_EOWNERDIED)
		thread_abort("heap: used inside an atomic section");
	preempt_saved = arch_preempt_off();
}

void heap_backing_unlock(void)
{
	uint64_t saved = preempt_saved; /* the next holder overwrites it */

	arch_preempt_restore(saved);
	(void)mutex_unlock(&lock);
}

/* ---- the private heap ------------------------------------------------------------------------------------------------- */

void *private_backing_grow(size_t bytes)
{
	uint64_t address = 0;
	enum petri_error error = (enum petri_error)arch_syscall(SYS_heap_private, bytes, (uintptr_t)&address, 0, 0);

	return error == PETRI_OK ? (void *)(uintptr_t)address : NULL;
}

/* ---- the end ---------------------------------------------------------------------------------------------------------- */

static char *put(char *at, const char *text)
{
	while (*text != '\0')
		*at++ = *text++;
	return at;
}

/* Without printf, which wants more than a compact stack may have left. */
void heap_backing_die(const char *heap, const char *what, const void *block)
{
	char message[88];
	char *at = put(put(put(message, heap), what), " 0x");
	int shift = 60;

	while (shift > 0 && (uintptr_t)block >> shift == 0)
		shift -= 4;
	for (; shift >= 0; shift -= 4)
		*at++ = "0123456789abcdef"[(uintptr_t)block >> shift & 15];
	*at = '\0';
	thread_abort(message);
}
