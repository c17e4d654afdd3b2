/*
 * The ways out of a program: exit, _exit and quick_exit, abort, a failed assertion, a signal that nobody catches.
 *
 * exit() calls what atexit has, then the destructors, of which the last flushes stdout (stdio.c). One thread does so, and its code
 * counts; whoever comes later waits for the end. If that thread dies on the way, the next goes on where it was.
 * There are no signals between threads or from outside: raise() calls the handler, and kill() is for oneself.
 */
#include <assert.h>
#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <petri/console.h>
#include <petri/mutex.h>
#include <petri/system.h>
#include <petri/thread.h>

#include "recursive.h"

#define QUICK_MOST 32 /* the least that C11 allows (7.22.4.3) */
#define LAST_LOOK_NS PETRI_US(100)

static void (*quick[QUICK_MOST])(void);
static int quick_count;
static struct mutex quick_lock = MUTEX_INIT;

/* ---- who ends the program --------------------------------------------------------------------------------------------- */

/* Of those that call exit() or quick_exit(). Never given back: what is held goes to the next if its holder dies. */
static struct {
	struct recursive one;
	bool begun, destructing;
	int code; /* of the first */
} leaving = {.one = RECURSIVE_INIT};

static thread_id aborting; /* it is about to die, and the program with it */

/* Once that one's fault has been reported. */
static __attribute__((noreturn)) void end_after(thread_id victim)
{
	struct thread_info info;

	while (thread_info(victim, &info) == PETRI_OK && info.state != THREAD_ZOMBIE)
		if (thread_sleep(LAST_LOOK_NS) != PETRI_OK)
			break;
	system_exit(EXIT_FAILURE);
}

static __attribute__((noreturn)) void leave(int code)
{
	thread_id victim = __atomic_load_n(&aborting, __ATOMIC_RELAXED);

	if (victim != 0)
		end_after(victim);
	system_exit(code);
}

/* From here on the caller is the one. After an abort nobody is: then no handler runs any more. */
static void begin_to_leave(int code)
{
	recursive_lock(&leaving.one);
	if (!leaving.begun)
		leaving.code = code;
	leaving.begun = true;
	if (__atomic_load_n(&aborting, __ATOMIC_RELAXED) != 0)
		leave(EXIT_FAILURE);
}

/* ---- leaving ---------------------------------------------------------------------------------------------------------- */

/* The C library's: what atexit() has, the last one first; each is struck off before it is called. Not there if nobody uses that. */
extern void __call_exitprocs(int code, void *unused) __attribute__((weak));
extern void __libc_fini_array(void);

void exit(int code)
{
	begin_to_leave(code);
	if (__call_exitprocs != NULL)
		__call_exitprocs(leaving.code, NULL);
	if (!leaving.destructing) {
		leaving.destructing = true;
		__libc_fini_array();
	}
	leave(leaving.code);
}

void _exit(int code) { leave(code); }

int at_quick_exit(void (*function)(void))
{
	LOCK_GUARD(&quick_lock);
	if (quick_count == QUICK_MOST)
		return -1;
	quick[quick_count++] = function;
	return 0;
}

static void (*take_last(void))(void)
{
	LOCK_GUARD(&quick_lock);
	return quick_count > 0 ? quick[--quick_count] : NULL;
}

void quick_exit(int code)
{
	begin_to_leave(code);
	for (void (*function)(void); (function = take_last()) != NULL;)
		function();
	leave(leaving.code);
}

/* ---- dying ----------------------------------------------------------------------------------------------------------- */

/* A thread's own: outlives the one that aborts. */
static void *see_to_the_end(void *victim) { end_after((thread_id)(uintptr_t)victim); }

/*
 * A fault record tells where and why. The kernel ends the app with main's fault; a fault of another thread would end that
 * thread alone, but C's abort ends the program.
 */
static __attribute__((noreturn)) void die(const char *message)
{
	struct thread_attr attr = THREAD_ATTR_DEFAULT;

	attr.name = "abort";
	attr.flags |= THREAD_DETACHED;
	attr.priority = THREAD_PRIORITIES - 1;
	__atomic_store_n(&aborting, thread_self(), __ATOMIC_RELAXED);
	if (thread_create(NULL, &attr, see_to_the_end, (void *)(uintptr_t)thread_self()) != PETRI_OK)
		system_exit(EXIT_FAILURE);
	thread_abort(message);
}

void abort(void)
{
	raise(SIGABRT);
	die("abort() was called, and the handler of SIGABRT returned");
}

void __assert_func(const char *file, int line, const char *function, const char *expression)
{
	char message[192];

	petri_snprintf(message, sizeof(message), "%s:%d: %s%sassertion failed: %s", file, line, function != NULL ? function : "",
		       function != NULL ? ": " : "", expression);
	die(message);
}

void __assert(const char *expression, const char *file, int line) { __assert_func(file, line, NULL, expression); }

pid_t getpid(void) { return 1; }

/* What raise() does for a signal without a handler. */
int kill(pid_t pid, int number)
{
	char message[48];

	if (pid != getpid()) {
		errno = ESRCH;
		return -1;
	}
	if (number == 0)
		return 0;
	petri_snprintf(message, sizeof(message), number == SIGABRT ? "abort() was called" : "signal %d, which nobody catches",
		       number);
	die(message);
}

/* Nothing arrives that could be held back. */
int sigprocmask(int how, const sigset_t *set, sigset_t *old)
{
	(void)how;
	(void)set;
	if (old != NULL)
		memset(old, 0, sizeof(*old));
	return 0;
}
