/* The boot script: see script.h. Read at boot, then by stream_receive only, under its lock. */
#include "kernel/script.h"

#include <petri/stream.h>
#include <petri/string.h>
#include <petri/wire.h>

#include "kernel/board.h"
#include "kernel/domain.h"
#include "kernel/log.h"
#include "kernel/runq.h"
#include "kernel/sched.h"
#include "kernel/stream.h"
#include "kernel/system.h"

#define HEADER 8u
#define ITEM 4u
#define SIZE_MAX_SCRIPT (16u << 20)

static struct {
	const uint8_t *next, *end;
	bool present, commands;
	struct script_app apps[DOMAINS_MAX + 1]; /* 0: for all */
} script;

/* The item at p, if it is whole. */
static bool whole(const uint8_t *p)
{
	return script.end - p >= (int64_t)ITEM && script.end - p - (int64_t)ITEM >= wire_get16(p + 2);
}

static void boot_item(const uint8_t *p, uint16_t length)
{
	if (length < 20)
		return;
	system_simulated = wire_get32(p) & WIRE_BOOT_QEMU;
	if (WIRE_BOOT_CORES(wire_get32(p)) != 0 && WIRE_BOOT_CORES(wire_get32(p)) <= CORES_MAX)
		system_cores_wanted = WIRE_BOOT_CORES(wire_get32(p));
	runq_steals = !(wire_get32(p) & WIRE_BOOT_NO_STEALING);
	system_framed = wire_get32(p) & WIRE_BOOT_FRAMED;
	script.commands = wire_get32(p) & WIRE_BOOT_SCRIPTED;
	system_seed = wire_get64(p + 4);
	if (wire_get64(p + 12) != 0)
		sched_default_quantum_ns = sched_clamp_quantum(wire_get64(p + 12));
}

static void app_item(const uint8_t *p, uint16_t length)
{
	if (length < WIRE_CMD_APP_SIZE || p[0] > DOMAINS_MAX || p[1] > WIRE_MODE_KERNEL ||
	    (length > WIRE_CMD_APP_SIZE && p[length - 1] != 0))
		return;
	script.apps[p[0]] = (struct script_app){
		.mode = p[1],
		.words = (const char *)p + WIRE_CMD_APP_SIZE,
		.size = length - WIRE_CMD_APP_SIZE,
	};
}

static bool all_whole(void)
{
	const uint8_t *p = script.next;

	while (p != script.end && whole(p) && wire_get16(p + 2) <= STREAM_PAYLOAD_MAX)
		p += ITEM + wire_get16(p + 2);
	return p == script.end;
}

static void execute_boot_items(void)
{
	while (script.next != script.end && (script.next[0] == WIRE_CMD_BOOT || script.next[0] == WIRE_CMD_APP)) {
		uint16_t length = wire_get16(script.next + 2);

		(script.next[0] == WIRE_CMD_BOOT ? boot_item : app_item)(script.next + ITEM, length);
		script.next += ITEM + length;
	}
}

struct memory_range script_init(void)
{
	const uint8_t *blob = (const uint8_t *)board.boot_script;
	struct memory_range memory = board.memory();
	uint64_t room = memory.to > board.boot_script ? memory.to - board.boot_script : 0;
	uint32_t n;

	if (room < HEADER + 4 || memcmp(blob, WIRE_BOOT_MAGIC, 4) != 0)
		return (struct memory_range){0, 0};
	n = wire_get32(blob + 4);
	if (n > SIZE_MAX_SCRIPT || n > room - HEADER - 4 || wire_crc32(0, blob, HEADER + n) != wire_get32(blob + HEADER + n)) {
		klog("boot script: damaged (its CRC or size is wrong), ignored\n");
		return (struct memory_range){0, 0};
	}
	script.next = blob + HEADER;
	script.end = script.next + n;
	if (!all_whole()) {
		klog("boot script: an item is cut off or too long, all is ignored\n");
		script.end = script.next;
		return (struct memory_range){0, 0};
	}
	script.present = true;
	execute_boot_items();
	klog("boot script: %u bytes%s\n", n, script.commands ? ", nothing else commands this run" : "");
	return (struct memory_range){board.boot_script, board.boot_script + HEADER + n + 4};
}

bool script_is_present(void) { return script.present; }

struct script_app script_app(uint32_t number)
{
	struct script_app app = script.apps[0];

	if (script.apps[number].mode != 0)
		app.mode = script.apps[number].mode;
	if (script.apps[number].size != 0) {
		app.words = script.apps[number].words;
		app.size = script.apps[number].size;
	}
	return app;
}

bool script_commands(void) { return script.commands; }

bool script_look(struct script_item *out)
{
	const uint8_t *p = script.next;

	if (p == script.end)
		return false;
	*out = (struct script_item){.type = p[0], .length = wire_get16(p + 2), .payload = p + ITEM};
	return true;
}

void script_take(void) { script.next += ITEM + wire_get16(script.next + 2); }
