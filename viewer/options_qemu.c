/*
 * The options of a QEMU of our own: its machine, and what the boot script tells the kernel.
 */
#include <math.h>
#include <string.h>

#include <petri/wire.h>

#include "option.h"

#define QUANTUM_MAX_NS 10000000000u

static bool take_qemu(struct parsing *p, const char *value)
{
	p->o->qemu = value;
	return true;
}

static bool take_qemu_args(struct parsing *p, const char *value)
{
	p->o->qemu_args = value;
	return true;
}

static bool take_memory(struct parsing *p, const char *value)
{
	p->o->memory = value;
	return true;
}

static bool take_cores(struct parsing *p, const char *value)
{
	uint64_t cores;

	if (!option_whole(value, CORES_MAX, &cores) || cores < 1)
		return option_wrong(p, value, "a number of cores from 1 to 4");
	p->o->cores = (unsigned)cores;
	return true;
}

static bool take_no_stealing(struct parsing *p, const char *value)
{
	(void)value;
	p->o->no_stealing = true;
	return true;
}

static bool take_icount(struct parsing *p, const char *value)
{
	(void)value;
	p->o->icount = true;
	return true;
}

static bool take_seed(struct parsing *p, const char *value)
{
	p->o->has_seed = option_whole(value, UINT64_MAX, &p->o->seed);
	return p->o->has_seed || option_wrong(p, value, "a whole number");
}

static bool take_quantum(struct parsing *p, const char *value)
{
	double us;

	if (!option_decimal(value, 0.001, QUANTUM_MAX_NS / 1000.0, &us))
		return option_wrong(p, value, "microseconds, as in --quantum 0.2");
	p->o->quantum_ns = (uint64_t)llround(us * 1000);
	return true;
}

static bool take_mode(struct parsing *p, const char *value)
{
	bool user = strcmp(value, "user") == 0;

	p->o->mode = user ? WIRE_MODE_USER : WIRE_MODE_KERNEL;
	return user || strcmp(value, "kernel") == 0 || option_wrong(p, value, "user or kernel");
}

const struct option qemu_options[] = {
	{"--qemu", true, take_qemu},   {"--qemu-args", true, take_qemu_args},      {"--memory", true, take_memory},
	{"--cores", true, take_cores}, {"--no-stealing", false, take_no_stealing}, {"--icount", false, take_icount},
	{"--seed", true, take_seed},   {"--quantum", true, take_quantum},          {"--mode", true, take_mode},
	{NULL, false, NULL},
};

const char *qemu_option_given(const struct options *o)
{
	if (o->icount || o->boot_script)
		return o->icount ? "--icount" : NULL;
	return o->mode ? "--mode" : o->cores ? "--cores" : o->no_stealing ? "--no-stealing" : NULL;
}

/* One, unless it is said: on a host with few processors four that wait for each other are slower. To a card nothing is said. */
void qemu_options_settle(struct options *o)
{
	if (!o->cores && strncmp(o->source, "qemu:", 5) == 0 && !o->boot_script)
		o->cores = 1;
}
