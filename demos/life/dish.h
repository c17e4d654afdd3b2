/*
 * The dish: a board, a thread per cell, and how they agree on a generation. This is the engine; it knows no wire.
 *
 * Where all meet at a barrier, one more thread is a member of it: the controller (main). It is always the last to arrive, so between
 * dish_await() and dish_open() all cells stand at the gate and the board is stable. Where cells run free of each other they
 * stand at a hold (hold.h) between those two calls, and there may be many generations from one to the next: roam.h has what can be
 * done meanwhile. All functions here are the controller's, and but for those two they are called while the cells stand.
 */
#ifndef LIFE_DISH_H
#define LIFE_DISH_H

#include <stdbool.h>
#include <stdint.h>

#include <petri/barrier.h>
#include <petri/cond.h>
#include <petri/mutex.h>
#include <petri/wire_life.h>

#include "board.h"
#include "cell.h"
#include "hold.h"
#include "rule.h"

#define CELL_PRIORITY THREAD_PRIORITY_DEFAULT
/* More urgent than the cells: when the last of them arrives, the controller goes on at once. */
#define CONTROLLER_PRIORITY 24
/* More urgent still: a death is on the books before anybody acts on the board. */
#define REAPER_PRIORITY 25

/* What grows in the dish. */
struct culture {
	struct board board;
	struct cell *cells; /* row by row; NULL: the dish is empty */
	uint32_t count;
	enum life_sync sync;   /* how the cells agree */
	struct inbox *inboxes; /* one per cell: what channels bring (channels.c); else NULL */
};

struct dish {
	struct culture culture;
	uint32_t rule;
	struct barrier barrier; /* all cells with a thread, and the controller */
	struct hold hold;       /* where cells stand that run free of each other */
	uint64_t stop;          /* the generation that the cells stand at, or are to stand at next; since they were sown */
	uint64_t still;         /* cells that run free show themselves when they pass this one; DISH_NEVER */
	uint32_t still_seen;    /* so many cells, the first ones, are known to have passed it */
	uint64_t heed;          /* the sooner of the two: from there on a cell looks (cell_attend) */
	uint32_t call;          /* DISH_END, DISH_WILD; read by the cells once the gate has opened */
	uint64_t called;        /* the barrier's generation in which somebody was made wild last */

	struct mutex roll;   /* who lives; held while the barrier opens, so that a death is before or after that */
	struct cond changed; /* somebody ended who was waited for */
	uint32_t living;     /* cells that have a thread */
	uint32_t deaths;     /* how many died untimely since boot */
	bool unburied;       /* somebody died whose place on the board is not yet cleared */
	bool untold;         /* somebody was buried or sown since dish_tell_dead() */
	uint32_t told;       /* how many are CELL_TOLD */
	uint64_t created;    /* cell threads since boot */
	uint64_t past_steps; /* of the cells that have ended */
	void (*stood)(void); /* all stand at the hold: called by the last of them; NULL: nobody wants to know */
	void (*died)(struct cell *cell, enum petri_error how); /* called by the reaper; NULL: nobody wants to know */
};
extern struct dish dish;

#define DISH_END 1u  /* all cells are to end */
#define DISH_WILD 2u /* some are to run wild */
#define DISH_NEVER UINT64_MAX
static inline uint32_t dish_call(void) { return __atomic_load_n(&dish.call, __ATOMIC_RELAXED); }
/* The buffer that holds the generation the cells stand at. */
static inline uint32_t dish_buffer(void) { return dish.stop & 1; }

/* Once, before all else: starts the reaper. ENOMEM. */
PETRI_NODISCARD enum petri_error dish_init(void);

/*
 * Ends all cells, and sows a new, empty dish: a thread per cell. Blocks. ENOMEM: the board and its cells are as they were.
 * The cells begin to stand; call dish_await() before touching the board.
 */
PETRI_NODISCARD enum petri_error dish_sow(const struct shape *shape, enum life_sync sync);
/* The same, with cells that agree as those before them. */
PETRI_NODISCARD enum petri_error dish_reshape(const struct shape *shape);
/* The cells are to agree in another way from now on, by replacing all threads; the board stays. Blocks. ENOMEM: as it was. */
PETRI_NODISCARD enum petri_error dish_set_sync(enum life_sync sync);
/* True if so many threads cannot possibly fit into the memory there is. */
bool dish_too_large(const struct shape *shape);

void dish_await(void); /* blocks until all cells stand */
void dish_open(void);  /* lets them make the next generation */
/* Lets them go on to this generation (since they were sown, so beyond dish.stop). Not with a barrier: there it is the next. */
void dish_open_until(uint64_t stop);

/* Gives the dead new threads, by replacing all threads. Blocks. ENOMEM: as it was. */
PETRI_NODISCARD enum petri_error dish_revive(void);
/* Kills the thread of a cell and waits until it is reaped. Blocks. ESTALE: it has none. */
enum petri_error dish_kill(uint32_t x, uint32_t y);
/* This cell writes to an address in place of its next step, and dies of it if nobody may write there. ESTALE: it has no thread. */
PETRI_NODISCARD enum petri_error dish_run_wild(uint32_t x, uint32_t y, uint64_t address);
/* Clears the places of the dead, in all buffers. dish_await() and dish_open() do this too. */
void dish_bury(void);
/* What goes to the reader next is a board without those that are buried: they are CELL_TOLD from now on. Who dies after that is on that board, and
 * told with a later one. True: they are more than before. Only while the reporter is idle. */
bool dish_tell_dead(void);

static inline struct cell *dish_cell(uint32_t x, uint32_t y)
{
	return &dish.culture.cells[(size_t)y * dish.culture.board.shape.width + x];
}
/* Steps of a cell since it was sown. */
uint64_t dish_steps_of(const struct cell *cell);
/* Steps of all cells since boot, as the cells counted them. */
uint64_t dish_steps(void);
/* How many living cells have not stepped exactly once per generation since they were sown. */
uint32_t dish_miscounts(void);

#endif
