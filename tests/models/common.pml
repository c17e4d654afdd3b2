/*
 * What the models share: locks, compare-and-swap, and the rule for steps.
 *
 * One step of a model is one access to memory that somebody else may look at or change at that moment. What a lock keeps for its holder
 * alone is changed in one step (d_step): nobody could tell the difference.
 */
#define lock(l) atomic { !l -> l = true }
#define unlock(l) atomic { assert(l); l = false }

/* __atomic_compare_exchange_n(), strong: `seen` is what was there. */
inline compare_exchange(word, seen, wanted, done)
{
	d_step {
		done = (word == seen);
		if
		:: done -> word = wanted
		:: else -> seen = word
		fi
	}
}
