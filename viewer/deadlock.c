/*
 * DEADLOCK frames into one report.
 */
#include "deadlock.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <petri/wire.h>

#define MEMBERS_MAX (1u << 20)
#define NAMES 6u

void deadlock_free(struct deadlock *d)
{
	free(d->list);
	free(d->coming);
	memset(d, 0, sizeof *d);
}

static bool begin(struct deadlock *d, uint32_t number, uint32_t members)
{
	free(d->coming);
	d->number = number;
	d->expected = members;
	d->come = 0;
	d->coming = calloc(members, sizeof *d->coming);
	return d->coming != NULL;
}

/* One member at p, of which n bytes are left; returns how many it takes, 0 when it is cut off. */
static size_t take_member(struct deadlock_member *m, const uint8_t *p, size_t n)
{
	size_t name;

	if (n < WIRE_DEADLOCK_MEMBER_SIZE || n < WIRE_DEADLOCK_MEMBER_SIZE + (size_t)p[64])
		return 0;
	m->thread = wire_get64(p);
	m->holds = wire_get64(p + 8);
	m->wants = wire_get64(p + 16);
	m->taken_at = wire_get64(p + 24);
	for (int i = 0; i < DEADLOCK_CALLERS; i++)
		m->waits_at[i] = wire_get64(p + 32 + 8 * i);
	name = p[64] < DEADLOCK_NAME ? p[64] : DEADLOCK_NAME - 1;
	memcpy(m->name, p + WIRE_DEADLOCK_MEMBER_SIZE, name);
	m->name[name] = 0;
	for (size_t i = 0; i < name; i++) /* it ends up on terminals */
		if ((unsigned char)m->name[i] < ' ' || m->name[i] == 127)
			m->name[i] = '?';
	return WIRE_DEADLOCK_MEMBER_SIZE + p[64];
}

static void finish(struct deadlock *d, const uint8_t *p)
{
	free(d->list);
	d->list = d->coming;
	d->coming = NULL;
	d->members = d->expected;
	d->reaction = p[14];
	d->time_ns = wire_get64(p + 16);
	d->complete++;
}

bool deadlock_take(struct deadlock *d, const uint8_t *p, size_t n)
{
	uint32_t number, members, first, count;

	if (n < WIRE_DEADLOCK_SIZE)
		return false;
	number = wire_get32(p);
	members = wire_get32(p + 4);
	first = wire_get32(p + 8);
	count = wire_get16(p + 12);
	if (!members || members > MEMBERS_MAX || first > members || count > members - first)
		return false;
	if (first == 0 && !begin(d, number, members))
		return false;
	if (!d->coming || number != d->number || members != d->expected || first != d->come)
		return true; /* something between was lost, and that was told */
	for (size_t at = WIRE_DEADLOCK_SIZE; count; count--) {
		size_t took = take_member(&d->coming[d->come], p + at, n - at);

		if (!took)
			return false;
		at += took;
		d->come++;
	}
	if (d->come == d->expected)
		finish(d, p);
	return true;
}

void deadlock_names(const struct deadlock *d, char *out, size_t size)
{
	size_t n = 0;

	*out = 0;
	for (uint32_t i = 0; i < d->members && i < NAMES && n < size; i++)
		n += (size_t)snprintf(out + n, size - n, "%s%s", i ? ", " : "", d->list[i].name);
	if (d->members > NAMES && n < size)
		snprintf(out + n, size - n, " and %u more", d->members - NAMES);
}
