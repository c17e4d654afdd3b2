/*
 * Frames out: sequence numbers, the kernel's own frames, and the call that sends an app's. Encoding happens in one buffer under
 * stream.lock; then line.lock.
 */
#include "kernel/stream.h"

#include <petri/stream.h>
#include <petri/string.h>
#include <petri/wire.h>

#include "kernel/board.h"
#include "kernel/domain.h"
#include "kernel/line.h"
#include "kernel/page.h"
#include "kernel/sched.h"
#include "kernel/script.h"
#include "kernel/stream_in.h"
#include "kernel/syscalls.h"
#include "kernel/system.h"
#include "kernel/ticks.h"
#include "kernel/usercopy.h"

#define TEXT_MAX 256u
#define FRAME_OVERHEAD (WIRE_ENCODED_MAX - WIRE_PAYLOAD_MAX + WIRE_TEXT_SIZE)
#define STATS_EVERY_NS 250000000ull

static struct {
	struct spinlock lock;
	uint32_t seq;
	uint64_t next_stats; /* ns */
	uint8_t payload[WIRE_PAYLOAD_MAX];
	uint8_t encoded[WIRE_ENCODED_MAX];
} stream = {.lock = SPINLOCK(RANK_STREAM)};

uint32_t stream_frames_sent, stream_frames_dropped;

/* Under the lock. False: no room. */
static bool send(uint8_t type, const void *payload, size_t length)
{
	size_t n = wire_encode(stream.encoded, type, stream.seq, payload, length);

	if (!line_put(stream.encoded, n))
		return false;
	stream.seq++;
	stream_frames_sent++;
	return true;
}

void stream_frame(uint8_t type, const void *payload, size_t length)
{
	spin_lock(&stream.lock);
	if (!send(type, payload, length))
		stream_frames_dropped++;
	spin_unlock(&stream.lock);
}

bool stream_text(uint8_t source, uint32_t domain, const char *text, size_t n)
{
	uint8_t p[WIRE_TEXT_SIZE + TEXT_MAX] = {source, (uint8_t)domain, 0, 0};
	bool sent;

	if (!system_framed)
		return line_put(text, n);
	memcpy(p + WIRE_TEXT_SIZE, text, n);
	spin_lock(&stream.lock);
	sent = send(WIRE_TEXT, p, WIRE_TEXT_SIZE + n);
	spin_unlock(&stream.lock);
	return sent;
}

void stream_hello(void)
{
	uint8_t p[WIRE_HELLO_SIZE] = {0};

	wire_put16(p, WIRE_VERSION);
	p[2] = (uint8_t)cores_online;
	p[3] = script_is_present();
	wire_put32(p + 4, (uint32_t)(page_count_all() * PAGE_SIZE / 1024));
	wire_put64(p + 8, system_seed);
	wire_put64(p + 16, sched_default_quantum_ns);
	wire_put32(p + 24, (uint32_t)ticks_hz);
	wire_put32(p + 28, board.uart_baud_now());
	for (int i = 0; i < 15 && board.name[i] != '\0'; i++)
		p[32 + i] = (uint8_t)board.name[i];
	memcpy(p + 48, domains[0].name, 16);
	p[64] = domains[0].kernel_mode;
	p[65] = (uint8_t)domain_count;
	stream_frame(WIRE_HELLO, p, sizeof(p));
}

/* Returns the size of STATS with all cores. */
static size_t put_cores(uint8_t *stats)
{
	uint8_t *p = stats + WIRE_STATS_CORES;

	wire_put32(stats + WIRE_STATS_SIZE, cores_online);
	for (uint32_t i = 0; i < cores_online; i++, p += WIRE_STATS_CORE) {
		wire_put64(p, cores[i].switches);
		wire_put64(p + 8, cores[i].preemptions);
		wire_put64(p + 16, cores[i].steals);
		wire_put64(p + 24, system_core_idle_ns(&cores[i]));
	}
	return (size_t)(p - stats);
}

void stream_stats(void)
{
	uint8_t p[WIRE_STATS_CORES + CORES_MAX * WIRE_STATS_CORE];
	struct system_counters c;

	system_count(&c);
	wire_put64(p, c.now_ns);
	wire_put32(p + 8, thread_counts.alive);
	wire_put32(p + 12, thread_counts.resident);
	wire_put64(p + 16, thread_counts.created);
	wire_put64(p + 24, c.switches);
	wire_put64(p + 32, c.preemptions);
	wire_put64(p + 40, c.idle_ns);
	wire_put32(p + 48, stream_frames_sent);
	wire_put32(p + 52, stream_frames_dropped);
	wire_put32(p + 56, stream_in_damaged);
	wire_put32(p + 60, stream_in_lost);
	wire_put32(p + 64, line_console_dropped);
	wire_put32(p + 68, (uint32_t)((page_count_all() - page_count_free()) * PAGE_SIZE / 1024));
	wire_put32(p + 72, system_bytes_per_thread());
	stream_frame(WIRE_STATS, p, put_cores(p));
}

