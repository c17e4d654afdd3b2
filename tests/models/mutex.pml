/*
 * The mutex: its fast paths, the park of a contender, hand-off, time-outs, and the end of an owner.
 * Code: os/include/petri/mutex.h, os/lib/mutex.c, os/kernel/park.c, os/kernel/waitq.c, os/kernel/owners.c, thread_end() in os/kernel/thread.c.
 *
 * bounds    2 threads, 2 times each, with all of this: waits with and without a deadline, which may pass at any moment; one thread is killed
 *           wherever it stands; one waiter gets another priority. And 3 threads, once each: with the kill, and with deadlines and priority. One
 *           thread may end while it has the mutex. One mutex, so one queue in one bucket.
 * shown     one owner at a time; nobody takes the lock past a waiter; nobody waits for ever; who inherits is told
 *
 * verify THREADS=2 ROUNDS=2
 * verify THREADS=3 ROUNDS=1 NO_TIMER NO_PRIORITISE
 * verify THREADS=3 ROUNDS=1 NO_KILL
 * mutant NO_COMPARE     assertion park_if() sleeps without comparing the word
 * mutant COMPARE_FIRST  assertion park_if() compares before it has the bucket's lock
 * mutant STORE_UNLOCK   assertion unlock stores 0 instead of comparing: a waiter announced in between is forgotten
 * mutant UNLOCK_FIRST   assertion hand_off() lets go of the bucket before it writes the word
 * mutant NO_ENDED       stuck     owners_set() does not see that the owner has ended
 * mutant NO_INHERIT     stuck     thread_end() does not pass its mutexes on
 * mutant TWO_SECTIONS,THREADS=3,ROUNDS=1,NO_TIMER,NO_PRIORITISE stuck   owners_set() takes the queue from its owner and gives it to the next in two sections
 * mutant LOSE_OWNER     stuck     wait_give() of the only waiter takes it out and puts it back: the owner is forgotten
 */
#include "common.pml"

#ifndef THREADS
#define THREADS 2
#define ROUNDS 2
#endif
#define WAITERS 4 /* PARK_WAITERS */
#define OWNER(word) ((word) & 3)

mtype = {RUNNING, BLOCKED, WAKING, READY, ZOMBIE};
mtype = {OK, EAGAIN, ETIMEDOUT, EOWNERDIED};

byte word;                          /* the mutex */
chan queue = [THREADS] of { byte }; /* who waits for it, in order of arrival; under the bucket's lock */
byte queue_owner;                   /* under `owners`, as the list of each thread in which the queue hangs */
bool bucket, lives;

mtype state[THREADS + 1] = RUNNING;
mtype result[THREADS + 1];
bool deadline[THREADS + 1];
bool told_to_end[THREADS + 1]; /* t->how */
bool ended[THREADS + 1];       /* THREAD_ENDED */

byte inside; /* who really is in the critical section */

/* ---- os/kernel/waitq.c; all but no_more_owner under the bucket's lock ---------------------------------------------------------- */

/* What is under `owners` is touched under `owners` only: so each of its critical sections is one step. owners_clear(): */
inline disown() { queue_owner = 0 }

/* wait_set_owner(), owners_set(). If it is the owner's already: even if that one ends, it has yet to come by. */
inline set_owner(owner, alive)
{
#ifdef TWO_SECTIONS
	disown();
#endif
	d_step {
		alive = len(queue) == 0 || queue_owner == owner || owner == 0 || !ended[owner];
#ifdef NO_ENDED
		alive = true;
#endif
		if
		:: alive && len(queue) > 0 -> queue_owner = owner
		:: else
		fi
	}
}

/* remove_first_of_group(): the last one to leave takes the queue away from its owner */
inline after_removal()
{
	if
	:: len(queue) == 0 -> disown()
	:: else
	fi
}

/* wait_pop() */
inline pop(who)
{
	who = 0;
	if
	:: len(queue) == 0
	:: else -> d_step { queue ? who; state[who] = WAKING }; after_removal()
	fi
}

