/*
 * A thread is ended from outside while it runs, is preempted, blocks, is woken alone or with others, is stolen, and exits.
 * Code: thread_end_other() and take_out() in os/kernel/thread.c, sys_thread_kill() and sys_thread_exit() in os/kernel/thread_calls.c,
 * runq_take_out(), insert() and take() in os/kernel/runq.c, wait_take_out() in os/kernel/waitq.c, preempt() in os/kernel/sched.c.
 *
 * bounds    one victim, two cores that run it and steal it from each other; two killers, each on a core of its own; the victim moves (is preempted,
 *           or blocks) 3 times, each time wherever it likes, then runs on for ever, or exits. Deadlines and sleep: park.pml.
 * shown     it is taken out of where it is; it ends once; each killer's call comes to an end, and then the victim has
 *
 * verify MOVES=3
 * verify KILLERS=1 MOVES=3 ltl ends
 * mutant TORN          assertion is_in() reads the state and the core one after the other
 * mutant ANY_QUEUE     assertion runq_take_out() does not ask in which queue the victim stands
 * mutant NO_SECOND_LOOK assertion wait_take_out() does not ask again under the bucket's lock
 * mutant NO_LIVES      assertion sys_thread_exit() does not take `lives`: the killer ends another thread in the victim's block
 * mutant NO_TELL,KILLERS=1,MOVES=1    ltl ends end_running() does not interrupt the victim's core
 * mutant NO_CONDEMN,KILLERS=1,MOVES=1 ltl ends the core is interrupted, and not told why
 * mutant GIVE_UP       assertion the killer does not look again after it has told
 */
#include "common.pml"

#ifndef KILLERS
#define KILLERS 2
#endif
#ifndef MOVES
#define MOVES 2
#endif
#define NOWHERE 2

mtype = {RUNNING, BLOCKED, WAKING, READY, ZOMBIE};

/* The victim. state and core are one word in the code: `standing`. */
mtype state = READY;
bit core;
byte ticket;
bool condemned; /* t->how */
byte moves = MOVES;
bool exits; /* in the end; or it runs on for ever */

bool queue[2], bucket, lives; /* locks */
byte wanted;                  /* who spins on `lives`: who comes back to it again and again lets others have it */
bool told[2];                 /* an interrupt is pending on the core */

/* Where it really is. */
byte in_queue = 0; /* run queue 0 or 1, or NOWHERE */
bool waits;
bool ended;
bool another; /* thread has begun in the victim's control block */
byte done; /* killers that are */

ltl ends { <> (ended && done == KILLERS) }

#define stand(new_state, new_core) state = new_state; core = new_core

/* insert(), wherever place() wants it */
inline put_in(to)
{
	if
	:: to = 0
	:: to = 1
	fi;
	d_step { !queue[to] -> assert(in_queue == NOWHERE && !waits && (!ended || another)); stand(READY, to); in_queue = to };
	to = 0
}

/* thread_end(), under `lives` */
inline thread_end()
{
	d_step { assert(in_queue == NOWHERE && !waits && !ended); ended = true; state = ZOMBIE }
}

/* take(), from one's own queue or another's; then the thread runs until it stops */
proctype runs(bit me)
{
	bit to;

choose:	/* idle, or with other threads: an interrupt is taken, and tells nothing */
end:	if
	:: d_step { in_queue < NOWHERE && !queue[in_queue] -> in_queue = NOWHERE; stand(RUNNING, me) }
	:: told[me] -> told[me] = false; goto choose
	fi;
	if
	:: another -> goto choose /* not of interest */
	:: else
	fi;
running:
end_running:
	if
	:: told[me] -> /* sched_told(), preempt() */
		told[me] = false;
		if
		:: condemned -> goto ends_here
		:: else -> goto running
		fi
	:: atomic { moves > 0 -> moves-- }; /* preempt(), at the end of the quantum */
		if
		:: condemned -> goto ends_here
		:: else -> put_in(to); goto choose
		fi
	:: atomic { moves > 0 -> moves-- }; /* wait_block() */
		atomic { lock(bucket); ticket++ };
		atomic { state = BLOCKED; waits = true; unlock(bucket) };
		goto choose
	:: moves == 0 && exits -> goto ends_here /* sys_thread_exit() */
	fi;
ends_here:
#ifndef NO_LIVES
	wanted++;
	atomic { lock(lives); wanted-- };
	thread_end();
	unlock(lives);
#else
	thread_end();
#endif
	goto choose
}

/* thread_make(): the victim was detached, so its block is free as soon as it has ended */
active proctype maker()
{
	bit to;

end:	ended -> another = true;
	condemned = false;
	put_in(to)
}

/* Other threads wake it, alone or with others. */
active proctype waker()
{
	bit to;
	bool found;

end:	do
	:: waits -> /* wait_pop(), wait_wake() */
		atomic { lock(bucket); found = waits; waits = false };
		atomic { state = (found -> WAKING : state); unlock(bucket) };
		if
		:: found -> put_in(to)
		:: else
		fi
	:: waits -> /* wait_wake_all(): it goes into its last core's queue as it is */
		lock(bucket);
		if
		:: waits -> d_step { !queue[core] -> waits = false; in_queue = core }
		:: else
		fi;
		unlock(bucket)
	od
}

/* runq_take_out(); was: as READY, or BLOCKED with the ticket `which` */
inline runq_take_out(was)
{
	c = core;
	lock(queue[c]);
#ifdef TORN
	out = state == was;
	out = out && core == c;
#elif defined ANY_QUEUE
	out = state == was;
#else
	out = state == was && core == c;
#endif
	out = out && (was == READY || ticket == which);
	atomic {
		if
		:: out -> assert(in_queue == c && !another); in_queue = NOWHERE; state = WAKING
		:: else
		fi;
		unlock(queue[c])
	};
	c = 0
}

inline wait_take_out()
{
	which = ticket;
	lock(bucket);
	out = waits; /* belongs() */
#ifdef NO_SECOND_LOOK
	out = true;
#endif
	if
	:: out -> atomic { assert(waits); waits = false; state = WAKING; unlock(bucket) }
	:: else -> unlock(bucket); runq_take_out(BLOCKED)
	fi;
	which = 0
}

/* sys_thread_kill(): it is issued again until the victim has ended. So does threads_continue() for who cannot: see thread_end_later(). */
proctype killer()
{
	bool out;
	bit c;
	byte which;

	do
	:: atomic { !wanted -> lock(lives) };
	   out = false;
	   if
	   :: ended -> unlock(lives); break /* thread_find(): there is nobody of this id */
	   :: else
	   fi;
	   if
	   :: state == READY -> runq_take_out(READY)
	   :: state == BLOCKED -> wait_take_out()
	   :: else
	   fi;
	   if
	   :: out -> thread_end(); unlock(lives); break
	   :: !out && state == RUNNING ->
#ifndef NO_CONDEMN
		condemned = true;
#endif
#ifndef NO_TELL
		c = core;
		told[c] = true;
		c = 0;
#endif
#ifdef GIVE_UP
		unlock(lives);
		break
#endif
	   :: else
	   fi;
	   unlock(lives)
	od;
	done++
}

init
{
	if
	:: exits = true
	:: exits = false
	fi;
	atomic {
		run runs(0);
		run runs(1);
		run killer();
#if KILLERS > 1
		run killer()
#endif
	}
	timeout; /* nothing moves any more */
	assert(ended && done == KILLERS)
}
