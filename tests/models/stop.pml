/*
 * One core stops the others for good: for a panic, or for the end of the last app, with `lives` in its hands.
 * Code: system_stop_others() and system_stop_here() in os/kernel/system.c, sched_told() in os/kernel/sched.c, panic_begin() in os/kernel/log.c.
 *
 * The store to system_stopping is late until a fence, the interrupt is not (it goes to a device). The patience of 10 ms is long: it runs out
 * only when nothing else can happen.
 *
 * bounds    3 cores; two of them may want to stop the others, at any moment, with or without `lives`, and one of them may panic once more in
 *           doing so; all run threads, idle, and go through two sections under `lives`
 * shown     the machine is stopped; one core is left, and only it says something; no thread goes on then; patience is needed for cores that
 *           spin on `lives` only
 *
 * verify
 * mutant NO_LIMIT    stuck     system_stop_others() waits without a limit
 * mutant NO_FENCE    assertion the interrupt overtakes the store
 * mutant TELL_FIRST  assertion the cores are interrupted before system_stopping is set
 * mutant NO_WINNER   assertion each of two cores that stop the others goes on
 * mutant NO_AGAIN    assertion a panic on the core that is left stops that one, too
 */
#include "common.pml"

#define CORES 3
#define FREE 0

byte stopping, seen_stopping; /* 0, or 1 + the core that wants to be the only one */
bool interrupted[CORES], stopped[CORES];
byte lives; /* FREE, or 1 + the core that has it */
bool spins[CORES]; /* on `lives` */
bool gave_up[CORES];
byte left; /* cores that think they are the only one */

active proctype memory()
{
end:	do
	:: seen_stopping != stopping -> seen_stopping = stopping
	od
}

inline fence() { seen_stopping == stopping }

inline wait_for(other)
{
	if
	:: other == c || stopped[other]
#ifndef NO_LIMIT
	:: timeout -> gave_up[other] = true
#endif
	fi
}

/* Returns, or stops this core. */
inline system_stop_others()
{
#ifdef TELL_FIRST
	d_step { interrupted[0] = true; interrupted[1] = true; interrupted[2] = true };
#endif
	atomic {
		won = stopping == 0;
		again = stopping == c + 1;
#ifdef NO_WINNER
		won = true;
#endif
		if
		:: won -> stopping = c + 1
		:: else
		fi
	};
	if
	:: won ->
#ifndef NO_FENCE
		fence();
#endif
#ifndef TELL_FIRST
		interrupted[0] = true;
		interrupted[1] = true;
		interrupted[2] = true;
#endif
		wait_for(0);
		wait_for(1);
		wait_for(2)
#ifdef NO_AGAIN
	:: else -> goto stop_here
#else
	:: again -> skip
	:: !won && !again -> goto stop_here
#endif
	fi
}

/* It has stopped, or it waits for `lives`, which will never be free again. */
#define STANDS(other) (other == c || stopped[other] || (gave_up[other] && spins[other] && (lives == c + 1 || stopped[lives - 1])))

proctype core(byte c; bool may_stop)
{
	byte sections = 2;
	bool won, again, twice;

end:	do
	:: interrupted[c] -> /* sched_told(), from a thread or from idle() */
		interrupted[c] = false;
		if
		:: seen_stopping != 0 -> goto stop_here
		:: else
		fi
	:: atomic { sections > 0 -> sections--; spins[c] = true }; /* a section under `lives`: interrupts are masked */
end_spins:
		atomic { lives == FREE -> lives = c + 1; spins[c] = false };
		assert(!left);
		if
		:: may_stop -> goto stop_others
		:: true
		fi;
		lives = FREE
	:: may_stop -> goto stop_others
	:: may_stop -> may_stop = false
	od;
stop_others:
	system_stop_others();
	if
	:: !twice -> twice = true; goto stop_others /* a panic on the way */
	:: true
	fi;
	left++;
	assert(left == 1 && STANDS(0) && STANDS(1) && STANDS(2));
	goto halt;
stop_here:
	assert(stopping != c + 1);
	stopped[c] = true;
halt:
	skip /* wfi, for ever */
}

init
{
	atomic {
		run core(0, true);
		run core(1, true);
		run core(2, false)
	}
}
