/*
 * Waits with deadlines: a waiter is woken, woken with all the others, timed out by the timer of another core, or killed, all at once.
 * Code: os/kernel/waitq.c (belongs, wait_pop, wait_wake_all, wait_expire, wait_take_out, wait_finish), os/kernel/timeout.c,
 * runq_take_out() in os/kernel/runq.c, sys_thread_sleep().
 *
 * Two words, in two buckets. Who is woken with all the others stays BLOCKED, with its deadline in a heap, until a core comes to it.
 *
 * bounds    2 threads: one waits twice, or waits and sleeps, on either word; the other waits once; every wait has a deadline, which may pass at
 *           any moment; two cores with a heap each; one unpark of one, one unpark of all; the first thread is killed once, wherever it is,
 *           and its control block used again. One run queue (kill.pml has two).
 * shown     a thread is taken out of where it is, and once; each wait ends, with one result; only a deadline of this very wait ends it;
 *           no deadline outlives its wait
 *
 * verify
 * mutant NO_TICKET     assertion belongs() does not ask whether the queue is younger than the wait
 * mutant TICKET_LAST   assertion belongs() reads the key before the ticket
 * mutant TICKET_ALONE  assertion runq_take_out() compares the ticket without the key: every bucket counts its own
 * mutant KEEP_DEADLINE assertion wait_take_out() leaves the deadline of one that had been woken with all the others
 * mutant STAY_IN_HEAP  assertion wait_pop() does not remove the deadline
 * mutant NO_SECOND_LOOK assertion timeout_remove() does not look again under the heap's lock
 * mutant TAKE_FIRST    assertion wait_expire() takes the deadline out before it has the bucket's lock
 * mutant SLEEP_FIRST   assertion sys_thread_sleep(): SLEEPING before the deadline is in the heap
 * mutant OTHER_HEAP    assertion timeout_take_sleeper() does not ask whether it has locked the right heap
 */
#include "common.pml"

#define THREADS 2
#define FIRST_KEY 1
#define SECOND_KEY 2

mtype = {RUNNING, BLOCKED, SLEEPING, WAKING, READY, ZOMBIE};
mtype = {OK, ETIMEDOUT};

/* struct thread */
mtype state[THREADS + 1] = RUNNING;
mtype result[THREADS + 1];
byte key[THREADS + 1], ticket[THREADS + 1];
bool slot[THREADS + 1]; /* has a deadline in a heap */
bit timeout_core[THREADS + 1];

/* struct wait_bucket, each with one queue; bucket 0 is that of no word */
bool bucket[3];
byte last_ticket[3], queue_ticket[3], length[3];

/* The locks of heaps and of the run queue are innermost. A section under one of them is one step, where that says the same. */
bool heap[2], runq;

bool handles[2]; /* the core is in its timer's handler */
bool lives;

/* Where the threads really are. */
byte in_queue[THREADS + 1];
bool in_runq[THREADS + 1];
byte wait[THREADS + 1]; /* how many waits it has begun */

/* ---- os/kernel/timeout.c ------------------------------------------------------------------------------------------------------------ */

/* timeout_add() */
inline add_deadline(t, core)
{
	timeout_core[t] = core;
	d_step { !heap[core] -> assert(!slot[t]); slot[t] = true }
}

/* if (t->timeout_slot != 0) timeout_remove(t) */
inline remove_deadline(t)
{
	if
	:: slot[t] ->
#ifdef NO_SECOND_LOOK
		d_step { !heap[timeout_core[t]] -> assert(slot[t]); slot[t] = false }
#else
		d_step { !heap[timeout_core[t]] -> slot[t] = false }
#endif
	:: else
	fi
}

inline sleep(t, core)
{
#ifdef SLEEP_FIRST
	state[t] = SLEEPING;
	add_deadline(t, core)
#else
	d_step {
		!heap[core] ->
		assert(!slot[t]);
		timeout_core[t] = core;
		slot[t] = true;
		state[t] = SLEEPING
	}
#endif
}

