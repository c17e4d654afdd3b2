/* What the public headers need of a CPU. The functions are declared only: nothing that the host tests compile calls them. */
#ifndef PETRI_ARCH_H
#define PETRI_ARCH_H

#include <stdint.h>

struct user_block {
	uint64_t tid;
	uint32_t preempt_off;
	uint32_t flags;
};

struct user_block *arch_user_block(void);
uint64_t arch_thread_register(void);
uint32_t arch_core_number(void);

#endif
