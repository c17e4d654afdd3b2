/*
 * Life, one thread per cell. This file starts the demo: its helpers, and a dish of its own when nobody else brings one.
 *
 *     main        the controller: pace, commands, the last at the barrier     controller.c, commands.c
 *     cell x,y    a thread per cell                                           cell.c
 *     reaper      joins the cells, speaks for those that died                 reaper.c
 *     reporter    encodes and sends the board                                 reporter.c
 *     receiver    waits for commands                                          <petri/mailbox.h>
 */
#include <petri/console.h>
#include <petri/mailbox.h>
#include <petri/system.h>
#include <petri/thread.h>
#include <petri/wire_life.h>

#include "controller.h"
#include "dish.h"
#include "reporter.h"

/* How long a host has for its first command before the dish sows itself. */
#define GRACE PETRI_S(2)
#define RECEIVER_PRIORITY 26

static void cell_died(struct cell *cell, enum petri_error how)
{
	uint32_t index = (uint32_t)(cell - dish.culture.cells), width = dish.culture.board.shape.width;

	console_printf("life: cell %u,%u is gone: %s\n", index % width, index / width, petri_strerror(how));
	controller_wake();
}

/* A random soup, a third alive: the same on every machine. */
static void pour_soup(uint64_t random)
{
	struct board *b = &dish.culture.board;

	for (uint32_t y = 0; y < b->shape.height; y++)
		for (uint32_t x = 0; x < b->shape.width; x++) {
			random = random * 6364136223846793005u + 1442695040888963407u;
			board_put(b, dish_buffer(), x, y, (random >> 33) % 3 == 0);
		}
}

/* A Pi without a host shows life all the same to whoever connects later. */
static void sow_own_dish(void)
{
	const struct shape shape = {64, 64, LIFE_TORUS};

	if (controller_setup(&shape, RULE_CONWAY, LIFE_BARRIER) != PETRI_OK) {
		console_printf("life: no memory for a dish of 64 x 64; waiting for a smaller one\n");
		return;
	}
	pour_soup(2026);
	controller_run(LIFE_RUNNING, 0, false);
}

static void need(enum petri_error error, const char *what)
{
	if (error == PETRI_OK)
		return;
	console_printf("life: no %s: %s\n", what, petri_strerror(error));
	system_exit(1);
}

int main(void)
{
	struct system_info info;

	need(thread_set_priority(thread_self(), CONTROLLER_PRIORITY, NULL), "priority");
	dish.died = cell_died;
	dish.stood = controller_wake;
	need(dish_init(), "reaper");
	need(reporter_start(controller_wake), "reporter");
	need(mailbox_start(RECEIVER_PRIORITY, controller_wake), "receiver");
	system_info(&info);
	if (!info.scripted && !mailbox_await(petri_now() + GRACE))
		sow_own_dish();
	controller_main();
}
