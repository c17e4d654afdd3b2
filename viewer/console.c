/*
 * The console face: frames into two streams of bytes and an exit code. It needs no session: nothing is shown, nothing is asked, all
 * commands lie in the boot script.
 */
#include "console.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <petri/wire.h>

#include "bootscript.h"
#include "faces.h"
#include "faults.h"
#include "source.h"
#include "symbols.h"
#include "text.h"

#define POLL_MS 50
#define EXIT_WAIT_MS 5000
#define BOOT_ROOM 16384u
#define SENTENCE_ROOM 1024

struct console {
	const struct options *o;
	struct source *source;
	struct wire_decoder decoder;
	struct faults faults;
	unsigned version, domains; /* as HELLO says; 0: it has not come yet */
	uint32_t seq, lost, damaged, dropped;
	bool has_seq, ended;
	uint32_t code; /* if ended */
	char board[17];
	char boot[BOOT_ROOM]; /* what was said before HELLO: shown if it comes to nothing */
	size_t boot_size;
};

/* ---- what it says ---------------------------------------------------------------------------------------------------- */

/* In order with what goes to stdout, as both may be one terminal. */
static void tell(const void *text, size_t n)
{
	fflush(stdout);
	fwrite(text, 1, n, stderr);
}

/* The kernel's words: its boot log is of interest only when something is wrong. */
static void take_log(struct console *c, const void *text, size_t n)
{
	backtrace_feed(&c->faults.backtrace, text, n);
	if (c->domains || c->o->verbose) {
		tell(text, n);
	} else {
		n = n < BOOT_ROOM - c->boot_size ? n : BOOT_ROOM - c->boot_size;
		memcpy(c->boot + c->boot_size, text, n);
		c->boot_size += n;
	}
}

static bool take_text(struct console *c, const uint8_t *p, size_t n)
{
	if (n < WIRE_TEXT_SIZE)
		return false;
	n -= WIRE_TEXT_SIZE;
	if (p[0] == WIRE_TEXT_STDOUT)
		fwrite(p + WIRE_TEXT_SIZE, 1, n, stdout); /* ferror() keeps it */
	else if (p[0] == WIRE_TEXT_STDERR)
		tell(p + WIRE_TEXT_SIZE, n);
	else
		take_log(c, p + WIRE_TEXT_SIZE, n);
	return true;
}

static bool take_hello(struct console *c, const uint8_t *p, size_t n)
{
	if (n < WIRE_HELLO_SIZE)
		return false;
	c->version = wire_get16(p);
	c->domains = p[65] ? p[65] : 1;
	memcpy(c->board, p + 32, 16);
	c->faults.board = c->board;
	c->faults.ram_kib = wire_get32(p + 4);
	c->faults.domains = c->domains;
	c->faults.names = c->o;
	return true;
}

static bool take_fault(struct console *c, const uint8_t *p, size_t n)
{
	const struct fault *f;
	char sentence[SENTENCE_ROOM];

	if (n >= WIRE_FAULT_SIZE && p[42] >= 1 && p[42] <= c->o->elf_count)
		symbols_of(c->o->elfs[p[42] - 1], p[42]);
	f = faults_take(&c->faults, WIRE_VERSION, p, n);
	if (!f)
		return false;
	fault_sentence(f, sentence, sizeof sentence);
	fflush(stdout);
	fprintf(stderr, "petri: %s%s%s\n", f->app, strncmp(sentence, "thread ", 7) == 0 ? "" : "thread ", sentence);
	backtrace_tell(&c->faults.backtrace, sentence, sizeof sentence);
	if (*sentence)
		fprintf(stderr, "petri:   in %s\n", sentence);
	backtrace_forget(&c->faults.backtrace);
	return true;
}

/* One line for each app. Its code is what it gave, with its sign. */
static bool take_exit(struct console *c, const uint8_t *p, size_t n)
{
	if (n < WIRE_EXIT_SIZE)
		return false;
	fflush(stdout);
	if (c->domains > 1)
		fprintf(stderr, "petri: app %u, %.*s, exited with %d\n", p[4], (int)(n - WIRE_EXIT_SIZE),
			(const char *)p + WIRE_EXIT_SIZE, (int32_t)wire_get32(p));
	else
		fprintf(stderr, "petri: app exited with %d\n", (int32_t)wire_get32(p));
	return true;
}

static bool take_stats(struct console *c, const uint8_t *p, size_t n)
{
	if (n < WIRE_STATS_SIZE_1)
		return false;
	c->dropped = wire_get32(p + 64);
	return true;
}