void stream_ack(uint32_t seq, uint8_t type, uint8_t error, const char *text, size_t length)
{
	uint8_t p[WIRE_ACK_SIZE + 200];

	if (seq == WIRE_SEQ_SCRIPT && error == PETRI_OK)
		return;
	if (length > sizeof(p) - WIRE_ACK_SIZE)
		length = sizeof(p) - WIRE_ACK_SIZE;
	wire_put32(p, seq);
	p[4] = type;
	p[5] = error;
	memcpy(p + WIRE_ACK_SIZE, text, length);
	stream_frame(WIRE_ACK, p, WIRE_ACK_SIZE + length);
}

/* *full: other cores have filled the line since it was looked at. */
static enum petri_error send_payload(const struct thread *t, bool *full)
{
	uint64_t length = arch_argument(t, 2);
	enum petri_error error;

	spin_lock(&stream.lock);
	error = user_read(t, stream.payload, arch_argument(t, 1), length);
	*full = error == PETRI_OK && !send((uint8_t)arch_argument(t, 0), stream.payload, length);
	spin_unlock(&stream.lock);
	return error;
}

/* (type, payload, length) */
void sys_stream_send(struct core *core, struct thread *t)
{
	uint64_t length = arch_argument(t, 2);
	enum petri_error error = PETRI_EINVAL;
	uint64_t now = ns_from_ticks(arch_ticks());
	/* What is below the apps' types is said by the kernel only; above come commands. */
	bool good = length <= WIRE_PAYLOAD_MAX && arch_argument(t, 0) >= WIRE_APP && arch_argument(t, 0) < WIRE_CMD_HELLO;
	bool full = false;

	if (good && !line_open(WIRE_ENCODED_MAX)) {
		full = true;
	} else if (good) {
		if (now >= stream.next_stats) {
			stream.next_stats = now + STATS_EVERY_NS;
			stream_stats();
		}
		error = send_payload(t, &full);
	}
	if (full && !arch_in_atomic_section(t))
		line_wait(core);
	else
		arch_set_result(t, full ? PETRI_EATOMIC : error);
}

#define FD_STDOUT 1
#define FD_STDERR 2

/* Among the kernel's frames an app's text must not look like one: each frame has this byte, and no UTF-8 has it. */
static void without_magic(char *text, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if ((uint8_t)text[i] == WIRE_MAGIC)
			text[i] = '?';
}

/* (text, length, fd): in pieces; the call is issued again with what is left. */
void sys_console_write(struct core *core, struct thread *t)
{
	uint64_t address = arch_argument(t, 0), length = arch_argument(t, 1);
	uint64_t n = length < TEXT_MAX ? length : TEXT_MAX;
	uint8_t source = arch_argument(t, 2) == FD_STDERR ? WIRE_TEXT_STDERR : WIRE_TEXT_STDOUT;
	char text[TEXT_MAX];
	bool known = arch_argument(t, 2) == FD_STDOUT || arch_argument(t, 2) == FD_STDERR;
	enum petri_error error = known ? user_read(t, text, address, n) : PETRI_EINVAL;

	if (error == PETRI_OK && !system_framed)
		without_magic(text, n);
	if (error == PETRI_OK && (!line_open(n + FRAME_OVERHEAD) || !stream_text(source, t->domain->number, text, n))) {
		if (!arch_in_atomic_section(t)) {
			line_wait(core);
			return;
		}
		line_console_dropped += (uint32_t)n;
	}
	if (error == PETRI_OK && n < length) {
		arch_set_argument(t, 0, address + n);
		arch_set_argument(t, 1, length - n);
		arch_frame_restart(t);
		return;
	}
	arch_set_result(t, error);
}

/* (command, error, text, length) */
void sys_stream_answer(struct core *core, struct thread *t)
{
	uint8_t head[8];
	char text[200];
	uint64_t length = arch_argument(t, 3);
	enum petri_error error = user_read(t, head, arch_argument(t, 0), sizeof(head));

	if (length > sizeof(text))
		length = sizeof(text);
	if (arch_argument(t, 1) >= PETRI_ERRORS)
		error = PETRI_EINVAL;
	if (error == PETRI_OK)
		error = user_read(t, text, arch_argument(t, 2), length);
	if (error == PETRI_OK && !line_open(WIRE_ENCODED_MAX) && !arch_in_atomic_section(t)) {
		line_wait(core);
		return;
	}
	if (error == PETRI_OK) {
		stream_in_answered(wire_get32(head), head[4], (uint8_t)arch_argument(t, 1));
		stream_ack(wire_get32(head), head[4], (uint8_t)arch_argument(t, 1), text, length);
	}
	arch_set_result(t, error);
}
