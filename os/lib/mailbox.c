/*
 * The receiver holds one command at a time; the queue behind it is the kernel's. The two semaphores say whose the box is:
 * the receiver's while it is empty, the controller's while it is full. See <petri/mailbox.h>.
 */
#include <petri/mailbox.h>

#include <petri/console.h>
#include <petri/semaphore.h>
#include <petri/stream.h>
#include <petri/system.h>
#include <petri/thread.h>

static struct {
	struct semaphore empty, full;
	struct stream_command command;
	void (*wake)(void);
	char remark[160];
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

enum petri_error mailbox_start(uint8_t priority, void (*wake)(void))
{
	struct thread_attr attr = THREAD_ATTR_DEFAULT;

	attr.name = "receiver";
	attr.priority = priority;
	attr.flags = THREAD_DETACHED | THREAD_VITAL;
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

enum petri_error mailbox_remark(enum petri_error error, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	petri_vsnprintf(box.remark, sizeof box.remark, format, args);
	va_end(args);
	return error;
}

static enum petri_error execute(const struct mailbox_command *known, const struct stream_command *command)
{
	enum petri_error error = PETRI_OK;

	if (command->length < known->shortest)
		return mailbox_remark(PETRI_EINVAL, "%u bytes are too few for this command: it needs %u", command->length,
				      known->shortest);
	if (known->check != NULL)
		error = known->check();
	return error == PETRI_OK ? known->execute(command->payload, command->length) : error;
}

static enum petri_error find_and_execute(const struct mailbox_command *list, size_t count, const struct stream_command *command)
{
	for (size_t i = 0; i < count; i++)
		if (list[i].type == command->type)
			return execute(&list[i], command);
	return mailbox_remark(PETRI_ENOSYS, "this app has no command 0x%02x", command->type);
}

void mailbox_execute(const struct mailbox_command *list, size_t count)
{
	while (semaphore_trywait(&box.full) == PETRI_OK) {
		box.remark[0] = 0;
		enum petri_error error = find_and_execute(list, count, &box.command);

		if (error != PETRI_OK && box.remark[0] == 0)
			mailbox_remark(error, "%s", petri_strerror(error));
		stream_answer(&box.command, error, box.remark);
		semaphore_post(&box.empty);
	}
}