static bool take_end(struct console *c, const uint8_t *p, size_t n)
{
	if (n < WIRE_END_SIZE)
		return false;
	c->ended = true;
	c->code = wire_get32(p);
	return true;
}

static bool take(struct console *c, uint8_t type, const uint8_t *p, size_t n)
{
	switch (type) {
	case WIRE_HELLO:
		return take_hello(c, p, n);
	case WIRE_TEXT:
		return take_text(c, p, n);
	case WIRE_FAULT:
		return take_fault(c, p, n);
	case WIRE_EXIT:
		return take_exit(c, p, n);
	case WIRE_STATS:
		return take_stats(c, p, n);
	case WIRE_END:
		return take_end(c, p, n);
	}
	return true; /* what a demo sends, and what is told in words as well */
}

static void take_frame(struct console *c)
{
	const struct wire_decoder *d = &c->decoder;

	if (c->has_seq)
		c->lost += d->seq - c->seq;
	c->has_seq = true;
	c->seq = d->seq + 1;
	if (!take(c, d->type, d->payload, d->length))
		c->damaged++;
}

static void feed(struct console *c, const uint8_t *bytes, size_t n)
{
	for (size_t i = 0; i < n && !c->ended; i++) {
		switch (wire_decode(&c->decoder, bytes[i])) {
		case WIRE_FRAME:
			take_frame(c);
			break;
		case WIRE_PLAIN:
			take_log(c, c->decoder.text, c->decoder.text_length);
			break;
		case WIRE_DAMAGED:
			c->damaged++;
			break;
		case WIRE_NOTHING:
			break;
		}
	}
}

/* ---- how it ends ------------------------------------------------------------------------------------------------------- */

__attribute__((format(printf, 3, 4))) static int failed(struct console *c, int code, const char *format, ...)
{
	va_list args;

	fflush(stdout);
	if (!c->o->verbose && !c->domains)
		fwrite(c->boot, 1, c->boot_size, stderr);
	fprintf(stderr, "petri: ");
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
	return code;
}

/* A code that has nothing in its low byte is not to look like success. */
static int exit_code(uint32_t code) { return code == 0 || code & 0xff ? (int)(code & 0xff) : 1; }

static bool stdout_is_well(void) { return fflush(stdout) == 0 && !ferror(stdout); }

static int after_end(struct console *c)
{
	source_wait(c->source, EXIT_WAIT_MS);
	if (!stdout_is_well())
		return failed(c, CONSOLE_FAILED, "stdout cannot be written");
	if (c->lost || c->damaged)
		return failed(c, CONSOLE_FAILED, "frames lost on the line: %u, damaged: %u; the output is not complete", c->lost,
			      c->damaged);
	if (c->dropped)
		return failed(c, CONSOLE_FAILED, "%u bytes of output, written inside of atomic sections, had no room", c->dropped);
	return exit_code(c->code);
}

static bool timed_out(const struct console *c, uint64_t began)
{
	return c->o->timeout > 0 && (double)(clock_ms() - began) >= c->o->timeout * 1000;
}

static int run(struct console *c)
{
	uint64_t began = clock_ms();
	uint8_t bytes[65536];

	while (!c->ended) {
		ssize_t n = source_read(c->source, bytes, sizeof bytes, POLL_MS);

		if (quit_signal)
			return failed(c, 128 + quit_signal, "stopped by signal %d", (int)quit_signal);
		if (n < 0)
			return failed(c, CONSOLE_FAILED, "the app has not ended, but the machine has: %s", c->source->problem);
		feed(c, bytes, (size_t)n);
		if (!stdout_is_well())
			return failed(c, CONSOLE_FAILED, "stdout cannot be written");
		if (c->domains)
			source_settled(c->source);
		if (!c->ended && timed_out(c, began))
			return failed(c, CONSOLE_TIMEOUT, "not done after %g s", c->o->timeout);
	}
	return after_end(c);
}

int console_run(const struct options *o)
{
	struct console *c = calloc(1, sizeof *c);
	char err[400];
	size_t size;
	uint8_t *blob = boot_script(o, NULL, true, true, &size, err, sizeof err);
	int code = CONSOLE_FAILED;

	if (c && blob) {
		c->o = o;
		symbols_from(o);
		c->source = source_open(o, blob, size, err, sizeof err);
	}
	if (c && c->source)
		code = run(c);
	else
		fprintf(stderr, "petri: %s\n", err);
	if (c)
		source_close(c->source);
	free(blob);
	free(c);
	return code;
}
