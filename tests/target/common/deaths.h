/*
 * Threads that die on purpose, and what is to be told of them. Each victim holds two locks and has a waiter at one of them; a witness runs all the
 * time.
 */
#ifndef TEST_DEATHS_H
#define TEST_DEATHS_H

#include <stdbool.h>
#include <stdint.h>

#include <petri/thread.h>

struct death {
	const char *name;
	void (*entry)(uint64_t arg);
	uint64_t arg;
	int cause, class; /* docs/wire.md, FAULT; the syndrome's class */
	int status;       /* of an abort, without the level; -1: not told */
	int write;        /* of a data abort; -1: not told */
	uint64_t far, pc;
	bool plain;  /* without THREAD_FP, on a compact stack */
	bool direct; /* entry is the thread's own entry point: it holds no locks */
};

void deaths_begin(void);
/* The thread dies, its joiner and the heirs of its locks are told, its record is announced ("record name=..."), and nothing is left. */
bool death_is_as_told(const struct death *d);
/* Only the announcement, for threads that died otherwise. */
void death_announce(const struct death *d, thread_id id, bool user);
/* The witness has seen nothing. Two checks. */
void deaths_end(void);

/* Each dies at its first instruction. */
void die_read(uint64_t address);
void die_write(uint64_t address);
void die_jump(uint64_t address); /* dies there, or lives */
void die_msr_daifset(uint64_t arg);
void die_mrs_daif(uint64_t arg);
void die_mrs_sctlr(uint64_t arg);
void die_msr_ttbr0(uint64_t arg);
void die_msr_vbar(uint64_t arg);
void die_msr_tpidrro(uint64_t arg);
void die_msr_spsel(uint64_t arg);
void die_tlbi(uint64_t arg);
void die_eret(uint64_t arg);
void die_wfi(uint64_t arg);
void die_hvc(uint64_t arg);
void die_smc(uint64_t arg);
void die_msr_cntv_ctl(uint64_t arg);
void die_msr_cntv_cval(uint64_t arg);
void die_dc_ivac(uint64_t arg);
void die_dc_isw(uint64_t arg);
void die_ic_iallu(uint64_t arg);
void die_at_s1e1r(uint64_t arg);
void die_udf(uint64_t arg);
void die_brk(uint64_t arg);
void die_hlt(uint64_t arg);
void die_semihosting(uint64_t arg);
void die_ldxr(uint64_t address);
void die_fp(uint64_t arg);

#endif
