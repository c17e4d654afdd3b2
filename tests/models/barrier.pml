/*
 * The barrier, used again and again, with a coordinator, and with a member that leaves, on two cores with a gate each; and the park and unpark
 * under it.
 * Code: os/include/petri/barrier.h, os/lib/barrier.c; park_if() in os/kernel/park.c, wait_pop() and wait_wake_all() in os/kernel/waitq.c.
 *
 * bounds    3 members, 4 generations: three alike; or one is a coordinator, whose deadline may pass at any moment; or one leaves, in whichever
 *           generation. A queue per word, in one bucket. What barrier_open() stores before its release of the gate is seen with it, for
 *           the members acquire the gate; GATE_FIRST is what may be seen without. A member may be on another core each time that it looks.
 * shown     nobody passes before all have arrived; nobody waits for ever; the coordinator goes on when all others have arrived, or its time is up
 *
 * verify
 * verify COORDINATOR
 * verify COORDINATOR DEADLINE
 * verify LEAVES
 * mutant NO_COMPARE    stuck     park_if() sleeps without comparing the word
 * mutant COMPARE_FIRST stuck     park_if() compares before it has the bucket's lock
 * mutant GATE_FIRST    assertion barrier_open() opens the gate before the next generation is prepared
 * mutant PASS_ONCE,LEAVES assertion barrier_pass() does not look again when it is woken
 * mutant LATE_READ     stuck     barrier_arrive() reads the generation after it has arrived
 * mutant WAKE_NOBODY,COORDINATOR stuck barrier_arrive() does not wake the coordinator
 * mutant STORE_FLAG,COORDINATOR  stuck barrier_await_others() sets its mark by load and store
 * mutant DROP_LATE,LEAVES        stuck barrier_arrive_and_drop() arrives first
 * mutant GO_BACK,LEAVES          stuck open_gate() stores without a look: who has dropped may be late
 * mutant SAME_ONLY,LEAVES        assertion barrier_pass() takes a gate that has not yet been opened for the generation before for an open one
 * mutant ONE_GATE                stuck barrier_open() opens the gates of one core only
 */
#include "common.pml"

#define MEMBERS 3
#define GENERATIONS 4
#define WAITS 8 /* BARRIER_COORDINATOR */

byte missing = MEMBERS, members = MEMBERS, generation;
byte gate[4]; /* two a core */
#define COUNT 4

/* The kernel: who stands in the queue of a gate, or of `missing`, COUNT (bit n: member n); and who is to go on. */
bool bucket;
byte queue[5];
bool ready[MEMBERS];

byte arrived[MEMBERS]; /* how often */
bool gone[MEMBERS];

/* park(): woken, or the word was another */
inline park(q, word, expected)
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
	atomic {
		ready[me] = !same;
		queue[q] = (same -> queue[q] | (1 << me) : queue[q]);
		same = false;
		unlock(bucket)
	};
	if
	:: ready[me]
#ifdef DEADLINE
	:: atomic { q == COUNT && !bucket && !ready[me] -> queue[COUNT] = 0; late = true } /* wait_expire() */
#endif
	fi
}

/* unpark(): all that stand there; of `missing` that is one at most */
inline unpark(q)
{
	atomic {
		lock(bucket);
		ready[0] = ready[0] || (queue[q] & 1) != 0;
		ready[1] = ready[1] || (queue[q] & 2) != 0;
		ready[2] = ready[2] || (queue[q] & 4) != 0;
		queue[q] = 0;
		unlock(bucket)
	}
}

inline open_gate(w)
{
#ifdef GO_BACK
	gate[w] = g + 2;
#else
	atomic {
		if
		:: gate[w] < g + 2 -> gate[w] = g + 2
		:: else
		fi
	};
#endif
	unpark(w)
}

inline barrier_open()
{
	g = generation;
#ifdef GATE_FIRST
	gate[g & 1] = g + 2;
#endif
	missing = members;
	generation = g + 1;
	open_gate(g & 1);
#ifndef ONE_GATE
	open_gate(2 + (g & 1))
#endif
}

inline barrier_arrive()
{
#ifndef LATE_READ
	mine = generation;
#endif
	arrived[me]++;
	atomic { before = missing; missing-- };
#ifdef LATE_READ
	mine = generation;
#endif
	if
	:: before == 1 -> barrier_open()
#ifndef WAKE_NOBODY
	:: before == (WAITS | 2) -> unpark(COUNT)
#endif
	:: else
	fi;
	before = 0
}

#ifdef SAME_ONLY
#define IS_OPEN(word, turn) ((word) != (turn))
#else
#define IS_OPEN(word, turn) ((word) > (turn))
#endif

inline barrier_pass()
{
	if
	:: at = mine & 1
	:: at = 2 + (mine & 1)
	fi;
	do
	:: atomic { IS_OPEN(gate[at], mine) -> seen = 0; break }
	:: atomic { !IS_OPEN(gate[at], mine) -> seen = gate[at] };
		park(at, gate[at], seen);
#ifdef PASS_ONCE
		break
#endif
	od
}

#define HAS_ARRIVED(other) (arrived[other] > round || gone[other])

/* barrier_await_others() */
inline await_others()
{
	late = false;
#ifdef STORE_FLAG
	seen = missing | WAITS;
	missing = seen;
#else
	atomic { missing = missing | WAITS; seen = missing };
#endif
	do
	:: seen == (WAITS | 1) || late -> break
	:: else -> park(COUNT, missing, seen); seen = missing
	od;
	missing = missing & (WAITS - 1);
	assert(late || (HAS_ARRIVED(1) && HAS_ARRIVED(2)))
}

proctype member(byte me)
{
	byte round, mine, before, g, seen, at;
	bool same, late;

	do
	:: round == GENERATIONS -> break
	:: round < GENERATIONS ->
#ifdef COORDINATOR
		if
		:: me == 0 -> await_others()
		:: else
		fi;
#endif
#ifdef LEAVES
		if
		:: me == 1 -> goto leave
		:: true
		fi;
#endif
		barrier_arrive();
		barrier_pass();
		atomic { assert(HAS_ARRIVED(0) && HAS_ARRIVED(1) && HAS_ARRIVED(2)); round++; mine = 0; g = 0; seen = 0; at = 0 }
	od;
	goto end;
leave:	/* barrier_arrive_and_drop() */
	gone[me] = true;
#ifdef DROP_LATE
	barrier_arrive();
	members--;
#else
	members--;
	barrier_arrive();
#endif
end:	skip
}

init
{
	gate[1] = 1;
	gate[3] = 1;
	atomic {
		run member(0);
		run member(1);
		run member(2)
	}
}
