/*
 * What the C library's own tests take for granted of the headers they were written with: attributes and a macro. Included before
 * everything else (tests/std_others.py).
 */
#ifndef CONFIG_H
#define CONFIG_H

#define _GNU_SOURCE 1

#include <errno.h>
#include <stdbool.h>
#include <sys/cdefs.h>
#include <sys/types.h>

#undef __THROW
#define __THROW
#undef __nonnull
#define __nonnull(x)
#define __attribute_maybe_unused__ __attribute__((unused))
#define __attribute_malloc__
#define __attribute_alloc_size__(x)
#define __attribute_alloc_align__(x)
#define __attribute_warn_unused_result__
#define __attr_dealloc(x, y)
#define __attr_dealloc_free
#define __attr_dealloc_fclose
#define __returns_nonnull
#define attribute_hidden

#define off64_t _off64_t

/* Nothing interrupts a call here. */
#define TEMP_FAILURE_RETRY(call) (call)

#endif
