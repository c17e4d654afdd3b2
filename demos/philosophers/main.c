/*
 * Dining philosophers, each a thread. This file starts the demo: its helpers, and five at a table when nobody else brings any.
 *
 *     main           the controller: commands, reports, the end                 controller.c, commands.c
 *     Plato, ...     a thread per philosopher                                   philosopher.c, meals.c
 *                    how they come by their forks                               strategies.h
 *     reaper         buries those who were killed                               reaper.c
 *     watcher        waits for the kernel to tell of a deadlock                 controller.c
 *     reporter       encodes and sends the table                                reporter.c
 *     receiver       waits for commands                                         <petri/mailbox.h>
 */
#include <petri/console.h>
#include <petri/mailbox.h>
#include <petri/system.h>
#include <petri/thread.h>

#include "controller.h"
#include "names.h"
#include "reporter.h"

/* How long a host has for its first command before five sit down by themselves. */
#define GRACE PETRI_S(2)
#define RECEIVER_PRIORITY 26

static void philosopher_died(uint32_t number, enum petri_error how)
{
	char name[THREAD_NAME_MAX];

	console_printf("philosophers: %s is gone: %s\n", name_of(name, number), petri_strerror(how));
}

/* A Pi without a host has guests all the same, at a pace that people can follow. */
static void invite(void)
{
	const struct plan plan = {
		.philosophers = 5, .strategy = PHIL_ORDERED, .seed = 2026, .times = {1000000, 1000000, 200000, PHIL_UNIFORM}};

	if (controller_sit(&plan, 0) == PETRI_OK)
		controller_run();
}

static void need(enum petri_error error, const char *what)
{
	if (error == PETRI_OK)
		return;
	console_printf("philosophers: no %s: %s\n", what, petri_strerror(error));
	system_exit(1);
}

int main(void)
{
	struct system_info info;

	need(thread_set_priority(thread_self(), CONTROLLER_PRIORITY, NULL), "priority");
	table.died = philosopher_died;
	table.news = controller_wake;
	need(table_init(), "reaper");
	need(controller_init(), "watcher");
	need(reporter_start(controller_wake), "reporter");
	need(mailbox_start(RECEIVER_PRIORITY, controller_wake), "receiver");
	system_info(&info);
	if (!info.scripted && !mailbox_await(petri_now() + GRACE))
		invite();
	controller_main();
}
