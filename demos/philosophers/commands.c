/* Each command is checked as a whole before anything is done. Runs in the controller. */
#include "commands.h"

#include <petri/mailbox.h>
#include <petri/system.h>
#include <petri/thread.h>
#include <petri/wild.h>
#include <petri/wire.h>

#include "controller.h"
#include "names.h"
#include "strategies.h"

#define REFUSE mailbox_remark /* (error, reason in words): gives back the error */

static enum petri_error check_table(void)
{
	return controller.epoch > 0 ? PETRI_OK : REFUSE(PETRI_EINVAL, "nobody sits at the table yet");
}

static enum petri_error check_strategy(uint8_t strategy)
{
	if (strategy < PHIL_STRATEGIES)
		return PETRI_OK;
	return REFUSE(PETRI_EINVAL, "strategy %u: 0 naive, 1 ordered, 2 waiter, 3 trylock, 4 chandy-misra", strategy);
}

static enum petri_error check_distribution(uint8_t distribution)
{
	if (distribution < PHIL_DISTRIBUTIONS)
		return PETRI_OK;
	return REFUSE(PETRI_EINVAL, "distribution %u: 0 always the mean, 1 uniform, 2 exponential", distribution);
}

static enum petri_error check_number(uint32_t number)
{
	if (number < table.count)
		return PETRI_OK;
	return REFUSE(PETRI_EINVAL, "philosopher %u: there are 0 to %u", number, table.count - 1);
}

static enum petri_error check_plan(const struct plan *plan)
{
	enum petri_error error = check_strategy(plan->strategy);

	if (error == PETRI_OK)
		error = check_distribution(plan->times.distribution);
	if (error == PETRI_OK && (plan->philosophers < PHIL_MIN || plan->philosophers > PHIL_MAX))
		error = REFUSE(PETRI_EINVAL, "%u philosophers: %u to %u can sit here", plan->philosophers, PHIL_MIN, PHIL_MAX);
	return error;
}

static enum petri_error gone(uint32_t number)
{
	char name[THREAD_NAME_MAX];

	return REFUSE(PETRI_ESTALE, "%s has no thread any more", name_of(name, number));
}

static enum petri_error sit(const struct plan *plan, uint8_t endings)
{
	struct system_info info;
	enum petri_error error = controller_sit(plan, endings);

	if (error != PETRI_ENOMEM)
		return error;
	system_info(&info);
	return REFUSE(error, "%u threads do not fit into %u MiB of memory", plan->philosophers, (uint32_t)(info.memory >> 20));
}

static struct times times_at(const uint8_t *p, uint8_t distribution)
{
	return (struct times){wire_get32(p), wire_get32(p + 4), wire_get32(p + 8), distribution};
}

static enum petri_error setup(const uint8_t *p, size_t length)
{
	struct plan plan = {.philosophers = wire_get32(p),
			    .strategy = p[4],
			    .times = times_at(p + 8, p[5]),
			    .seed = wire_get64(p + 20),
			    .goal = wire_get64(p + 28)};
	enum petri_error error = check_plan(&plan);

	(void)length;
	if (error == PETRI_OK && (p[6] & ~(PHIL_END_AT_DEADLOCK | PHIL_END_AT_GOAL)))
		error = REFUSE(PETRI_EINVAL, "flags 0x%02x: 1 end at a deadlock, 2 end at the goal", p[6]);
	return error == PETRI_OK ? sit(&plan, p[6]) : error;
}

static enum petri_error run(const uint8_t *p, size_t length)
{
	(void)p, (void)length;
	if (controller.deadlock)
		return REFUSE(PETRI_EDEADLOCK, "a cycle holds them: kill one, or restart");
	if (controller.goal)
		return REFUSE(PETRI_EBUSY, "the goal is reached: restart");
	if (table.living == 0)
		return REFUSE(PETRI_ESTALE, "all are dead: restart");
	controller_run();
	return PETRI_OK;
}

static enum petri_error pause(const uint8_t *p, size_t length)
{
	(void)p, (void)length;
	controller_pause();
	return PETRI_OK;
}

