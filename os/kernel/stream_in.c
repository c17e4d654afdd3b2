/*
 * Commands in. A byte at a time from the UART's interrupt into the decoder, whole commands into the queue; the kernel's own
 * are answered on the spot. Only the interrupt writes the queue's head and only the call its tail, both under queue.lock.
 */
#include "kernel/stream_in.h"

#include <petri/stream.h>
#include <petri/string.h>
#include <petri/wire.h>

#include "kernel/board.h"
#include "kernel/line.h"
#include "kernel/script.h"
#include "kernel/stream.h"
#include "kernel/syscalls.h"
#include "kernel/system.h"
#include "kernel/ticks.h"
#include "kernel/usercopy.h"
#include "kernel/waitq.h"

#define QUEUE_COMMANDS 32u

/* A command, from the line or from the boot script. */
struct command {
	uint32_t seq;
	uint8_t type;
	uint16_t length;
	const uint8_t *payload;
};

static struct wire_decoder decoder;
static struct {
	struct spinlock lock;
	uint32_t head, tail; /* free-running */
	struct stream_command commands[QUEUE_COMMANDS];
} queue = {.lock = SPINLOCK(RANK_COMMANDS)};

/* The latest commands taken for the app: a repeat, which bears the same number, is not executed again. Under queue.lock. */
#define RECENT 16u
static struct recent {
	uint32_t seq;
	uint8_t type; /* 0: unused */
	bool answered;
	uint8_t error;
} recent[RECENT];
static uint32_t recent_next;

uint32_t stream_in_damaged, stream_in_lost;

static void answer(const struct command *d, enum petri_error error, const char *text)
{
	stream_ack(d->seq, d->type, (uint8_t)error, text, strlen(text));
}

/* ---- the kernel's own ------------------------------------------------------------------------------------------------------ */

static void kill(struct core *core, const struct command *d, uint64_t id)
{
	struct thread *t = thread_find(id);

	if (t == NULL || t->state == THREAD_ZOMBIE)
		answer(d, PETRI_ESTALE, "there is no such thread");
	else if ((t->flags & THREAD_VITAL) || t->id == t->domain->main)
		answer(d, PETRI_EBUSY, "the app cannot do without this thread");
	else {
		answer(d, PETRI_OK, t->name);
		if (thread_end_other(core, t, PETRI_EKILLED, true) == ENDING_RETRY)
			thread_end_later(core, t, PETRI_EKILLED);
	}
}

static void command_kill(struct core *core, const struct command *d)
{
	if (d->length < 8) {
		answer(d, PETRI_EINVAL, "KILL needs a thread id");
		return;
	}
	spin_lock(&lives);
	kill(core, d, wire_get64(d->payload));
	spin_unlock(&lives);
}

static void command_baud(const struct command *d)
{
	uint32_t baud = d->length >= 4 ? wire_get32(d->payload) : 0;

	if (baud < 1200)
		answer(d, PETRI_EINVAL, "no such rate");
	else if (!board.uart_baud_possible(baud))
		answer(d, PETRI_EINVAL, "this rate cannot be made within 2 % from the UART's clock");
	else {
		answer(d, PETRI_OK, "");
		line_change_baud(baud);
	}
}

/* Number 0: a new viewer, whose numbers have nothing to do with those of the last one. */
static void command_hello(const struct command *d)
{
	spin_lock(&queue.lock);
	for (uint32_t i = 0; i < RECENT && d->seq == 0; i++)
		recent[i].type = 0;
	spin_unlock(&queue.lock);
	stream_hello();
	stream_stats();
	if (d->length < 2 || wire_get16(d->payload) != WIRE_VERSION)
		answer(d, PETRI_EINVAL, "this is protocol version 2");
	else
		answer(d, PETRI_OK, "");
}

/* ---- the app's --------------------------------------------------------------------------------------------------------------- */

static struct recent *find_recent(uint32_t seq, uint8_t type)
{
	for (uint32_t i = 0; i < RECENT; i++)
		if (recent[i].type == type && recent[i].seq == seq)
			return &recent[i];
	return NULL;
}

void stream_in_answered(uint32_t seq, uint8_t type, uint8_t error)
{
	struct recent *r;

	spin_lock(&queue.lock);
	r = find_recent(seq, type);
	if (r != NULL) {
		r->answered = true;
		r->error = error;
	}
	spin_unlock(&queue.lock);
}

/* A repeat: the answer was lost, or is still to come. */
static bool is_repeat(const struct command *d)
{
	struct recent seen = {.type = 0};
	const struct recent *r;

	spin_lock(&queue.lock);
	r = find_recent(d->seq, d->type);
	if (r != NULL)
		seen = *r;
	spin_unlock(&queue.lock);
	if (seen.answered)
		answer(d, (enum petri_error)seen.error, seen.error != PETRI_OK ? petri_strerror((enum petri_error)seen.error) : "");
	return r != NULL;
}

