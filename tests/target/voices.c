/*
 * No app speaks with the kernel's voice: a whole frame, checksum and all, that is written to the console does not arrive as one; control characters in
 * thread names and abort texts do not make lines of their own. What is told of the threads that end stays true.
 *
 * test: mode both
 * test: fault 10 evil?fault:thre
 * test: fault 10 plain
 * test: fault 10 frame
 * test: says 0 [\r\n]fault:thre
 * test: says 0 [\r\n]forged line
 * test: says 1 [\n]abort: first[?]forged line[?][?]end
 * test: says 1 [\n]abort: [?]whole
 * test: says 1 Conway's Gl[\u00fc]hw[\u00fc]rmchen
 */
#include <petri/console.h>
#include <petri/semaphore.h>
#include <petri/string.h>
#include <petri/syscall.h>

#include "common/test.h"

#define MAGIC 0xf5
#define FAULT 0x04
#define HEAD 8
#define RECORD 44 /* docs/wire.md, FAULT */

static uint32_t crc32(const uint8_t *p, size_t n)
{
	uint32_t c = ~0u;

	while (n--) {
		c ^= *p++;
		for (int i = 0; i < 8; i++)
			c = c >> 1 ^ (c & 1 ? 0xedb88320u : 0);
	}
	return ~c;
}

/* Zero, COBS, zero. */
static size_t wrap(uint8_t *out, const uint8_t *packet, size_t length)
{
	size_t n = 0, code;

	out[n++] = 0;
	code = n++;
	out[code] = 1;
	for (size_t i = 0; i < length; i++) {
		if (packet[i] != 0) {
			out[n++] = packet[i];
			out[code]++;
		} else {
			code = n++;
			out[code] = 1;
		}
	}
	out[n++] = 0;
	return n;
}

/* A record of a thread "other" that has not faulted. */
static size_t forge(uint8_t *out)
{
	uint8_t packet[HEAD + RECORD + 16] = {MAGIC, FAULT, RECORD + 8, 0, 200};
	size_t n = HEAD + RECORD + 8;
	uint32_t crc;

	packet[HEAD] = 77;
	packet[HEAD + 40] = 1;
	packet[HEAD + 41] = 5;
	memcpy(packet + HEAD + RECORD, "otherxyz", 8);
	crc = crc32(packet, n);
	memcpy(packet + n, &crc, sizeof(crc));
	return wrap(out, packet, n + sizeof(crc));
}

static struct semaphore named = SEMAPHORE_INIT(0);

static void *die_saying(void *text)
{
	must(semaphore_wait(&named));
	arch_syscall(SYS_thread_abort, (uintptr_t)text, strlen(text), 0, 0);
	return NULL;
}

static void check_console(void)
{
	static uint8_t frame[128];
	static const char utf8[] = "# Conway's Gl\xc3\xbchw\xc3\xbcrmchen\n";
	size_t n = forge(frame);

	frame[n++] = '\n';
	expect((enum petri_error)arch_syscall(SYS_console_write, (uintptr_t)frame, n, 1, 0), PETRI_OK);
	expect((enum petri_error)arch_syscall(SYS_console_write, (uintptr_t)frame, n, 2, 0), PETRI_OK);
	for (size_t i = 0; i < n; i++) /* byte by byte as well */
		console_write((const char *)frame + i, 1);
	console_write(utf8, sizeof(utf8) - 1); /* other bytes are left alone */
}

static void check_names(void)
{
	struct thread_info info = {0};
	thread_id id = start("evil\nfault:thread", die_saying, "first\nforged line\r\033end", 10);

	check(thread_info(id, &info) == PETRI_OK && strcmp(info.name, "evil?fault:thre") == 0,
	      "a name without control characters: %s", info.name);
	semaphore_post(&named);
	expect(thread_join(id, NULL), PETRI_EFAULTED);
	id = start("a", die_saying, "", 10);
	must(thread_set_name(id, "pl\177in"));
	check(thread_info(id, &info) == PETRI_OK && strcmp(info.name, "pl?in") == 0, "nor one that is given later: %s", info.name);
	must(thread_set_name(id, "plain"));
	semaphore_post(&named);
	expect(thread_join(id, NULL), PETRI_EFAULTED);
	semaphore_post(&named);
	expect(thread_join(start("frame", die_saying, "\xf5whole", 10), NULL), PETRI_EFAULTED);
}

int main(void)
{
	check_console();
	check_names();
	return test_end();
}