/* wait_withdraw(); in this model whoever is BLOCKED is in the queue */
inline withdraw(who, live)
{
	live = state[who] == BLOCKED;
	if
	:: live -> d_step { queue ?? eval(who); state[who] = WAKING }; after_removal()
	:: else
	fi
}

/* wait_wake() */
inline wake(who, why)
{
	d_step { result[who] = why; state[who] = READY }
}

/* ---- the end of a thread, under `lives` ------------------------------------------------------------------------------------------ */

inline thread_end(who)
{
	ended[who] = true; /* owners_end() */
	/* park_inherit(): owners_any() asks, inherit() does it */
#ifndef NO_INHERIT
	do
	:: queue_owner != who -> break
	:: else ->
	   lock(bucket);
	   heir = 0;
	   if
	   :: len(queue) > 0 && queue_owner == who ->
		pop(heir);
		word = heir | (len(queue) > 0 -> WAITERS : 0);
		set_owner(heir, alive);
	   :: else
	   fi;
	   unlock(bucket);
	   if
	   :: heir != 0 -> wake(heir, EOWNERDIED)
	   :: else
	   fi
	od;
#endif
	state[who] = ZOMBIE
}

/* ---- os/kernel/park.c ------------------------------------------------------------------------------------------------------------ */

inline park_if(expected)
{
#ifdef COMPARE_FIRST
	same = word == expected;
	lock(bucket);
#else
	lock(bucket);
	same = word == expected;
#endif
#ifdef NO_COMPARE
	same = true;
#endif
	if
	:: !same -> result[me] = EAGAIN; unlock(bucket)
	:: same ->
		atomic {
			if
			:: deadline[me] = true
			:: deadline[me] = false
			fi;
			queue ! me;
			state[me] = BLOCKED
		};
		set_owner(OWNER(expected), alive);
		live = false;
		if
		:: !alive -> withdraw(me, live) /* the owner has ended on another core: look again */
		:: else
		fi;
		unlock(bucket);
		if
		:: live -> wake(me, EAGAIN)
		:: else
		fi;
		/* another thread runs, until this one is chosen again, or taken out and ended */
		if
		:: atomic { state[me] == READY -> state[me] = RUNNING }
		:: state[me] == ZOMBIE -> goto gone
		fi
	fi
}

/* An owner that ended without unlocking. */
inline take_from_dead(expected)
{
	lock(bucket);
	if
	:: word != expected -> result[me] = EAGAIN
	:: else ->
		word = me | (len(queue) > 0 -> WAITERS : 0);
		set_owner(me, alive);
		result[me] = EOWNERDIED
	fi;
	unlock(bucket)
}

inline park_mutex(expected)
{
	if
	:: state[OWNER(expected)] != ZOMBIE -> park_if(expected)
	:: else -> take_from_dead(expected)
	fi
}

inline hand_off()
{
	lock(bucket);
	assert(word == (me | WAITERS));
	pop(heir);
#ifdef UNLOCK_FIRST
	unlock(bucket);
	word = (heir != 0 -> heir | (len(queue) > 0 -> WAITERS : 0) : 0);
	lock(bucket);
#else
	word = (heir != 0 -> heir | (len(queue) > 0 -> WAITERS : 0) : 0);
#endif
	set_owner(heir, alive);
	unlock(bucket);
	if
	:: heir != 0 -> wake(heir, OK)
	:: else
	fi
}

/* ---- threads --------------------------------------------------------------------------------------------------------------------- */

/* Outside the kernel a thread that is to end can be interrupted for it at any moment. */
#define may_be_interrupted if :: told_to_end[me] -> goto dying :: true fi

