/*
 * A domain: an address space and what lives in it. An app runs in one; its window of addresses is the same on every board.
 */
#ifndef KERNEL_DOMAIN_H
#define KERNEL_DOMAIN_H

#include <petri/heap.h>

#include "kernel/arch.h"
#include "kernel/list.h"
#include "kernel/spinlock.h"

#define GIB (1ull << 30)

/* The window. Text and data lie at its start (os/lib/app.ld). */
#define APP_IMAGE (64 * GIB)
#define APP_IMAGE_END (65 * GIB)
#define APP_HEAP (66 * GIB)
#define APP_HEAP_END (126 * GIB)
#define APP_SHARED (126 * GIB) /* regions that several domains see, 2 MiB of addresses each, the same everywhere */
#define APP_SHARED_END (128 * GIB)
#define APP_COMPACT (128 * GIB) /* one GiB of stacks for each size */
#define APP_GUARDED (192 * GIB) /* four GiB of stacks for each size */
#define APP_PRIVATE PRIVATE_HEAPS
#define APP_END (PRIVATE_HEAPS + PRIVATE_HEAPS_MAX * PRIVATE_HEAP_SIZE)

#define COMPACT_STEP 64u
#define COMPACT_CLASSES 64u
#define GUARDED_CLASSES 9u /* 4 KiB .. 1 MiB, powers of two */
#define STACK_CLASSES (COMPACT_CLASSES + GUARDED_CLASSES)

/* Stacks of one size. Free threads keep their stack, and wait here for the next of that size. */
struct stack_class {
	struct list idle; /* free threads, by link */
	uint64_t next;    /* where the next new stack goes */
	uint64_t mapped;  /* compact: mapped up to here */
};

#define DOMAINS_MAX 8u

struct core;

struct domain {
	struct address_space space;
	uint32_t number;  /* from 1; also its ASID */
	uint32_t live;    /* threads that have not ended */
	bool kernel_mode; /* its first thread runs at EL1t; so its text may be executed there */
	struct spinlock lock;
	uint64_t main; /* id of its first thread: its end by a fault ends the app */
	uint32_t code; /* it has ended with */
	bool over;
	bool overstayed;      /* it was told once that an atomic section of its threads took too long */
	uint64_t entry;       /* the ELF's: main starts there; all others start at entry + 4 */
	uint64_t heap_end;    /* given out up to here */
	uint64_t heap_mapped; /* and mapped up to here: ahead of it while somebody grows it */
	uint64_t deadlocks;   /* cycles reported */
	uint8_t reaction;     /* enum deadlock_reaction */
	bool awaited;         /* somebody may wait for any thread to end */
	struct list ended;    /* ZOMBIE threads that may be joined, in order... */
	struct list claimed;  /* ...and those that somebody was about to join by id */
	struct stack_class stacks[STACK_CLASSES];
	char name[16];
};

/* Those of the image's apps; domain n is domains[n - 1]. */
extern struct domain domains[DOMAINS_MAX];
extern uint32_t domain_count;

/* Makes the domain (number and mode are set) of an app from its ELF (page-aligned in memory, kept there: text and constants are mapped in
 * place). Stops with words if the image is no good. */
void domain_make(struct domain *d, const char *name, const uint8_t *elf, uint64_t size);
/* Its memory can be touched from now on; returns whose could before. (Otherwise that is so for the current thread's domain only.) */
struct domain *domain_visit(struct core *core, struct domain *d);
/* Calls that map much do so in pieces of at most this, and are issued again for the rest. */
#define MAP_PIECE (64 * PAGE_SIZE)
/* Maps fresh zeroed pages at va. ENOMEM: nothing stays mapped. */
PETRI_NODISCARD enum petri_error domain_map_fresh(struct domain *d, uint64_t va, uint64_t size);
void domain_unmap(struct domain *d, uint64_t va, uint64_t size);

#endif
