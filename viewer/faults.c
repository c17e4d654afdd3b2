/*
 * Faults: a ring of records.
 */
#include "faults.h"

#include <stdio.h>
#include <string.h>

#include <petri/wire.h>

#include "options.h"
#include "symbols.h"

/* Causes that are about an address: data abort, instruction abort, guard page, compact stack, alignment. */
#define CAUSES_WITH_ADDRESS (1u << 1 | 1u << 2 | 1u << 3 | 1u << 4 | 1u << 8)
#define CAUSE_ABORT 10u

/* Symbols are those of one app: another domain has other text at the same addresses. Whoever aborts stands in the library, which is not of interest. */
static void find_place(struct fault *f, struct backtrace *b)
{
	bool elsewhere = symbols_elsewhere(f->pc);
	const char *how = elsewhere ? "called by " : "";
	char place[112];

	snprintf(f->place, sizeof f->place, "0x%llx", (unsigned long long)f->pc);
	if (f->domain != symbols_domain()) {
		backtrace_forget(b);
		return;
	}
	backtrace_settle(b, f->pc);
	if ((f->cause == CAUSE_ABORT && backtrace_place(b, true, place, sizeof place)) ||
	    backtrace_place(b, false, place, sizeof place))
		snprintf(f->place, sizeof f->place, "%s%s", how, place);
}

/* ---- what is at an address ----------------------------------------------------------------------------------------------- */

/*
 * The window of addresses of an app (os/kernel/domain.h) is the same on all boards, and so are the kernel's tables (os/kernel/varray.h); below
 * lies the machine.
 */
static const struct region {
	const char *board; /* NULL: all */
	uint64_t begin, end;
	const char *name;
} regions[] = {
	{NULL, 0, 0x10000, "null"},
	{"virt", 0x08000000, 0x0a004000, "devices"}, /* interrupt controller, UART, clock, virtio */
	{"rpi3", 0x3f000000, 0x40001000, "devices"}, /* peripherals, and those of the cores */
	{NULL, 0x800000000, 0x8c0000000, "the kernel's memory"},
	{NULL, 0x1000000000, 0x1040000000, "the app's image"},
	{NULL, 0x1080000000, 0x1f80000000, "the app's heap"},
	{NULL, 0x1f80000000, 0x2000000000, "memory shared by apps"},
	{NULL, 0x2000000000, 0x4000000000, "a thread's stack"},
	{NULL, 0x4000000000, 0x8000000000, "a private heap"},
};

/* All RAM is the kernel's; apps see theirs at other addresses. The kernel tells a little less than there is. */
static const struct ram {
	const char *board;
	uint64_t begin;
} rams[] = {{"virt", 0x40000000}, {"rpi3", 0}};
#define RAM_STEP (64ull << 20)

static bool is_board(const char *wanted, const char *board) { return board && strcmp(wanted, board) == 0; }

static const char *region_of(const struct faults *f, uint64_t address)
{
	uint64_t ram = ((uint64_t)f->ram_kib * 1024 + RAM_STEP - 1) / RAM_STEP * RAM_STEP;

	for (size_t i = 0; i < sizeof regions / sizeof *regions; i++)
		if (address >= regions[i].begin && address < regions[i].end &&
		    (!regions[i].board || is_board(regions[i].board, f->board)))
			return regions[i].name;
	for (size_t i = 0; i < sizeof rams / sizeof *rams; i++)
		if (is_board(rams[i].board, f->board) && address >= rams[i].begin && address - rams[i].begin < ram)
			return "the kernel's memory";
	return "";
}

/* ---- records ---------------------------------------------------------------------------------------------------------------- */

/* It goes to a terminal, perhaps: no control characters. */
static void make_plain(char *text)
{
	for (; *text; text++)
		if ((unsigned char)*text < ' ' || *text == 0x7f)
			*text = '?';
}

static void copy_text(char *out, size_t size, const uint8_t *text, size_t n)
{
	snprintf(out, size, "%.*s", (int)(n < size ? n : size - 1), (const char *)text);
	make_plain(out);
}

static void add_message(struct fault *f, const char *message)
{
	size_t used = strlen(f->words);

	if (f->cause != CAUSE_ABORT || !*message)
		return;
	snprintf(f->words + used, sizeof f->words - used, ": %s", message);
	make_plain(f->words);
}

/* build/apps/dom-0123/dom.elf: dom */
static void name_app(const struct faults *f, struct fault *new)
{
	unsigned n = new->domain;
	const char *elf = f->names && n >= 1 && n <= f->names->elf_count ? f->names->elfs[n - 1] : "", *name = strrchr(elf, '/');

	if (f->domains < 2)
		return;
	name = name ? name + 1 : elf;
	snprintf(new->app, sizeof new->app, "app %u%s%.*s: ", n, *name ? ", " : "", (int)strcspn(name, "."), name);
}

const struct fault *faults_take(struct faults *f, unsigned version, const uint8_t *p, size_t n)
{
	size_t fixed = version == 1 ? WIRE_FAULT_SIZE_1 : WIRE_FAULT_SIZE, name = n < fixed ? 0 : p[41];
	struct fault *new = &f->ring[f->count % FAULTS_KEPT];

	if (n < fixed + name)
		return NULL;
	*new = (struct fault){
		.number = ++f->count,
		.thread = wire_get64(p),
		.syndrome = wire_get64(p + 8),
		.address = wire_get64(p + 16),
		.pc = wire_get64(p + 24),
		.sp = wire_get64(p + 32),
		.cause = p[40],
		.domain = version == 1 ? 1 : p[42],
		.user = version != 1 && p[43] == 0,
		.at_place = p[40] < 32 && CAUSES_WITH_ADDRESS >> p[40] & 1,
	};
	copy_text(new->name, sizeof new->name, p + fixed, name);
	copy_text(new->words, sizeof new->words, p + fixed + name, n - fixed - name);
	new->region = new->at_place ? region_of(f, new->address) : "";
	if (!*new->name)
		snprintf(new->name, sizeof new->name, "thread 0x%llx", (unsigned long long)new->thread);
	name_app(f, new);
	add_message(new, f->backtrace.aborted);
	find_place(new, &f->backtrace);
	return new;
}

const struct fault *faults_back(const struct faults *f, uint32_t back)
{
	if (back >= f->count || back >= FAULTS_KEPT)
		return NULL;
	return &f->ring[(f->count - 1 - back) % FAULTS_KEPT];
}

const struct fault *faults_of(const struct faults *f, const char *name)
{
	const struct fault *found;

	for (uint32_t back = 0; (found = faults_back(f, back)); back++)
		if (strcmp(found->name, name) == 0)
			return found;
	return NULL;
}

void fault_sentence(const struct fault *f, char *out, size_t size)
{
	char address[80] = "";

	if (f->at_place)
		snprintf(address, sizeof address, ", address 0x%llx%s%s", (unsigned long long)f->address, *f->region ? ", " : "",
			 f->region);
	snprintf(out, size, "%s died: %s%s (%s)", f->name, f->words, address, f->place);
}
