/*
 * The handlers of the system calls. Each runs to completion with interrupts masked; it reads its arguments from t's frame and
 * sets the result there, or blocks t (the waker sets the result then). sched_leave() follows.
 */
#ifndef KERNEL_SYSCALLS_H
#define KERNEL_SYSCALLS_H

#include <petri/syscall.h>

#include "kernel/core.h"

#define SYSCALL_DECLARE(n, name) void sys_##name(struct core *core, struct thread *t);
PETRI_SYSCALLS(SYSCALL_DECLARE)
#undef SYSCALL_DECLARE

/* A thread of the caller's own domain; NULL. */
struct thread *call_find_own(const struct thread *t, uint64_t id);
/* What could not be done because another core had a hand in it: the call is issued again, after others had their turn. An argument that is 0 at
 * first may tell that it was issued before. */
void call_retry(struct core *core, struct thread *t);
#define CALL_RETRIED 0x6b696c6cu

/* The door: what the vectors call. Each returns the thread that runs next. */
void kernel_syscall(struct core *core, struct thread *t, uint64_t number);
void kernel_interrupt(struct core *core, struct thread *t);
void kernel_fault(struct core *core, struct thread *t);

#endif
