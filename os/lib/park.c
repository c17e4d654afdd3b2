/* park and unpark: the bare system calls. Contracts in <petri/park.h>. */
#include <petri/park.h>

#include <petri/arch.h>
#include <petri/syscall.h>

enum petri_error park(const uint64_t *word, uint64_t expected, petri_time deadline)
{
	return (enum petri_error)arch_syscall(SYS_park, (uintptr_t)word, expected, deadline, 0);
}

uint64_t unpark(const uint64_t *word, uint64_t count) { return arch_syscall(SYS_unpark, (uintptr_t)word, count, 0, 0); }