inline take_sleeper(t, taken)
{
	core = timeout_core[t];
	lock(heap[core]);
	taken = state[t] == SLEEPING;
#ifndef OTHER_HEAP
	taken = taken && timeout_core[t] == core;
#endif
	d_step {
		if
		:: taken ->
			if
			:: slot[t] -> assert(timeout_core[t] == core); slot[t] = false
			:: else
			fi;
			state[t] = WAKING
		:: else
		fi;
		heap[core] = false
	}
}

/* ---- os/kernel/waitq.c -------------------------------------------------------------------------------------------------------------- */

/* belongs(): what it reads may change under it, unless it is the truth */
inline belongs(k, t, live)
{
	live = length[k] > 0 && state[t] == BLOCKED;
#ifdef TICKET_LAST
	live = live && key[t] == k;
	live = live && ticket[t] >= queue_ticket[k]
#else
#ifndef NO_TICKET
	live = live && ticket[t] >= queue_ticket[k];
#endif
	live = live && key[t] == k
#endif
}

/* remove_from(), and all of wait_pop()'s but the deadline */
inline remove_from(k, t)
{
	d_step { assert(in_queue[t] == k); in_queue[t] = 0; length[k]-- }
}

/* wait_wake(), with runq_ready() */
inline wake(t, why)
{
	d_step {
		result[t] = why;
		if
		:: why != OK -> key[t] = 0
		:: else
		fi
	};
	d_step { !runq -> assert(!in_runq[t] && in_queue[t] == 0 && state[t] == WAKING); state[t] = READY; in_runq[t] = true }
}

/* wait_block() on this core, which goes on with something else */
inline wait_block(t, k, core)
{
	lock(bucket[k]);
	key[t] = k;
	d_step { last_ticket[k]++; ticket[t] = last_ticket[k]; wait[t]++ };
	state[t] = BLOCKED;
	d_step {
		if
		:: length[k] == 0 -> queue_ticket[k] = ticket[t]
		:: else
		fi;
		length[k]++;
		in_queue[t] = k
	};
	add_deadline(t, core);
	unlock(bucket[k])
}

inline wait_expire(t, core)
{
	k = key[t];
#ifdef TAKE_FIRST
	d_step { !heap[core] -> due = slot[t] && timeout_core[t] == core; slot[t] = slot[t] && !due; begun = wait[t] };
	lock(bucket[k]);
#else
	lock(bucket[k]);
	d_step { !heap[core] -> due = slot[t] && timeout_core[t] == core; slot[t] = slot[t] && !due; begun = wait[t] };
#endif
	live = false;
	if
	:: due -> belongs(k, t, live)
	:: else
	fi;
	if
	:: live -> assert(begun == wait[t]); remove_from(k, t); state[t] = WAKING
	:: else
	fi;
	unlock(bucket[k]);
	if
	:: live -> wake(t, ETIMEDOUT)
	:: else
	fi
}

inline wait_take_out(t, out)
{
	k = key[t];
	old = ticket[t];
	lock(bucket[k]);
	belongs(k, t, out);
	if
	:: out -> remove_from(k, t); remove_deadline(t); state[t] = WAKING; unlock(bucket[k])
	:: else ->
		unlock(bucket[k]);
		/* runq_take_out() */
		lock(runq);
		out = state[t] == BLOCKED;
		out = out && ticket[t] == old;
#ifndef TICKET_ALONE
		out = out && key[t] == k;
#endif
		if
		:: out -> d_step { assert(in_runq[t]); in_runq[t] = false; state[t] = WAKING }
		:: else
		fi;
		unlock(runq);
#ifndef KEEP_DEADLINE
		if
		:: out -> remove_deadline(t)
		:: else
		fi
#endif
	fi
}

/* ---- who takes part ------------------------------------------------------------------------------------------------------------------- */

