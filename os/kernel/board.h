/*
 * What the kernel needs of a board: a table of functions and facts that boards/<name>/board.c fills. Only boards know addresses and
 * interrupt numbers.
 */
#ifndef KERNEL_BOARD_H
#define KERNEL_BOARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct core;

struct memory_range {
	uint64_t from, to;
};

struct board {
	const char *name;
	uint64_t boot_script;           /* where it would lie */
	struct memory_range devices[4]; /* to be mapped; ends with an empty one */

	/* Before the MMU is on: no locks. boot_argument is what the firmware left in x0. */
	void (*early)(uint64_t boot_argument);
	/* RAM, found by early(). */
	struct memory_range (*memory)(void);
	/* NULL if this is the machine the image was made for, else what is wrong, in words. */
	const char *(*wrong)(void);
	/* A line about the machine, for the boot log. */
	void (*describe)(char *out, size_t size);

	/* Another core begins where the image does, with its number in MPIDR. False: there is none. */
	bool (*start_core)(uint32_t number);

	/* Interrupts: once on core 0, before all else; then on each core; and what is pending now, dispatched and acknowledged. */
	void (*interrupt_init)(void);
	void (*interrupt_init_core)(uint32_t number);
	void (*interrupt)(struct core *core);
	/* sched_told() on that core, also if it sleeps. What was written before is seen there. */
	void (*interrupt_core)(uint32_t number);

	/* The serial line. None of them blocks but uart_flush. */
	size_t (*uart_write)(const uint8_t *bytes, size_t n); /* how many fitted */
	bool (*uart_read)(uint8_t *byte);
	void (*uart_interrupts)(bool transmit);    /* receive is always on */
	void (*uart_to)(uint32_t core);            /* who gets its interrupt from now on; core 0 at first */
	uint32_t (*uart_acknowledge)(void);        /* bytes lost since the last time */
	void (*uart_flush)(void);                  /* waits until all has left */
	bool (*uart_baud_possible)(uint32_t baud); /* within 2 % */
	void (*uart_baud)(uint32_t baud);
	uint32_t (*uart_baud_now)(void); /* 0: does not apply */
};

extern const struct board board;

/* What boards call from interrupt(). */
void line_interrupt(struct core *core);
void sched_timer(struct core *core);
void sched_told(struct core *core);

#endif
