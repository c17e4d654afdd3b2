/*
 * The seam: all that the portable kernel asks of a CPU. Implemented in os/arch/<name>.
 *
 * Frames are opaque here: a handler gets arguments, sets results, and starts frames through these calls only.
 * Everything runs inside the kernel, on the core's own stack, with interrupts masked.
 */
#ifndef KERNEL_ARCH_H
#define KERNEL_ARCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <petri/error.h>

#include "arch/aarch64/seam.h"

struct core;
struct thread;
struct address_space;
struct page_table;

/* ---- frames -------------------------------------------------------------------------------------------------------- */

/* Start of a thread, arch_frame_init(t, pc, sp, arg, entry, kernel_mode): pc, stack pointer, two values for the app's first instructions (start.S), and
 * the user block with the mode. A user thread finds nothing in its other registers. */
/* A call that could not finish is issued again when the thread runs next. */
void arch_frame_restart(struct thread *t);
/* One instruction on: what arch_frame_restart() will take back. */
void arch_frame_advance(struct thread *t);
/* Where t stands: its pc and the return addresses of its callers, at most n; the rest is 0. */
void arch_frame_trace(const struct thread *t, uint64_t *out, size_t n);
/* To the log: a backtrace, and all registers if wanted. */
void arch_frame_dump(const struct thread *t, bool registers);

/* Why the current thread came in through the fault vector. cause: enum fault_cause. */
struct arch_fault {
	uint8_t cause;
	bool write;     /* FAULT_DATA: it wanted to write */
	bool forbidden; /* FAULT_DATA, FAULT_INSTRUCTION: something is mapped there, but this is not allowed */
	uint64_t syndrome, address;
};
void arch_fault_read(const struct thread *t, struct arch_fault *f);

/* ---- memory of threads: faults become PETRI_EADDRESS --------------------------------------------------------------- */

/* With the rights of thread t, whose address space is the current one. */
PETRI_NODISCARD enum petri_error arch_copy_from(const struct thread *t, void *to, uint64_t from, size_t n);
PETRI_NODISCARD enum petri_error arch_copy_to(const struct thread *t, uint64_t to, const void *from, size_t n);
/* And of one word: arch_load64(t, address, &value), arch_store64(t, address, value). */

/* ---- address spaces ------------------------------------------------------------------------------------------------ */

enum map_kind { MAP_KERNEL_TEXT, MAP_KERNEL_RO, MAP_KERNEL_RW, MAP_DEVICE, MAP_APP_TEXT, MAP_USER_TEXT, MAP_APP_RO, MAP_APP_RW };

/* Maps whole pages; ENOMEM if a table cannot be had (what was mapped stays mapped). Never replaces a mapping. NULL: the kernel's own part. */
PETRI_NODISCARD enum petri_error arch_map(struct address_space *space, uint64_t va, uint64_t pa, uint64_t size, enum map_kind kind);
/* Unmaps one page everywhere and returns its physical address; 0 if there was none. */
uint64_t arch_unmap(struct address_space *space, uint64_t va);
/* Unmaps the 2 MiB at va everywhere, in O(1), and returns their table of pages; NULL if there was none. The table is a page itself. */
struct page_table *arch_detach(struct address_space *space, uint64_t va);
/* Physical address of the i-th page of such a table. */
uint64_t arch_table_page(const struct page_table *table, uint32_t i);
/* Zeroes a page of RAM. MMU on. */
void arch_zero_page(uint64_t page);
/* A new space that shares the kernel's part. */
PETRI_NODISCARD enum petri_error arch_space_init(struct address_space *space, uint16_t asid);
/* What is mapped in the 2 MiB around va in one space appears in another, there and then; both see what is mapped there later. ENOMEM. */
PETRI_NODISCARD enum petri_error arch_space_share(struct address_space *to, struct address_space *from, uint64_t va);
void arch_space_use(const struct address_space *space);

/* ---- floating point ------------------------------------------------------------------------------------------------ */

#define ARCH_FP_SIZE 528
void arch_fp_save(void *area);
void arch_fp_restore(const void *area);
void arch_fp_allow(bool yes); /* false: the next use traps */

/* ---- time and the rest --------------------------------------------------------------------------------------------- */

void arch_timer_arm(uint64_t ticks); /* absolute; UINT64_MAX = off, as by arch_timer_off(). In the past: fires as soon as interrupts are unmasked */
uint64_t arch_timer_hz(void);

/* Runs thread t: leaves the kernel for the first time on this core. */
__attribute__((noreturn)) void arch_enter(struct thread *t);
/* Ends the simulation with an exit code (only where the boot script said that this is QEMU), or stops this core for good. */
__attribute__((noreturn)) void arch_halt(bool simulated, int code);
/* Other cores with numbers below count may go on, once they have begun where the image does: each to kernel_other_core(). */
void arch_open_gate(uint32_t count);
/* Asks the firmware for core n. False: there is none. */
bool arch_psci_core_on(uint32_t n);
/* A line about the core, and its part number (MIDR). */
const char *arch_describe(char *out, size_t size);
uint32_t arch_part_number(void);

#endif
