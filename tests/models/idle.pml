/*
 * Who is told that a thread is ready, and where: while cores go idle, or to something less urgent, others put threads into queues.
 * Code: os/kernel/runq.c (insert, notify, offer, runq_take, runq_turned), os/kernel/sched.c (choose, idle, switch_in, sched_told, preempt).
 *
 * Stores are late: what a core writes is seen by others when the memory gets round to it, in any order; a fence waits for that. `running` and
 * the bits of `ready` are read without a lock; so each has a value that its writer knows and one that the others see. place() is not
 * modelled: it guesses, so here a thread may be put anywhere.
 *
 * bounds    2 cores, 2 threads, 4 events and 2 cores, 3 threads, 3 events; and, with stores that are seen at once, 3 cores, 2 threads, 2 events, all
 *           of which begin on the first core. An event: a thread blocks, yields, or wakes one, or a device's handler does. Then whoever runs
 *           goes on for ever. Threads differ in priority; equals take turns by the timer, which is not modelled.
 * shown     when nothing moves any more, no core idles or runs something less urgent beside a thread that is ready, in whatever queue
 *
 * verify THREADS=2 EVENTS=4
 * verify THREADS=3 EVENTS=3
 * verify CORES=3 THREADS=2 EVENTS=2 PROMPT ONE_WAKES NO_YIELD
 * mutant NO_FENCE_IDLE   assertion choose() looks a last time without a fence after running = 0
 * mutant NO_FENCE_WAKE   assertion notify() looks at `running` without a fence after the insertion
 * mutant NO_FENCE_TURNED assertion runq_turned() looks at the queues without a fence after `running`
 * mutant NO_LAST_LOOK    assertion choose() goes to sleep without a look after running = 0
 * mutant LOOK_FIRST      assertion choose() looks, then says that it is idle
 * mutant UNMASKED        assertion idle() lets an interrupt be handled before wfi
 * mutant NO_OFFER        assertion arrive() tells only the core in whose queue the thread is
 * mutant READ_TWICE      assertion richest() reads the bits once to compare and once more to take
 * mutant NO_TURNED       assertion switch_in() does not look at what it leaves
 */
#include "common.pml"

#ifndef CORES
#define CORES 2
#endif
#ifndef THREADS
#define THREADS 2
#endif
#ifndef EVENTS
#define EVENTS 3
#endif
#define NOBODY 0

/* Threads are named by their priority: 3 is the most urgent. So a core's `running` is the name of its thread, 0 = idle (in the code: 1 + priority). */
mtype = {BLOCKED, READY, RUNNING};
mtype state[THREADS + 1] = BLOCKED;
byte place[THREADS + 1]; /* READY: in whose queue */

byte current[CORES];
byte running[CORES], seen_running[CORES]; /* what the core has written; what the others see */
byte seen_ready[CORES];                   /* what all see of the bits of a queue */
bool queue[CORES];                        /* the queues' locks */
bool interrupted[CORES];
byte events = EVENTS;

/* Stores on their way: of core c its `running`; the bits of queue q, written by core late_ready[q] - 1, whose unlocking comes behind them. */
bool late_running[CORES];
byte late_ready[CORES];

#define BIT(t) (1 << (t))
#define IN(q, t) (state[t] == READY && place[t] == q)
#if THREADS == 2
#define READY_BITS(q) ((IN(q, 1) -> 2 : 0) | (IN(q, 2) -> 4 : 0))
#else
#define READY_BITS(q) ((IN(q, 1) -> 2 : 0) | (IN(q, 2) -> 4 : 0) | (IN(q, 3) -> 8 : 0))
#endif
#define HIGHEST(bits) ((bits) >= 8 -> 3 : ((bits) >= 4 -> 2 : ((bits) >= 2 -> 1 : 0)))

#ifdef PROMPT /* all stores are seen at once, and all cores looked at in one step */
#define LOOK d_step
#define WRITE_RUNNING(self) seen_running[self] = running[self]
#define WRITE_READY(q) seen_ready[q] = READY_BITS(q); queue[q] = false
#else
#define LOOK
#define WRITE_RUNNING(self) late_running[self] = true
#define WRITE_READY(q) late_ready[q] = c + 1
#endif

/* ---- the memory ------------------------------------------------------------------------------------------------------------------------- */

