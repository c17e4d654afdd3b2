/*
 * Faults: a ring of records.
 */
#include "faults.h"

#include <stdio.h>
#include <string.h>

#include <petri/wire.h>

#include "symbols.h"

/* Causes that are about an address: data abort, instruction abort, guard page, compact stack, alignment. */
#define CAUSES_WITH_ADDRESS (1u << 1 | 1u << 2 | 1u << 3 | 1u << 4 | 1u << 8)

/* Symbols are those of one app: another domain has other text at the same addresses. */
static void find_place(struct fault *f)
{
	uint64_t behind = f->pc + 4; /* symbols are asked for by what is behind a call */
	char line[48], function[40];
	bool library;

	snprintf(f->place, sizeof f->place, "0x%llx", (unsigned long long)f->pc);
	if (f->domain != symbols_domain())
		return;
	symbols_ask(&behind, 1);
	if (!symbols_name(behind, line, sizeof line, &library))
		return;
	if (symbols_function(behind, function, sizeof function))
		snprintf(f->place, sizeof f->place, "%s, %s", function, line);
	else
		snprintf(f->place, sizeof f->place, "%s", line);
}

/* The window of addresses of an app (os/kernel/domain.h) is the same on all boards; below it lies the machine. */
static const struct region {
	const char *board; /* NULL: all */
	uint64_t end;
	const char *name;
} regions[] = {
	{NULL, 4096, "null"},
	{"virt", 0x40000000, "devices"},
	{"virt", 0x1000000000, "the kernel's memory"},
	{"rpi3", 0x3f000000, "the kernel's memory"},
	{"rpi3", 0x40100000, "devices"},
	{NULL, 0x1000000000, ""},
	{NULL, 0x1040000000, "the app's image"},
	{NULL, 0x1f80000000, "the app's heap"},
	{NULL, 0x4000000000, "a thread's stack"},
};

static const char *region_of(uint64_t address, const char *board)
{
	for (size_t i = 0; i < sizeof regions / sizeof *regions; i++)
		if (address < regions[i].end && (!regions[i].board || (board && strcmp(regions[i].board, board) == 0)))
			return regions[i].name;
	return "";
}

/* It goes to a terminal, perhaps: no control characters. */
static void copy_text(char *out, size_t size, const uint8_t *text, size_t n)
{
	snprintf(out, size, "%.*s", (int)(n < size ? n : size - 1), (const char *)text);
	for (; *out; out++)
		if ((unsigned char)*out < ' ' || *out == 0x7f)
			*out = '?';
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
	new->region = new->at_place ? region_of(new->address, f->board) : "";
	if (!*new->name)
		snprintf(new->name, sizeof new->name, "thread %llu", (unsigned long long)new->thread);
	find_place(new);
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
