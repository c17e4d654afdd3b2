/*
 * Waits with deadlines: a waiter is woken, woken with all the others, timed out by the timer of another core, or killed, all at once.
 * Code: os/kernel/waitq.c (belongs, wait_pop, wait_wake_all, wait_expire, wait_take_out, wait_finish), os/kernel/timeout.c,
 * runq_take_out() in os/kernel/runq.c, sys_thread_sleep().
 *
 * Two words, in two buckets. Who is woken with all the others stays BLOCKED, with its deadline in a tree, until a core comes to it.
 *
 * bounds    2 threads: one waits or sleeps, twice, the second time on either word, always with a deadline, which may pass at any moment; the
 *           other waits once without. Two cores with a heap each, others that wake. One unpark, of one or of all, while the first thread is
 *           killed once, wherever it is, and its control block used again; or two unparks. One run queue (kill.pml has two).
 * shown     a thread is taken out of where it is, and once; each wait ends, with one result; only a deadline of this very wait ends it;
 *           no deadline outlives its wait
 *
 * verify
 * verify NO_KILL WAKES=2
 * mutant NO_TICKET     assertion belongs() does not ask whether the queue is younger than the wait
 * mutant TICKET_LAST   assertion belongs() reads the key before the ticket
 * mutant KEY_FIRST     assertion wait_take_out() reads the key before the ticket
 * mutant ANY_TICKET    assertion runq_take_out() does not compare the ticket
 * mutant SAME_TICKETS  assertion every bucket counts from one, so tickets are given twice
 * mutant KEEP_DEADLINE assertion wait_take_out() leaves the deadline of one that had been woken with all the others
 * mutant STAY_IN_HEAP  assertion wait_pop() does not remove the deadline
 * mutant NO_SECOND_LOOK assertion timeout_remove() does not look again under the heap's lock
 * mutant TAKE_FIRST    assertion wait_expire() takes the deadline out before it has the bucket's lock
 * mutant SLEEP_FIRST   assertion timeout_sleep() makes it SLEEPING before it has the heap's lock
 * mutant OTHER_HEAP    assertion timeout_take_sleeper() does not ask whether it has locked the right heap
 */
#include "common.pml"

#define FIRST_KEY 1
#define SECOND_KEY 2
#define NO_DEADLINE 2
#ifndef WAKES
#define WAKES 1
#endif

mtype = {RUNNING, BLOCKED, SLEEPING, WAKING, READY, ZOMBIE};
mtype = {OK, ETIMEDOUT};

/* struct thread */
mtype state[3] = RUNNING;
byte key[3], ticket[3];
bool slot[3]; /* has a deadline in a tree */
bit timeout_core[3];

/* struct wait_bucket, each with one queue; bucket 0 is that of no word */
bool bucket[3];
byte last_ticket[3], queue_ticket[3], length[3];
#ifdef SAME_TICKETS
#define TICKET(k) last_ticket[k]
#else
#define TICKET(k) (16 * k + last_ticket[k]) /* wait_init(): none is given twice */
#endif

/* The locks of heaps and of the run queue are innermost. A section under one of them is one step, where that says the same. */
bool heap[2], runq;

bool handles[2]; /* the core is in its timer's handler */

/* Where the threads really are. */
byte in_queue[3];
bool in_runq[3];
byte wait[3]; /* how many waits it has begun */

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

/* timeout_sleep() */
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

/* timeout_take_sleeper(), sleeps_in() */
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
	atomic { assert(in_queue[t] == k); in_queue[t] = 0; length[k]-- }
}

/* wait_wake(), with runq_ready() */
inline wake(t, why)
{
	if
	:: why != OK -> key[t] = 0 /* finish() */
	:: else
	fi;
	d_step { !runq -> assert(!in_runq[t] && in_queue[t] == 0 && state[t] == WAKING); state[t] = READY; in_runq[t] = true }
}

