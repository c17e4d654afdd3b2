/*
 * What the target tests share: TAP over the console, and short ways to start threads and to wait for them.
 *
 * check() and expect() print a line each and are for the main thread (their lines are numbered without a lock, and printing
 * wants a guarded stack). Other threads count what they find wrong, and main checks the counters.
 */
#ifndef TEST_H
#define TEST_H

#include <stdbool.h>
#include <stdint.h>

#include <petri/system.h>
#include <petri/thread.h>

/* "ok 3 - text" or "not ok 3 - text". Returns the condition. */
bool check(bool condition, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Checks that a call gives this error; tells the other one. */
#define expect(call, error) check_error((call), (error), #call " is " #error)
bool check_error(enum petri_error got, enum petri_error wanted, const char *text);

/* A line that is no check. */
void note(const char *format, ...) __attribute__((format(printf, 1, 2)));

/* The plan, and the value for main to return. */
int test_end(void);

/* What the test needs in order to go on: ends the run if it fails. */
#define must(call) must_error((call), #call, __FILE__, __LINE__)
void must_error(enum petri_error error, const char *text, const char *file, int line);

/* A thread with the default attributes but for these. */
thread_id start(const char *name, thread_entry entry, void *arg, unsigned int priority);
thread_id start_compact(const char *name, thread_entry entry, void *arg, unsigned int priority);
/* Nobody takes its place by its quantum's end: for tests of an order that is not about quanta. */
thread_id start_steady(const char *name, thread_entry entry, void *arg, unsigned int priority);
thread_id start_with(const char *name, thread_entry entry, void *arg, unsigned int priority, uint64_t quantum_ns);

/*
 * For claims about the order in which threads run, or about how long something takes: from now on the caller, and those that are started by the functions
 * above, run on one core, always the same. What a test creates itself gets affinity = the_one_core().
 */
void stay_on_one_core(void);
uint8_t the_one_core(void); /* 0 (all), if it was not called */
/* No more. */
void use_all_cores(void);

/* Joins and gives the exit value; anything but a plain end ends the run. */
void *join(thread_id id);

/* Waits (asleep) until a thread is in this state, or up to a second. READY: or it runs, on another core. */
bool reaches(thread_id id, enum thread_state state);

/* petri_now() so far ahead. */
petri_time in_us(uint64_t us);
/* Waits until a count that others change is not `before` any more, looking every so many us, for so many at most. False: it still is. */
bool goes_on(const uint64_t *count, uint64_t before, uint64_t every_us, uint64_t at_most_us);

/* Uses that much CPU time of the caller, whoever else runs meanwhile; precise to some percent. */
void burn(uint64_t ns);

/* Is time exact (QEMU counts instructions)? If not, a busy host may take the machine away at any moment, or deliver an interrupt late: claims about
 * how soon something happens make no sense then. */
bool time_is_exact(void);

/* Pseudo-random numbers of the caller's own state, which begins with anything but 0. */
uint64_t draw(uint64_t *state);

struct system_info info_now(void);

/* Were there enough preemptions since `before` for a claim about so many steps: at least one in a thousand? */
bool check_preempted(const struct system_info *before, uint64_t steps);

#endif
