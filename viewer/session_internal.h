/*
 * What the parts of a session share: session.c (its life), session_frames.c, session_commands.c (the queue),
 * session_start.c (how a run begins), session_replay.c (pace of a recording), session_rates.c (rates). The demos' own parts
 * of a session (life/own.c, philosophers/own.c) see it too; the faces do not.
 */
#ifndef VIEWER_SESSION_INTERNAL_H
#define VIEWER_SESSION_INTERNAL_H

#include <stdio.h>

#include <petri/wire.h>

#include "deadlock.h"
#include "session.h"
#include "source.h"

#define CHUNK 65536u
#define CONSOLE_ROOM 131072u /* more than a chunk, so that a face that looks after each poll misses nothing */
#define NOTICES 128u         /* a hundred threads may die in one chunk */
#define NOTICE_ROOM 240u
#define RATE_SAMPLES 64u

struct command {
	struct command *next;
	uint8_t type;
	uint16_t length;
	bool of_start; /* comes from the options: its refusal is a failure of the run */
	uint8_t payload[];
};

/* Commands wait in a list; the first is on its way, the others follow one by one, so that order holds when one is repeated. */
struct queue {
	struct command *first, *last;
	size_t count, bytes;
	bool sent;    /* the first, at least once */
	uint32_t seq; /* of the first, the same for each repeat */
	uint64_t sent_ms;
	unsigned repeats;
};

enum start_phase { START_HELLO, START_BAUD, START_SETUP, START_JOIN, START_DONE };

struct start {
	enum start_phase phase;
	uint64_t since_ms, probed_ms;
	unsigned probes; /* at this rate */
	bool greeted;    /* our HELLO with number 0 was answered: the conversation has begun */
	unsigned baud_changes;
	bool baud_settled; /* the rate was agreed on, or refused */
	bool laid;         /* the set-up of the options is there, or not wanted */
	bool adding;       /* commands queued now come from the options */
};

struct replay {
	bool active;
	bool paused;
	bool own_speed; /* the person chose one; else the recorded clock paces */
	uint32_t speed; /* steps per 1,000 s, 0 = max */
	uint32_t steps_left;
	double due_ms; /* nothing is read before */
	uint64_t last_ns, last_step;
	bool begun;
};

struct sample {
	uint64_t ns, progress;
};

struct session {
	const struct options *o;
	struct source *source;
	enum session_state state;
	char problem[480], refused[NOTICE_ROOM];
	uint64_t opened_ms, frame_ms; /* frame_ms: when the last frame came */
	bool over;                    /* the source has closed */
	bool mute;                    /* a scripted run: nothing is ever sent */

	/* in */
	uint8_t chunk[CHUNK];
	size_t chunk_at, chunk_size;
	struct wire_decoder decoder;
	bool has_seq;
	uint32_t seq; /* expected next */
	const struct demo *demo;
	void *own; /* the demo's model */
	struct deadlock deadlock;
	struct faults faults;
	struct counters counters;
	struct target_info target;
	struct link_stats link;
	int end_code; /* of END; -1 = none seen */
	bool goal_seen, goal_settled;
	bool ends_at_goal; /* a run in QEMU without a person; other targets stay, paused at their goal */

	/* out */
	struct queue queue;
	uint32_t next_seq;
	uint8_t out[WIRE_ENCODED_MAX * 2];
	size_t out_at, out_size;
	uint64_t key_ms; /* when the last key was asked for */

	struct start start;
	struct replay replay;

	/* told */
	char notices[NOTICES][NOTICE_ROOM];
	uint32_t notices_made, notices_taken;
	uint64_t notice_ms;
	char console[CONSOLE_ROOM];
	size_t console_at, console_size;

	/* recording */
	FILE *record;
	bool record_waiting; /* begins behind the next frame */
	bool record_failed;

	/* rates */
	struct sample samples[RATE_SAMPLES];
	unsigned sample_count, sample_next;
	struct {
		uint64_t ns, switches, preemptions;
	} stats_before;
};

__attribute__((format(printf, 2, 3))) void session_notify(struct session *s, const char *format, ...);

/* session.c */
bool session_choose(struct session *s, const struct demo *demo); /* false: no memory */

/* session_frames.c */
void want_key(struct session *s);
void take_frame(struct session *s); /* the one in the decoder */
void take_text(struct session *s, const uint8_t *text, size_t n);
void take_damaged(struct session *s);

/* session_commands.c */
bool can_command(struct session *s); /* else a notice says why not */
bool queue_add(struct session *s, uint8_t type, const void *payload, size_t length);
bool queue_sink(void *session, uint8_t type, const void *payload, size_t length); /* a command_sink */
void queue_clear(struct session *s);                                              /* all that is not on its way */
void queue_forget(struct session *s);                                             /* everything: the target has begun anew */
void queue_renumber(struct session *s); /* a new conversation: what is on its way goes again */
void queue_tick(struct session *s);
uint64_t queue_busy_ms(const struct session *s); /* how long the target may well be busy with the command it has */
void queue_answer(struct session *s, const uint8_t *p, size_t n);                                  /* an ACK */
bool out_frame(struct session *s, uint32_t seq, uint8_t type, const void *payload, size_t length); /* beside the queue */
void out_flush(struct session *s);

/* session_start.c */
void start_begin(struct session *s);
void start_tick(struct session *s);
void start_ask(struct session *s);                        /* a question that any living target answers */
void start_again(struct session *s);                      /* the target has restarted */
void start_search(struct session *s, uint64_t silent_ms); /* a silent serial line: perhaps at the other rate */
void start_baud_answered(struct session *s, bool agreed);

/* session_replay.c */
void replay_begin(struct session *s);
bool replay_holds(struct session *s);                             /* nothing may be read now */
void replay_tell(struct session *s);                              /* the model tells our own run state and speed */
void replay_go(struct session *s, uint32_t steps);                /* 0: without end */
void replay_shown(struct session *s, uint64_t ns, uint64_t step); /* a step is shown: a generation, a sample */

/* session_rates.c */
void rates_stats(struct session *s);
void rates_progress(struct session *s, uint64_t ns);
void rates_forget(struct session *s);

#endif
