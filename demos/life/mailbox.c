/*
 * Receiving blocks, and the controller has other things to wait for as well: so a thread of its own receives. It holds one
 * command at a time; the queue behind it is the kernel's.
 */
#include "mailbox.h"

#include <petri/semaphore.h>
#include <petri/stream.h>
#include <petri/system.h>
#include <petri/thread.h>

#include "commands.h"

/* Above the controller: what has come is there when it looks. */
#define RECEIVER_PRIORITY 26

static struct {
	struct semaphore empty, full;
	struct stream_command command;
	void (*wake)(void);
} box = {.empty = SEMAPHORE_INIT(1), .full = SEMAPHORE_INIT(0)};

static void *receiver_main(void *unused)
{
	(void)unused;
	while (semaphore_wait(&box.empty) == PETRI_OK) {
		petri_assert(stream_receive(&box.command, PETRI_FOREVER) == PETRI_OK);
		semaphore_post(&box.full);
		box.wake();
	}
	return NULL;
}

enum petri_error mailbox_start(void (*wake)(void))
{
	struct thread_attr attr = THREAD_ATTR_DEFAULT;

	attr.name = "receiver";
	attr.priority = RECEIVER_PRIORITY;
	attr.flags = THREAD_DETACHED;
	box.wake = wake;
	return thread_create(NULL, &attr, receiver_main, NULL);
}

bool mailbox_await(petri_time deadline)
{
	if (semaphore_wait_until(&box.full, deadline) != PETRI_OK)
		return false;
	semaphore_post(&box.full);
	return true;
}

void mailbox_execute(void)
{
	while (semaphore_trywait(&box.full) == PETRI_OK) {
		command_execute(&box.command);
		semaphore_post(&box.empty);
	}
}