/* wait_block() on this core, which goes on with something else */
inline wait_block(t, k, core)
{
	atomic { lock(bucket[k]); key[t] = k };
	d_step { last_ticket[k]++; ticket[t] = TICKET(k); wait[t]++ };
	state[t] = BLOCKED;
	atomic {
		if
		:: length[k] == 0 -> queue_ticket[k] = ticket[t]
		:: else
		fi;
		length[k]++;
		in_queue[t] = k;
		if
		:: core != NO_DEADLINE -> add_deadline(t, core)
		:: else
		fi;
		unlock(bucket[k])
	}
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
	:: live -> d_step { assert(begun == wait[t]); remove_from(k, t); state[t] = WAKING }
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
#ifdef KEY_FIRST
	k = key[t];
	which = ticket[t];
#else
	which = ticket[t];
	k = key[t]; /* of that wait or of a later one */
#endif
	lock(bucket[k]);
	belongs(k, t, out);
	if
	:: out -> remove_from(k, t); remove_deadline(t); atomic { state[t] = WAKING; unlock(bucket[k]) }
	:: else ->
		unlock(bucket[k]);
		/* runq_take_out(); is_in() */
		lock(runq);
		out = state[t] == BLOCKED;
#ifndef ANY_TICKET
		out = out && ticket[t] == which;
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

/* It has stopped on a core, and goes on when one comes to it: runq_take(), wait_finish(). */
inline be_chosen(t)
{
	d_step { in_runq[t] && !runq -> in_runq[t] = false; woken = state[t] == BLOCKED; state[t] = RUNNING };
	if
	:: woken -> remove_deadline(t)
	:: else
	fi
}

/* The first waits, and again or sleeps. When it is killed another thread begins in its block. */
active proctype thread()
{
	byte waits = 2;
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
		if
		:: wait_block(1, FIRST_KEY, core)
		:: waits == 0 -> wait_block(1, SECOND_KEY, core)
		:: sleep(1, core)
		fi;
		handles[core] = false;
		if
		:: atomic { state[1] == ZOMBIE -> state[1] = RUNNING; waits = 1 }
		:: be_chosen(1)
		fi;
		assert(!slot[1])
	od
}

/* The second waits without a deadline. It may be the one whom nobody wakes. */
active proctype other()
{
	bool woken;

	wait_block(2, FIRST_KEY, NO_DEADLINE);
end:	be_chosen(2);
	assert(!slot[2])
}

/* sched_timer() and timeout_expire(): somebody is first in the heap, and its time has come. */
active proctype timer()
{
	byte k, begun;
	bit core;
	bool due, live, sleeper;

end:	do
	:: atomic { slot[1] && !handles[timeout_core[1]] -> core = timeout_core[1]; handles[core] = true };
	   /* first_due(): it may be another one by now, or nobody */
	   d_step {
		!heap[core] ->
		sleeper = slot[1] && timeout_core[1] == core && state[1] == SLEEPING;
		if
		:: sleeper -> slot[1] = false; state[1] = WAKING
		:: else
		fi
	   };
	   if
	   :: sleeper -> wake(1, OK)
	   :: else -> wait_expire(1, core)
	   fi;
	   handles[core] = false
	od
}

/* unpark(FIRST_KEY, 1): wait_pop(), wait_wake() */
inline unpark_one()
{
	lock(bucket[FIRST_KEY]);
	if
	:: length[FIRST_KEY] == 0 -> unlock(bucket[FIRST_KEY])
	:: else ->
		t = (in_queue[2] != FIRST_KEY || (in_queue[1] == FIRST_KEY && ticket[1] < ticket[2]) -> 1 : 2);
		remove_from(FIRST_KEY, t);
#ifndef STAY_IN_HEAP
		remove_deadline(t);
#endif
		atomic { state[t] = WAKING; unlock(bucket[FIRST_KEY]) };
		wake(t, OK)
	fi
}

/* unpark(FIRST_KEY, UNPARK_ALL): wait_wake_all(); group by group into the run queue, as they are */
inline unpark_all()
{
	atomic { lock(bucket[FIRST_KEY]); length[FIRST_KEY] = 0 };
	for (t : 1 .. 2) {
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

active proctype waker()
{
	byte t, times;

	for (times : 1 .. WAKES) {
		if
		:: unpark_one()
		:: unpark_all()
		fi
	}
}

/* sys_thread_kill(), thread_end_other(), take_out() */
#ifndef NO_KILL
active proctype killer()
{
	byte k, which;
	bit core;
	bool out;

	do
	:: out = false;
	   if
	   :: state[1] == READY ->
		d_step {
			!runq ->
			out = state[1] == READY;
			if
			:: out -> assert(in_runq[1]); in_runq[1] = false; state[1] = WAKING
			:: else
			fi
		}
	   :: state[1] == BLOCKED -> wait_take_out(1, out)
	   :: state[1] == SLEEPING -> take_sleeper(1, out)
	   :: else
	   fi;
	   if
	   :: out -> assert(!slot[1] && !in_runq[1] && in_queue[1] == 0); state[1] = ZOMBIE; break
	   :: !out -> skip
	   :: !out -> break /* it ended before it heard of it, or the killer did */
	   fi
	od
}
#endif