proctype thread(byte me)
{
	byte round, seen, heir;
	bool done, same, alive, live;

	do
	:: round == ROUNDS -> break
	:: round < ROUNDS ->
		round++;
		/* mutex_lock_until(), then take_or_announce() of mutex_lock_slow() */
		seen = 0;
look:
		if
		:: seen == 0 ->
			atomic { compare_exchange(word, seen, me, done); assert(!done || len(queue) == 0) };
			if
			:: done -> goto have
			:: else -> goto look
			fi
		:: seen & WAITERS
		:: else ->
			compare_exchange(word, seen, (seen | WAITERS), done);
			if
			:: done -> seen = seen | WAITERS
			:: else -> goto look
			fi
		fi;
		may_be_interrupted;
		park_mutex(seen);
		may_be_interrupted;
		if
		:: result[me] == EAGAIN -> seen = word; goto look
		:: result[me] == ETIMEDOUT -> goto next
		:: else
		fi;
have:
		atomic { assert(inside == 0 && OWNER(word) == me); inside = me };
		if
		:: told_to_end[me] -> goto dying
		:: me == 2 -> goto dying /* sys_thread_exit() */
		:: true
		fi;
		inside = 0;
		/* mutex_unlock() */
#ifdef STORE_UNLOCK
		if
		:: word == me -> word = 0
		:: else -> hand_off()
		fi;
#else
		seen = me;
		compare_exchange(word, seen, 0, done);
		if
		:: done
		:: else -> may_be_interrupted; hand_off()
		fi;
#endif
next:
		seen = 0
	od;
dying:	/* preempt() or sys_thread_exit() */
	lock(lives);
	d_step {
		if
		:: inside == me -> inside = 0
		:: else
		fi
	};
	thread_end(me);
	unlock(lives);
gone:
	skip
}

/* A deadline passes: wait_expire(). (Which deadline, and on which core: park.pml.) */
inline expire(t)
{
	lock(bucket);
	live = false;
	if
	:: deadline[t] -> withdraw(t, live)
	:: else
	fi;
	unlock(bucket);
	if
	:: live -> wake(t, ETIMEDOUT)
	:: else
	fi
}

proctype timer()
{
	bool live;

end:	do
	:: state[1] == BLOCKED && deadline[1] -> expire(1)
	:: state[2] == BLOCKED && deadline[2] -> expire(2)
#if THREADS > 2
	:: state[3] == BLOCKED && deadline[3] -> expire(3)
#endif
	od
}

/* sys_thread_kill() and thread_end_other() (all ways of taking a thread: kill.pml). Threads are alike: it may as well be the first. */
#define VICTIM 1
proctype killer()
{
	byte heir;
	bool taken, alive;

	do
	:: taken = false;
	   lock(lives);
	   if
	   :: state[VICTIM] == ZOMBIE -> unlock(lives); break
	   :: state[VICTIM] == RUNNING -> told_to_end[VICTIM] = true
	   :: state[VICTIM] == BLOCKED -> lock(bucket); withdraw(VICTIM, taken); unlock(bucket)
	   :: d_step { state[VICTIM] == READY -> state[VICTIM] = WAKING; taken = true }
	   :: state[VICTIM] == WAKING
	   fi;
	   if
	   :: taken -> thread_end(VICTIM); unlock(lives); break
	   :: else
	   fi;
	   unlock(lives)
	od
}

/* wait_give(), give_waiting(): a waiter goes to the tail of its new priority, unless it waits alone */
#ifdef LOSE_OWNER
#define CAN_MOVE true
#else
#define CAN_MOVE (len(queue) > 1)
#endif

proctype prioritiser()
{
	byte t;

	if
	:: t = 1
	:: t = 2
	fi;
	lock(lives);
	lock(bucket);
	if
	:: state[t] == BLOCKED && CAN_MOVE ->
		queue ?? eval(t);
		after_removal();
		queue ! t
	:: else
	fi;
	unlock(bucket);
	unlock(lives)
}

init
{
	atomic {
		run thread(1);
		run thread(2);
#if THREADS > 2
		run thread(3);
#endif
#ifndef NO_TIMER
		run timer();
#endif
#ifndef NO_KILL
		run killer();
#endif
#ifndef NO_PRIORITISE
		run prioritiser()
#endif
	}
}
