/*
 * A session: one target (live or recorded), what is known of it, and the commands one can give it.
 *
 * This is the core under all three faces (window, terminal, headless). Single-threaded: session_poll() reads what has
 * come, updates the model and calls nobody; a face looks at the model when it likes. Nothing here draws.
 */
#ifndef VIEWER_SESSION_H
#define VIEWER_SESSION_H

#include <stdbool.h>
#include <stdint.h>
#include <stddef.h>

#include "deadlock.h"
#include "demo.h"
#include "faults.h"
#include "options.h"

enum session_state {
	SESSION_CONNECTING, /* the source is open, nothing understood yet */
	SESSION_LIVE,
	SESSION_SILENT, /* nothing came for three seconds, and no answer to a question */
	SESSION_LOST,   /* the source has closed or failed; session_problem() says how */
	SESSION_ENDED,  /* END was seen, or the recording is over */
};

/* Of one core. The load is worked out from two STATS. */
struct core_counters {
	uint64_t switches, preemptions, steals, idle_ns;
	double load; /* 0..1, < 0: not known */
	double steals_per_s;
};
#define CORES_TOLD 4u

/* Counters as last told by the target (docs/wire.md STATS), and rates worked out from two of them. */
struct counters {
	uint64_t time_ns;
	uint32_t threads_alive, threads_resident;
	uint64_t threads_created, switches, preemptions, idle_ns;
	uint32_t frames_sent, frames_dropped, rx_damaged, rx_lost, console_dropped, ram_kib;
	uint32_t bytes_per_thread; /* when they were most; 0: not told */
	unsigned cores;            /* that are told of; 0: an older recording */
	struct core_counters core[CORES_TOLD];
	double switches_per_s, preemptions_per_s; /* by the target's clock */
	double progress_per_s;                    /* of what the demo counts: generations, meals */
};

struct target_info {
	bool known;
	uint16_t version;
	uint8_t cores, flags;
	uint32_t ram_kib, timer_hz, baud;
	uint64_t seed, quantum_ns;
	char board[17], app[17];
	bool user;       /* the app's threads are user threads */
	uint8_t domains; /* 0: not told */
};

struct link_stats {
	uint64_t bytes, frames, text_bytes;
	uint32_t lost;     /* frames missing by sequence number */
	uint32_t damaged;  /* runs thrown away */
	uint32_t unusable; /* bands whose base was missing, populations that did not agree */
};

struct session;

/* Opens the source named by the options (starts QEMU if told). On failure returns NULL and writes one line to err. */
struct session *session_open(const struct options *o, char *err, size_t err_size);
void session_close(struct session *s); /* ends QEMU if we started it; closes the recording */

/* Reads and digests what has come; waits at most timeout_ms for something (0 = do not wait). Never blocks longer; keeps
 * draining when paused or hidden. */
void session_poll(struct session *s, int timeout_ms);

enum session_state session_state(const struct session *s);
const char *session_problem(const struct session *s); /* a sentence for SILENT and LOST, "" otherwise */
const char *session_source(const struct session *s);  /* "QEMU virt", "/dev/ttyUSB0 at 3,000,000 baud", "file.petri" */
bool session_is_replay(const struct session *s);      /* a recording: commands are refused, play/pause/speed are local */

/* The demo that the target runs, as far as is known, and what it has told; changes when another HELLO comes. */
const struct demo *session_demo(const struct session *s);
void *session_own(const struct session *s);
uint64_t session_shown(const struct session *s); /* counts the complete pictures received: a face redraws when it changes */
bool session_resting(const struct session *s);   /* paused, over, or nothing is known */

const struct counters *session_counters(const struct session *s);
const struct target_info *session_target(const struct session *s);
const struct link_stats *session_link(const struct session *s);
/* The newest thing worth telling a person (refusals, faults, a cell that died, lost frames), and when (ms, monotonic). */
const char *session_notice(const struct session *s, uint64_t *when_ms);
/* Console text since the last call, at most size-1 bytes and a zero; returns the length. */
size_t session_console(struct session *s, char *out, size_t size);

/*
 * Commands that all demos have; the others are in life/life.h and philosophers/phil.h. Queued, sent with sequence
 * numbers, repeated when unanswered (where docs/wire.md allows it); refusals become notices. All return at once. False: not possible now (no target, a replay, bad arguments), and a notice says why.
 */
bool session_run(struct session *s);
bool session_pause(struct session *s);
bool session_reset(struct session *s);           /* back to the start; a recording: to its first byte */
size_t session_pending(const struct session *s); /* commands not yet answered */

/* The newest cycle of threads that the kernel has reported, complete; or NULL. */
const struct deadlock *session_deadlock(const struct session *s);

/* The threads that died of a fault. */
const struct faults *session_faults(const struct session *s);

/* Starts recording the raw stream, or ends it (path NULL; false if not all of it could be written). Recording in
 * mid-stream begins at the next frame and asks for a key. */
bool session_record(struct session *s, const char *path, char *err, size_t err_size);
bool session_recording(const struct session *s);

/* What a run needs to know that must not miss anything. */
bool session_key(struct session *s);                  /* asks for a key */
bool session_sure(const struct session *s);           /* nothing is missing from what is shown */
bool session_goal(const struct session *s);           /* the goal of the options is shown, and the counters after it have come */
const char *session_refused(const struct session *s); /* why the target refused what the options ask for, else "" */
const char *session_next_notice(struct session *s);   /* the oldest notice not yet taken this way, else NULL */
int session_exit_code(const struct session *s);       /* of END, else -1 */
bool session_wait_exit(struct session *s, int ms, int *code); /* after END: has our QEMU ended, and with which code */
uint64_t session_age_ms(const struct session *s);             /* since it was opened */

#endif
