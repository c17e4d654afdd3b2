/*
 * Life in the viewer: what a session knows of the dish, the commands that only Life has, and the parts of its demo table.
 */
#ifndef VIEWER_LIFE_H
#define VIEWER_LIFE_H

#include "../demo.h"
#include "../option.h"
#include "../session.h"
#include "pattern.h"

#define GRAPH_POINTS 4096

/* The dish as last shown complete (LIFE_GENERATION seen). */
struct dish {
	uint32_t epoch;
	uint32_t width, height;
	uint8_t topology;        /* LIFE_TORUS, LIFE_PLANE */
	uint16_t birth, survive; /* masks */
	uint8_t run_state;       /* enum life_run_state */
	uint8_t sync;            /* enum life_sync */
	uint64_t hindmost;       /* cells that run free: how far the last of them had come, when the target looked */
	uint32_t spread;         /* and by how many generations the first of them was ahead */
	uint32_t speed;          /* wanted, generations per 1,000 s; 0 = max */
	uint64_t goal;
	uint64_t generation;
	uint32_t population;
	uint32_t living_threads; /* cells that have a thread */
	uint64_t steps;          /* cell steps counted by the target */
	uint64_t created;        /* cell threads made by the target since boot */
	unsigned cores;          /* of which the steps are told; 0: of none */
	uint64_t core_steps[CORES_TOLD];
	uint8_t *cells;   /* width*height bytes, row by row: 1 alive */
	uint64_t *born;   /* generation at which a live cell came to life (as seen) */
	uint64_t *died;   /* generation at which a cell was last seen to die; UINT64_MAX = never */
	uint8_t *killed;  /* 1: the cell's thread is gone */
	uint8_t *faulted; /* 1: by a fault of its own (only where killed says that it is gone) */
	uint32_t killed_count, faulted_count;
	uint64_t shown;    /* counts the complete generations received: a face redraws when it changes */
	bool goal_reached; /* the last generation shown carried the goal flag */
};

/* All of these want a session whose demo is Life. */
const struct dish *life_dish(const struct session *s);
/* A core's share of all steps of cells, 0..1; < 0: not known. */
double life_core_share(const struct dish *d, unsigned core);
/* The cell that a thread of this name is. */
bool life_cell_of(const char *name, uint32_t *x, uint32_t *y);
/* How the thread of a cell that has faulted ended; NULL: it has not, or that is not known any more. */
const struct fault *life_fault_of(const struct session *s, uint32_t x, uint32_t y);
/* Population history for the graph: returns the number of points, oldest first, at most max. */
size_t life_graph(const struct session *s, uint64_t *generations, uint32_t *populations, size_t max);
/* The dish as a board, for saving. Caller frees with board_free(). */
bool life_snapshot(const struct session *s, struct board *out);

/* How the cells agree, in a word as --sync has it. */
const char *life_sync_word(uint8_t sync);

/* Commands, as in session.h. */
bool life_sync_next(struct session *s); /* another way to agree */
bool life_step(struct session *s, uint32_t n);
bool life_speed(struct session *s, uint32_t gens_per_1000s); /* 0 = max */
bool life_edit(struct session *s, uint32_t x, uint32_t y, bool alive);
bool life_kill(struct session *s, uint32_t x, uint32_t y);
/* Lets the cell write where it may not, at its next step: to another place each time. */
bool life_wild(struct session *s, uint32_t x, uint32_t y);
bool life_who(struct session *s, uint32_t x, uint32_t y); /* the answer comes as notice */
/* Makes the dish new: size, topology and rule as given by b, cells from b. */
bool life_load(struct session *s, const struct board *b);

/* Parts of the table: options.c, start.c, own.c, ending.c. */
extern const struct option life_option_table[];
bool life_check(const struct options *o, char *err, size_t err_size);
void life_settle(struct options *o);
bool life_has_goal(const struct options *o);
bool life_settle_headless(struct options *o, bool *chosen, char *err, size_t err_size);
bool life_wanted(const struct options *o);
bool life_possible(const struct options *o, char *err, size_t err_size);
bool life_start(const struct options *o, bool end, command_sink *sink, void *context, char *err, size_t err_size);
void life_join(struct session *s);
void life_fault(struct session *s, const struct fault *f);
enum frame_result life_take(struct session *s, uint8_t type, const uint8_t *p, size_t n);
uint64_t life_busy_ms(uint8_t type, const uint8_t *payload, size_t length);
void life_where(const struct session *s, char *out, size_t size);
void life_goal(const struct options *o, char *out, size_t size);
bool life_save(struct session *s, const struct options *o, char *err, size_t err_size);
void life_print(const struct session *s, const struct options *o, int code);
bool life_picture(const struct session *s, const struct options *o, const char *path, char *err, size_t err_size);

/* The dish as a picture: coloured by age, gap and ghosts as in the window. */
bool dish_screenshot(const struct dish *d, enum palette p, const char *path, char *err, size_t err_size);

extern const struct face_tui life_tui;
extern const struct face_window life_window;

#endif
