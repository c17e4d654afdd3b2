/*
 * The table of system calls: number, name, arguments. One line per call; the kernel's table and the library's stubs
 * are both made from this list.
 *
 * Number in w8, arguments from x0 on, result in x0. A call keeps what the procedure-call standard keeps (x19-x30, sp),
 * and nothing else. docs/syscalls.md tells arguments and errors.
 */
#ifndef PETRI_SYSCALL_H
#define PETRI_SYSCALL_H

#define PETRI_SYSCALLS(X)                                                       \
	X(0, thread_yield)    /* () */                                          \
	X(1, park)            /* (address, expected, deadline) */               \
	X(2, unpark)          /* (address, count) -> woken */                   \
	X(3, hand_off)        /* (address, enum park_kind) */                   \
	X(4, park_mutex)      /* (address, expected, deadline) */               \
	X(5, thread_sleep)    /* (deadline) */                                  \
	X(6, thread_create)   /* (attr, entry, arg, id out) */                  \
	X(7, thread_exit)     /* (value) */                                     \
	X(8, thread_join)     /* (id, value out, deadline) */                   \
	X(9, thread_join_any) /* (struct thread_end out, deadline) */           \
	X(10, thread_detach)  /* (id) */                                        \
	X(11, thread_kill)    /* (id) */                                        \
	X(12, thread_priority)/* (id, new or -1) -> old | error << 8 */         \
	X(13, thread_quantum) /* (id, ns) */                                    \
	X(14, thread_info)    /* (id, struct thread_info out) */                \
	X(15, thread_name)    /* (id, text, length) */                          \
	X(16, heap_grow)      /* (bytes, address out) */                        \
	X(17, console_write)  /* (text, length, fd: 1, 2) */                    \
	X(18, stream_send)    /* (type, payload, length) */                     \
	X(19, stream_receive) /* (struct stream_command out, deadline) */       \
	X(20, stream_answer)  /* (struct stream_command, error, text, length) */ \
	X(21, system_info)    /* (struct system_info out) */                    \
	X(22, system_exit)    /* (code) */                                      \
	X(23, thread_abort)   /* (text, length): dies with cause 10 */          \
	X(24, deadlock_react) /* (reaction) */                                  \
	X(25, deadlock_await) /* (seen, count out, deadline) */                 \
	X(26, preempt_point)  /* (): the end of a user thread's atomic section */ \
	X(27, null)           /* (): nothing, to measure the door */                   \
	X(28, heap_private)   /* (bytes, address out) */                               \
	X(29, share_open)     /* (name, length, bytes, address out) */                 \
	X(30, thread_affinity) /* (id, cores) */ \
	X(31, thread_cores)   /* (ids, how many, cores out) */ \
	X(32, thread_make)    /* (attributes in a word, entry, arg, id out) */

enum petri_syscall {
#define PETRI_SYSCALL_ENUM(n, name) SYS_##name = n,
	PETRI_SYSCALLS(PETRI_SYSCALL_ENUM)
#undef PETRI_SYSCALL_ENUM
		SYSCALLS
};

#endif