#ifndef PROMPT
active proctype memory()
{
	byte i;

end:	do
	:: atomic {
		if
		:: late_running[0] -> i = 0
		:: late_running[1] -> i = 1
#if CORES > 2
		:: late_running[2] -> i = 2
#endif
		fi;
		seen_running[i] = running[i];
		late_running[i] = false
	   }
	:: atomic {
		if
		:: late_ready[0] -> i = 0
		:: late_ready[1] -> i = 1
#if CORES > 2
		:: late_ready[2] -> i = 2
#endif
		fi;
		seen_ready[i] = READY_BITS(i);
		queue[i] = false;
		late_ready[i] = 0
	   }
	od
}
#endif

#ifdef PROMPT
#define fence(self) skip
#elif CORES > 2
#define fence(self) !late_running[self] && late_ready[0] != self + 1 && late_ready[1] != self + 1 && late_ready[2] != self + 1
#else
#define fence(self) !late_running[self] && late_ready[0] != self + 1 && late_ready[1] != self + 1
#endif

inline say_running(self, what)
{
	d_step { running[self] = what; WRITE_RUNNING(self) }
}

#define tell(c) interrupted[c] = true

/* ---- os/kernel/runq.c -------------------------------------------------------------------------------------------------------------------- */

/* insert(). The lock is free, for others, when the rest is seen. */
inline put_in(to, who)
{
	d_step { !queue[to] -> queue[to] = true; state[who] = READY; place[who] = to; WRITE_READY(to) }
}

/* As this core sees it. */
#define RUNNING_OF(i) (i == c -> running[i] : seen_running[i])

/* Of the others than `to`, the core that has the least to do, if it is less urgent than `who`. One look at each. */
#define LESS(i) \
	least = (i != to && RUNNING_OF(i) < who && (least == CORES || RUNNING_OF(i) < RUNNING_OF(least)) -> i : least)
inline find_least(who)
{
	LOOK {
		least = CORES;
		LESS(0);
		LESS(1);
#if CORES > 2
		LESS(2)
#endif
	}
}

/* notify(): something as urgent as `who` is there for that core */
inline notify(that, who)
{
	if
	:: that == c && current[c] != NOBODY && who > current[c] -> reschedule = true
	:: that != c && who >= seen_running[that] -> tell(that)
	:: else
	fi
}

/* arrive(): insert(), notify(), offer(). reschedule: the thread on this core is to give way. */
inline arrive(who)
{
	/* place() */
	if
	:: to = 0
	:: to = 1
#if CORES > 2
	:: to = 2
#endif
	fi;
	put_in(to, who);
#ifndef NO_FENCE_WAKE
	fence(c);
#endif
	notify(to, who);
#ifndef NO_OFFER
	/* offer() */
	if
	:: RUNNING_OF(to) < who /* it will be taken there */
	:: else ->
		find_least(who);
		if
		:: least < CORES -> notify(least, who)
		:: else
		fi
	fi;
#endif
	atomic { to = 0; least = 0; u = 0 }
}

/* One look at each queue. */
#ifdef READ_TWICE
#define MORE(i) if :: HIGHEST(seen_ready[i]) > most -> from = i; most = HIGHEST(seen_ready[i]) :: else fi
#else
#define MORE(i) d_step { from = (HIGHEST(seen_ready[i]) > most -> i : from); most = (from == i -> HIGHEST(seen_ready[i]) : most) }
#endif
inline find_most_urgent()
{
	LOOK {
		from = c;
		most = HIGHEST(seen_ready[c]);
		MORE(0);
		MORE(1);
#if CORES > 2
		MORE(2)
#endif
	}
}

/* runq_take(): t = NOBODY if there is none. It is RUNNING then. (That it has gone from the queue is seen at once: to see it late costs a try.) */
inline take()
{
	t = NOBODY;
	do
	:: find_most_urgent(); /* richest() */
	   if
	   :: most == 0 -> break
	   :: else
	   fi;
	   /* take_own(), steal(): unless it is less urgent than it seemed */
	   d_step {
		!queue[from] ->
		t = (HIGHEST(READY_BITS(from)) >= most -> HIGHEST(READY_BITS(from)) : NOBODY);
		if
		:: t != NOBODY -> state[t] = RUNNING; place[t] = 0
		:: else
		fi;
		seen_ready[from] = READY_BITS(from)
	   };
	   if
	   :: t != NOBODY -> break
	   :: else
	   fi
	od;
	atomic { from = 0; most = 0 }
}