static void queue_command(struct core *core, const struct command *d)
{
	struct stream_command *c;

	if (is_repeat(d))
		return;
	spin_lock(&queue.lock);
	if (queue.head - queue.tail == QUEUE_COMMANDS) {
		spin_unlock(&queue.lock);
		answer(d, PETRI_EBUSY, "too many commands at once: the queue is full");
		return;
	}
	c = &queue.commands[queue.head % QUEUE_COMMANDS];
	*c = (struct stream_command){.seq = d->seq, .type = d->type, .length = d->length};
	for (uint16_t i = 0; i < d->length; i++)
		c->payload[i] = d->payload[i];
	queue.head++;
	recent[recent_next++ % RECENT] = (struct recent){.seq = d->seq, .type = d->type};
	spin_unlock(&queue.lock);
	wait_wake_all(core, (uint64_t)&queue);
}

static void execute(struct core *core, const struct command *d)
{
	if (d->type == WIRE_CMD_HELLO)
		command_hello(d);
	else if (d->type == WIRE_CMD_KILL)
		command_kill(core, d);
	else if (d->type == WIRE_CMD_BAUD)
		command_baud(d);
	else if (d->type < WIRE_CMD_HELLO)
		stream_in_damaged++; /* our own voice: a loop in the wiring */
	else if (d->type < WIRE_CMD_OF_APP)
		answer(d, PETRI_ENOSYS, "the kernel knows no such command");
	else if (script_commands() && d->seq != WIRE_SEQ_SCRIPT)
		answer(d, PETRI_EBUSY, "only the boot script commands this run");
	else
		queue_command(core, d);
}

void stream_in_byte(struct core *core, uint8_t byte)
{
	enum wire_event event = wire_decode(&decoder, byte);

	if (event == WIRE_FRAME)
		execute(core, &(struct command){decoder.seq, decoder.type, decoder.length, decoder.payload});
	else if (event == WIRE_DAMAGED)
		stream_in_damaged++;
}

/* ---- the call ------------------------------------------------------------------------------------------------------------------ */

static enum petri_error pass_on(const struct thread *t, uint64_t address, const struct stream_command *c)
{
	return arch_copy_to(t, address, c, offsetof(struct stream_command, payload) + c->length);
}

/* The boot script's next command is t's if it is for the app, else it is to be executed. What cannot be delivered stays. False: there is none. */
static bool step_script(const struct thread *t, uint64_t address, struct command *c, enum petri_error *error)
{
	static struct stream_command scripted;
	struct script_item item;
	bool there;

	spin_lock(&queue.lock);
	there = script_look(&item);
	if (there) {
		*c = (struct command){WIRE_SEQ_SCRIPT, item.type, item.length, item.payload};
		if (c->type >= WIRE_CMD_OF_APP) {
			scripted = (struct stream_command){.seq = c->seq, .type = c->type, .length = c->length};
			memcpy(scripted.payload, c->payload, c->length);
			*error = pass_on(t, address, &scripted);
		}
		if (c->type < WIRE_CMD_OF_APP || *error == PETRI_OK)
			script_take();
	}
	spin_unlock(&queue.lock);
	return there;
}

/* The kernel's own commands are executed on the way; one of them may be the end of t, who takes no more then. False: there is none for t. */
static bool take_from_script(struct core *core, const struct thread *t, uint64_t address, enum petri_error *error)
{
	struct command c;

	while (condemned(t) == PETRI_OK && step_script(t, address, &c, error)) {
		if (c.type >= WIRE_CMD_OF_APP)
			return true;
		execute(core, &c);
	}
	return false;
}

/* False: there is none. */
static bool take_from_queue(const struct thread *t, uint64_t address, enum petri_error *error)
{
	bool there;

	spin_lock(&queue.lock);
	there = queue.head != queue.tail;
	if (there)
		*error = pass_on(t, address, &queue.commands[queue.tail % QUEUE_COMMANDS]);
	if (there && *error == PETRI_OK)
		queue.tail++;
	spin_unlock(&queue.lock);
	return there;
}

/* Blocks until there is a command, unless one came just now; the call is issued again in either case. */
static void await_command(struct core *core, struct thread *t)
{
	struct wait_bucket *b = wait_lock((uint64_t)&queue);

	if (__atomic_load_n(&queue.head, __ATOMIC_RELAXED) != queue.tail)
		arch_frame_restart(t);
	else
		wait_restart(core, b, (uint64_t)&queue, ticks_from_ns(arch_argument(t, 1)));
	wait_unlock(b);
}

/* (struct stream_command out, deadline): the boot script's commands come first. */
void sys_stream_receive(struct core *core, struct thread *t)
{
	enum petri_error error = PETRI_EATOMIC;

	if (take_from_script(core, t, arch_argument(t, 0), &error)) {
		arch_set_result(t, error);
	} else if (condemned(t) != PETRI_OK) { /* it ends here, or where it leaves its atomic section */
		core->reschedule = true;
		arch_set_result(t, error);
	} else if (take_from_queue(t, arch_argument(t, 0), &error) || arch_in_atomic_section(t)) {
		arch_set_result(t, error);
	} else {
		await_command(core, t);
	}
}
