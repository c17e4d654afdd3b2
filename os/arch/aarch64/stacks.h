/* The cores' own stacks: two of 16 KiB each (the usual one and the one for emergencies), the lowest page of each unmapped. */
#ifndef ARCH_STACKS_H
#define ARCH_STACKS_H

#define CORE_STACK_SIZE 16384
#define STACK_TOP(core) (stacks_start + ((core) * 2 + 1) * CORE_STACK_SIZE)
#define EMERGENCY_TOP(core) (stacks_start + ((core) * 2 + 2) * CORE_STACK_SIZE)

#endif