static enum petri_error again(uint8_t strategy)
{
	struct plan plan = table.plan;

	plan.strategy = strategy;
	enum petri_error error = sit(&plan, controller.endings);

	if (error == PETRI_OK)
		controller_run();
	return error;
}

static enum petri_error strategy(const uint8_t *p, size_t length)
{
	enum petri_error error = check_strategy(p[0]);

	(void)length;
	return error == PETRI_OK ? again(p[0]) : error;
}

static enum petri_error restart(const uint8_t *p, size_t length)
{
	(void)p, (void)length;
	return again(table.plan.strategy);
}

static enum petri_error times(const uint8_t *p, size_t length)
{
	struct times times = times_at(p, p[12]);
	enum petri_error error = check_distribution(p[12]);

	(void)length;
	if (error != PETRI_OK)
		return error;
	table_set_times(&times);
	controller_changed(false);
	return PETRI_OK;
}

static enum petri_error freeze(const uint8_t *p, size_t length)
{
	uint32_t number = wire_get32(p);
	enum petri_error error = check_number(number);

	(void)length;
	if (error != PETRI_OK)
		return error;
	if (table.philosophers[number].thread == 0)
		return gone(number);
	table_freeze(number, p[4] != 0);
	controller_changed(false);
	return PETRI_OK;
}

static enum petri_error kill(const uint8_t *p, size_t length)
{
	uint32_t number = wire_get32(p);
	enum petri_error error = check_number(number);

	(void)length;
	if (error == PETRI_OK)
		error = table_kill(number);
	if (error == PETRI_ESTALE)
		return gone(number);
	if (error == PETRI_OK)
		controller_killed();
	return error;
}

static enum petri_error wild(const uint8_t *p, size_t length)
{
	uint32_t number = wire_get32(p);
	uint64_t address = wire_get64(p + 4);
	enum petri_error error = check_number(number);

	(void)length;
	if (error != PETRI_OK)
		return error;
	if (!wild_is_harmless(address))
		return REFUSE(PETRI_EADDRESS, "nothing would stop a %s thread from writing to 0x%llx",
			      thread_is_user() ? "user" : "kernel", (unsigned long long)address);
	if (table.philosophers[number].thread == 0)
		return gone(number);
	table_run_wild(number, address);
	return PETRI_OK;
}

static enum petri_error priority(const uint8_t *p, size_t length)
{
	uint32_t number = wire_get32(p);
	enum petri_error error = check_number(number);

	(void)length;
	if (error != PETRI_OK)
		return error;
	error = table_set_priority(number, p[4]);
	if (error == PETRI_EINVAL)
		return REFUSE(error, "priority %u: 1 to %u", p[4], PHILOSOPHER_PRIORITY_MAX);
	return error == PETRI_ESTALE ? gone(number) : error;
}

static enum petri_error key(const uint8_t *p, size_t length)
{
	(void)p, (void)length;
	controller_changed(true);
	return PETRI_OK;
}

static const struct mailbox_command list[] = {
	{WIRE_CMD_PHIL_SETUP, WIRE_PHIL_SETUP_SIZE, NULL, setup},
	{WIRE_CMD_PHIL_RUN, 0, check_table, run},
	{WIRE_CMD_PHIL_PAUSE, 0, check_table, pause},
	{WIRE_CMD_PHIL_STRATEGY, 1, check_table, strategy},
	{WIRE_CMD_PHIL_TIMES, 13, check_table, times},
	{WIRE_CMD_PHIL_FREEZE, 5, check_table, freeze},
	{WIRE_CMD_PHIL_KILL, 4, check_table, kill},
	{WIRE_CMD_PHIL_RESTART, 0, check_table, restart},
	{WIRE_CMD_PHIL_PRIORITY, 5, check_table, priority},
	{WIRE_CMD_PHIL_WILD, 12, check_table, wild},
	{WIRE_CMD_PHIL_KEY, 0, check_table, key},
};

void commands_execute(void) { mailbox_execute(list, sizeof list / sizeof *list); }
