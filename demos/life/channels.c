/*
 * Cells that share nothing: each has a channel, its inbox, sends its state to its neighbours' inboxes and waits until as many letters have
 * come. The board is only for showing, and for what is edited while the cells stand.
 *
 * A letter is a byte: from which direction, of which step (its two lowest bits), and the state. A neighbour is at most one step ahead, since
 * its next needs our letter: so letters of two steps arrive mixed, and are kept apart by those bits. There are never more than two from
 * each direction, and one more that tells of its death: so there is always room, nobody waits in order to send, and there is no
 * circle of full inboxes.
 *
 * The dead: the reaper writes a last letter for it, to all: the state of its last step (who has it already is told nothing new), and that
 * there will be no more. What comes for the dead is refused by its closed inbox.
 */
#include "channels.h"

#include <petri/atomic.h>
#include <petri/channel.h>
#include <petri/system.h>

#include "dish.h"
#include "neighbours.h"

#define LETTER_DIRECTION 7u
#define LETTER_ALIVE 8u
#define LETTER_STEP_SHIFT 4
#define LETTER_LAST 64u
#define LETTERS_MAX (8u * 3u)

struct inbox {
	struct channel channel;
	uint8_t letters[LETTERS_MAX];
};

size_t channels_inbox_size(void) { return sizeof(struct inbox); }

static struct channel *inbox_of(const struct cell *cell) { return &dish.culture.inboxes[cell - dish.culture.cells].channel; }

/* What a cell knows of its neighbours, mostly a bit for each direction. [0] of this step, [1] of the next. */
struct knowledge {
	uint8_t there;     /* there is a cell (on a torus in all) */
	uint8_t has[2];    /* has told its state... */
	uint8_t living[2]; /* ...and how many of them live */
	uint8_t gone;      /* will tell nothing more: what it has not told is dead */
	uint8_t step;      /* its two lowest bits */
};

static void read_letter(struct knowledge *k, uint8_t letter)
{
	uint8_t from = (uint8_t)(1u << (letter & LETTER_DIRECTION));
	uint32_t ahead = ((letter >> LETTER_STEP_SHIFT) - k->step) & 3;

	if (letter & LETTER_LAST)
		k->gone |= from;
	/* a last letter may tell what is past */
	if (ahead > 1)
		return;
	if (letter & LETTER_ALIVE && !(k->has[ahead] & from))
		k->living[ahead]++;
	k->has[ahead] |= from;
}

/* Forgets this step, and goes on with what is known of the next. */
static void turn_page(struct knowledge *k)
{
	k->has[0] = k->has[1];
	k->living[0] = k->living[1];
	k->has[1] = k->living[1] = 0;
	k->step = (k->step + 1) & 3;
}

/* The next one. Where there is none yet, the others are given their turn first, once (*patient): then nobody has to be woken, mostly. Nobody closes the
 * inbox of the living. */
static uint8_t next_letter(struct channel *inbox, bool *patient)
{
	uint8_t letter;
	enum petri_error error = channel_try_receive(inbox, &letter);

	if (error == PETRI_EBUSY && *patient) {
		*patient = false;
		thread_yield();
		error = channel_try_receive(inbox, &letter);
	}
	if (error == PETRI_EBUSY)
		error = channel_receive(inbox, &letter);
	petri_assert(error == PETRI_OK);
	return letter;
}

/* Waits until all have told; returns how many of them live. */
static uint32_t read_letters(struct channel *inbox, struct knowledge *k)
{
	bool patient = true;

	while ((k->has[0] | k->gone) != k->there)
		read_letter(k, next_letter(inbox, &patient));
	return k->living[0];
}

/* What we write to the neighbour in that direction; it sees us in the opposite one. */
static uint8_t letter_to(uint32_t direction, uint32_t alive, uint64_t step)
{
	return (uint8_t)((7 - direction) | (alive ? LETTER_ALIVE : 0) | (step & 3) << LETTER_STEP_SHIFT);
}

/* A dead neighbour's inbox is closed, else there is room. */
static void send(struct channel *to, uint8_t letter)
{
	enum petri_error error = channel_try_send(to, &letter);

	petri_assert(error == PETRI_OK || error == PETRI_ECLOSED);
}

/* Killed here, it has made the step or not. */
static void make_step(struct cell *me, uint8_t *next, uint64_t step, uint8_t state)
{
	ATOMIC_SECTION {
		__atomic_store_n(next, state, __ATOMIC_RELAXED);
		__atomic_store_n(&me->step, step + 1, __ATOMIC_RELEASE);
	}
	/* the count, and then what others may have made of dish.heed because of it (roam.c) */
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
}

/* The inboxes of the neighbours; returns in which directions there are any. */
static uint8_t find_inboxes(struct channel *to[8], uint32_t x, uint32_t y)
{
	uint8_t there = 0;

	for (uint32_t d = 0; d < 8; d++) {
		const struct cell *neighbour = neighbour_of(x, y, d);

		to[d] = neighbour == NULL ? NULL : inbox_of(neighbour);
		there |= (uint8_t)((neighbour != NULL) << d);
	}
	return there;
}

static void send_to_all(struct channel *const to[8], uint32_t alive, uint64_t step, uint8_t more)
{
	for (uint32_t d = 0; d < 8; d++)
		if (to[d] != NULL)
			send(to[d], letter_to(d, alive, step) | more);
}

void *channels_main(void *arg)
{
	struct cell *me = arg;
	const struct board *board = &dish.culture.board;
	uint32_t index = (uint32_t)(me - dish.culture.cells);
	uint32_t x = index % board->shape.width, y = index / board->shape.width;
	uint8_t *here[2] = {board->cells[0] + board_offset(board, x, y), board->cells[1] + board_offset(board, x, y)};
	struct channel *to[8];
	struct knowledge known = {.there = find_inboxes(to, x, y)};

	for (uint64_t step = 0;; step++) {
		if (step >= __atomic_load_n(&dish.heed, __ATOMIC_RELAXED) && !cell_attend(me, step, here[step & 1]))
			return me;
		uint32_t alive = *here[step & 1];

		send_to_all(to, alive, step, 0);
		uint32_t living = read_letters(inbox_of(me), &known);

		make_step(me, here[~step & 1], step, rule_next(dish.rule, alive, living));
		turn_page(&known);
	}
}

/* ---- beginnings and ends ---- */

void channels_mourn(struct cell *cell)
{
	const struct board *b = &dish.culture.board;
	uint32_t index = (uint32_t)(cell - dish.culture.cells);
	uint32_t x = index % b->shape.width, y = index / b->shape.width;
	uint64_t step = cell->step;
	struct channel *to[8];

	/* who dies where all stand is dead on that board (dish_bury) */
	cell->early = step == dish.stop;
	uint32_t alive = cell->early ? 0 : board_get(b, step & 1, x, y);

	__atomic_store_n(&cell->step, step | CELL_GONE, __ATOMIC_RELEASE);
	channel_close(inbox_of(cell));
	(void)find_inboxes(to, x, y);
	send_to_all(to, alive, step, LETTER_LAST);
}

void channels_begin(bool dead_too)
{
	for (uint32_t i = 0; i < dish.culture.count; i++) {
		struct inbox *inbox = &dish.culture.inboxes[i];

		inbox->channel = (struct channel)CHANNEL_INIT(inbox->letters, 1, LETTERS_MAX);
	}
	for (uint32_t i = 0; i < dish.culture.count; i++)
		if (!dead_too && dish.culture.cells[i].dead)
			channels_mourn(&dish.culture.cells[i]);
}
