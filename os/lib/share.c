/* Shared regions: a bare system call. Contract in <petri/share.h>. */
#include <petri/share.h>

#include <petri/arch.h>
#include <petri/string.h>
#include <petri/syscall.h>

enum petri_error share_open(const char *name, size_t bytes, void **address)
{
	return (enum petri_error)arch_syscall(SYS_share_open, (uintptr_t)name, strnlen(name, 15), bytes, (uintptr_t)address);
}