proctype thread(byte me; byte waits)
{
	byte k;
	bit core;
	bool woken;

	do
	:: waits == 0 -> break
	:: waits > 0 ->
		waits--;
		/* It runs on a core, which so is not in its handler, until it stops there. */
		atomic {
			if
			:: !handles[0] -> core = 0
			:: !handles[1] -> core = 1
			fi;
			handles[core] = true
		};
		result[me] = OK;
		if
		:: wait_block(me, FIRST_KEY, core)
		:: me == 1 && waits == 0 -> wait_block(me, SECOND_KEY, core)
		:: me == 1 && waits == 0 -> sleep(me, core)
		fi;
		handles[core] = false;
		if
		:: atomic { state[me] == ZOMBIE -> state[me] = RUNNING; waits = 1 } /* another thread begins in its block */
		:: d_step { in_runq[me] && !runq -> in_runq[me] = false; woken = state[me] == BLOCKED; state[me] = RUNNING };
		   if
		   :: woken -> remove_deadline(me) /* wait_finish() */
		   :: else
		   fi
		fi;
		assert(!slot[me])
	od
}

/* sched_timer() and timeout_expire(): somebody is first in the heap, and its time has come. */
proctype timer(bit core)
{
	byte t, k, begun;
	bool due, live, sleeper;

end:	do
	:: atomic {
		if
		:: slot[1] && timeout_core[1] == core -> t = 1
		:: slot[2] && timeout_core[2] == core -> t = 2
		fi;
		!handles[core] -> handles[core] = true
	   };
	   /* first_due(): it may be another one by now, or nobody */
	   d_step {
		!heap[core] ->
		sleeper = slot[t] && timeout_core[t] == core && state[t] == SLEEPING;
		if
		:: sleeper -> slot[t] = false; state[t] = WAKING
		:: else
		fi
	   };
	   if
	   :: sleeper -> wake(t, OK)
	   :: else -> wait_expire(t, core)
	   fi;
	   handles[core] = false
	od
}

/* unpark(FIRST_KEY, 1): wait_pop(), wait_wake() */
proctype unpark_one()
{
	byte t;

	lock(bucket[FIRST_KEY]);
	if
	:: length[FIRST_KEY] == 0 -> unlock(bucket[FIRST_KEY])
	:: else ->
		t = (in_queue[2] != FIRST_KEY || (in_queue[1] == FIRST_KEY && ticket[1] < ticket[2]) -> 1 : 2);
		remove_from(FIRST_KEY, t);
#ifndef STAY_IN_HEAP
		remove_deadline(t);
#endif
		state[t] = WAKING;
		unlock(bucket[FIRST_KEY]);
		wake(t, OK)
	fi
}

/* unpark(FIRST_KEY, UNPARK_ALL): wait_wake_all(); group by group into the run queue, as they are */
proctype unpark_all()
{
	byte t;

	lock(bucket[FIRST_KEY]);
	length[FIRST_KEY] = 0;
	for (t : 1 .. THREADS) {
		atomic {
			!runq ->
			if
			:: in_queue[t] == FIRST_KEY -> in_queue[t] = 0; in_runq[t] = true
			:: else
			fi
		}
	}
	unlock(bucket[FIRST_KEY])
}

/* sys_thread_kill(), thread_end_other(), take_out() */
proctype killer()
{
	byte k, old;
	bit core;
	bool out;

	do
	:: out = false;
	   if
	   :: state[1] == READY -> d_step { !runq -> out = state[1] == READY && in_runq[1]; in_runq[1] = in_runq[1] && !out; state[1] = (out -> WAKING : state[1]) }
	   :: state[1] == BLOCKED -> wait_take_out(1, out)
	   :: state[1] == SLEEPING -> take_sleeper(1, out)
	   :: else
	   fi;
	   if
	   :: out -> assert(!slot[1] && !in_runq[1] && in_queue[1] == 0); state[1] = ZOMBIE; break
	   :: !out
	   :: break /* it ended before it heard of it, or the killer did */
	   fi
	od
}

init
{
	atomic {
		run thread(1, 2);
		run thread(2, 1);
		run timer(0);
		run timer(1);
		run unpark_one();
		run unpark_all();
		run killer()
	}
}