/* ---- os/kernel/sched.c ------------------------------------------------------------------------------------------------------------------- */

#if THREADS > 2
#define SOMEBODY_BLOCKED (state[1] == BLOCKED || state[2] == BLOCKED || state[3] == BLOCKED)
#else
#define SOMEBODY_BLOCKED (state[1] == BLOCKED || state[2] == BLOCKED)
#endif

#ifdef ONE_WAKES
#define MAY_WAKE (c == 0)
#else
#define MAY_WAKE true
#endif

/* Somebody who is blocked and is woken now, by a thread or by a device's handler on this core. */
inline wake_somebody()
{
	atomic {
		SOMEBODY_BLOCKED && events > 0 && MAY_WAKE ->
		events--;
		if
		:: state[1] == BLOCKED -> u = 1
		:: state[2] == BLOCKED -> u = 2
#if THREADS > 2
		:: state[3] == BLOCKED -> u = 3
#endif
		fi;
		state[u] = RUNNING /* of nobody: on its way */
	};
	arrive(u)
}

/* offer() to many */
#define TELL_LESS(i) if :: i != c && seen_running[i] < most -> tell(i) :: else fi

proctype core(byte c)
{
	byte t, u, to, from, least, most, before;
	bool reschedule;

choose:	/* nobody is current */
	take();
	do
	:: t != NOBODY -> break
	:: else ->
#ifndef LOOK_FIRST
		say_running(c, 0);
#ifndef NO_FENCE_IDLE
		fence(c);
#endif
#endif
#ifndef NO_LAST_LOOK
		take();
		if
		:: t != NOBODY -> break
		:: else
		fi;
#endif
#ifdef LOOK_FIRST
		say_running(c, 0);
		fence(c);
#endif
#ifdef UNMASKED
		/* an interrupt that comes now has been handled when wfi begins */
		interrupted[c] = false;
#endif
		/* wfi; board.interrupt(): sched_told() finds nobody current */
end_idle:	if
		:: atomic { interrupted[c] -> interrupted[c] = false }
		:: wake_somebody()
		fi;
		take()
	od;
	/* switch_in() */
	before = running[c];
	current[c] = t;
	say_running(c, t);
#ifndef NO_TURNED
	/* runq_turned() */
	if
	:: t != before ->
#ifndef NO_FENCE_TURNED
		fence(c);
#endif
		find_most_urgent();
		if
		:: t > before -> TELL_LESS(0); TELL_LESS(1)
#if CORES > 2
			; TELL_LESS(2)
#endif
		:: t < before ->
			if
			:: most > t -> tell(c)
			:: else
			fi
		fi;
		atomic { most = 0; from = 0; before = 0 }
	:: else
	fi;
#endif
	reschedule = false;

end_run: /* the thread runs */
	if
	:: atomic { interrupted[c] -> interrupted[c] = false };
	   /* sched_told() */
	   fence(c);
	   find_most_urgent();
	   reschedule = reschedule || most > current[c];
	   atomic { most = 0; from = 0 }
	:: wake_somebody() /* it wakes somebody, or a device does */
	:: atomic { events > 0 -> events--; state[t] = BLOCKED }; /* it blocks */
	   current[c] = NOBODY;
	   goto choose
	#ifndef NO_YIELD
	:: atomic { events > 0 -> events-- }; /* it yields: runq_ready_here() */
	   current[c] = NOBODY;
	   put_in(c, t);
	   goto choose
#endif
	fi;
	if
	:: reschedule -> /* preempt() */
		current[c] = NOBODY;
		arrive(t);
		goto choose
	:: else -> d_step { u = 0; to = 0; least = 0; most = 0; from = 0 }; goto end_run
	fi
}

#define LESS_URGENT(c, t) (state[t] == READY && running[c] < t)
#if CORES > 2
#define BESIDE(t) (LESS_URGENT(0, t) || LESS_URGENT(1, t) || LESS_URGENT(2, t))
#else
#define BESIDE(t) (LESS_URGENT(0, t) || LESS_URGENT(1, t))
#endif

init
{
	atomic {
		run core(0);
		run core(1);
#if CORES > 2
		run core(2)
#endif
	};
	timeout; /* nothing moves any more */
	assert(!BESIDE(1));
	assert(!BESIDE(2));
#if THREADS > 2
	assert(!BESIDE(3))
#endif
}
