/*
 * Two helpers that the distribution's C library was compiled to call (fgetc and ungetc), as the compiler's own library has
 * them; but without asking an operating system at start whether the CPU has the instructions of ARMv8.1. The compiler's
 * calling convention: value(s) first, the address last, the old value returned.
 */
#include <stdint.h>

uint16_t __aarch64_cas2_acq_rel(uint16_t expected, uint16_t desired, uint16_t *at);
uint16_t __aarch64_swp2_relax(uint16_t value, uint16_t *at);

uint16_t __aarch64_cas2_acq_rel(uint16_t expected, uint16_t desired, uint16_t *at)
{
	__atomic_compare_exchange_n(at, &expected, desired, 0, __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE);
	return expected;
}

uint16_t __aarch64_swp2_relax(uint16_t value, uint16_t *at) { return __atomic_exchange_n(at, value, __ATOMIC_RELAXED); }
