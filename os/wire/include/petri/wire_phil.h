/*
 * The philosophers' part of the protocol (docs/wire.md sections 3a and 4): sizes and numbers, for the app and the viewer.
 */
#ifndef PETRI_WIRE_PHIL_H
#define PETRI_WIRE_PHIL_H

#define PHIL_MIN 2u
#define PHIL_MAX 10000u
#define PHIL_BAND_MAX 512u
#define PHIL_NAMES_MAX 100u
#define PHIL_BUCKETS 24u

enum phil_strategy { PHIL_NAIVE, PHIL_ORDERED, PHIL_WAITER, PHIL_TRYLOCK, PHIL_CHANDY_MISRA, PHIL_STRATEGIES };
enum phil_run_state { PHIL_PAUSED, PHIL_RUNNING, PHIL_OVER };
enum phil_distribution { PHIL_FIXED, PHIL_UNIFORM, PHIL_EXPONENTIAL, PHIL_DISTRIBUTIONS };
enum phil_state { PHIL_THINKING, PHIL_HUNGRY, PHIL_EATING, PHIL_ENDED };

/* Bits of a philosopher's byte. */
#define PHIL_STATE_MASK 7u
#define PHIL_HAS_LEFT 8u
#define PHIL_HAS_RIGHT 16u
#define PHIL_WAITS_LEFT 32u
#define PHIL_WAITS_RIGHT 64u
#define PHIL_FROZEN 128u

/* Flags of PHIL_SAMPLE and of PHIL_SETUP. */
#define PHIL_SAMPLE_KEY 1u
#define PHIL_SAMPLE_GOAL 2u
#define PHIL_SAMPLE_DEADLOCK 4u
#define PHIL_END_AT_DEADLOCK 1u
#define PHIL_END_AT_GOAL 2u

enum {
	WIRE_PHIL_CONFIG_SIZE = 56,
	WIRE_PHIL_BAND_SIZE = 28,
	WIRE_PHIL_SAMPLE_SIZE = 96,
	WIRE_PHIL_WAITS_SIZE = 116,
	WIRE_PHIL_NAMES_SIZE = 8,
	WIRE_PHIL_SETUP_SIZE = 36,
};

#endif
