/*
 * Shared regions: memory that several apps of one image see, at the same address in all. Everything else of an app is its own.
 *
 * Primitives in a region (mutex, semaphore, barrier, park words) work between the apps that opened it.
 */
#ifndef PETRI_SHARE_H
#define PETRI_SHARE_H

#include <stddef.h>

#include <petri/error.h>

#define SHARE_SIZE_MAX (2u << 20)

/*
 * Opens the region of that name (1 to 15 bytes count), and makes it, zeroed, if nobody has yet. bytes: 1 to SHARE_SIZE_MAX, rounded up to 4,096;
 * not more than it was made with. Again by the same app: the same address. It stays until the system ends. Does not block.
 * EINVAL, ENOMEM (no memory, or 64 regions are there), EADDRESS.
 */
PETRI_NODISCARD enum petri_error share_open(const char *name, size_t bytes, void **address);

#endif
