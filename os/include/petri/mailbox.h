/*
 * Commands on their way to an app's controller. Receiving blocks, and a controller has other things to wait for as well: so a
 * thread of its own receives, wakes the controller, and the controller executes and answers when it suits it.
 *
 * Each command is answered exactly once: done, or refused with the reason in words. One mailbox per app.
 */
#ifndef PETRI_MAILBOX_H
#define PETRI_MAILBOX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <petri/error.h>
#include <petri/time.h>

/* A command that the app knows. Payloads may be longer than they need (later versions append fields), never shorter. */
struct mailbox_command {
	uint8_t type;
	uint8_t shortest;                /* payload, bytes */
	enum petri_error (*check)(void); /* may refuse it before it is looked at; NULL: always fine */
	enum petri_error (*execute)(const uint8_t *payload, size_t length);
};

/* Starts the receiver, a detached thread of that priority (above the controller: what has come is there when it looks). wake: called when a
 * command has come. ENOMEM. */
PETRI_NODISCARD enum petri_error mailbox_start(uint8_t priority, void (*wake)(void));

/* Waits until a command lies here, or the deadline has passed: false. */
bool mailbox_await(petri_time deadline);

/* Executes and answers all commands that lie here, each by its entry in the list. The controller's. Never blocks unless a command does. */
void mailbox_execute(const struct mailbox_command *list, size_t count);

/* Within a command: the text of its answer (a refusal's reason, or a remark). Gives back the error it is given. */
enum petri_error mailbox_remark(enum petri_error error, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
