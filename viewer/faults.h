/*
 * The threads that died of a fault (docs/wire.md, FAULT), the newest of them kept, with where in the app's source it happened.
 */
#ifndef VIEWER_FAULTS_H
#define VIEWER_FAULTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "backtrace.h"

#define FAULTS_KEPT 128u

struct fault {
	uint32_t number; /* of this session, from 1 */
	uint64_t thread, syndrome, address, pc, sp;
	uint8_t cause, domain;
	bool user;     /* a user thread, or else a kernel thread */
	bool at_place; /* the address has to do with the cause */
	char name[32];
	char app[48];       /* "app 2, dom: " if there are several */
	char words[160];    /* the cause, and of an abort its message */
	char place[128];    /* "heed, cell.c:48", or "0x1000000540"; of a wild jump "called by ..." */
	const char *region; /* what is at the address, "" if that is not known */
};

struct faults {
	const char *board; /* where the faults come from, or NULL */
	uint32_t ram_kib;
	unsigned domains;            /* how many apps there are */
	const struct options *names; /* their ELFs have their names, if they were given; or NULL */
	struct backtrace backtrace;  /* wants the kernel's log; is that of the newest one */
	uint32_t count;              /* so far; the newest FAULTS_KEPT are in the ring */
	struct fault ring[FAULTS_KEPT];
};

/* One frame of the given version of the protocol. The new record, or NULL when the frame is damaged. */
const struct fault *faults_take(struct faults *f, unsigned version, const uint8_t *p, size_t n);
/* back = 0: the newest. NULL: there is none, or it is no longer kept. */
const struct fault *faults_back(const struct faults *f, uint32_t back);
/* The newest one of a thread of this name, or NULL. */
const struct fault *faults_of(const struct faults *f, const char *name);
/* "cell 3,4 died: write to ... at address 0x0 (heed, cell.c:48)"; without the app */
void fault_sentence(const struct fault *f, char *out, size_t size);

#endif
