/*
 * Symbols: a table of what was asked for, filled by addr2line.
 */
#include "symbols.h"

#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "elf_text.h"
#include "text.h"

#define KNOWN_MOST 512u
#define PLACE 48
#define FUNCTION 40
#define TOOL_MS 4000u
#define ANSWER_MOST (1u << 20)

static struct known {
	uint64_t address;
	char place[PLACE]; /* "" is not known */
	char function[FUNCTION];
	bool library;
	char around[FUNCTION], around_place[PLACE]; /* the function as it was compiled: others may be inlined in it */
} known[KNOWN_MOST];
static size_t known_count;
static char elf[4096];
static struct elf_text text;
static unsigned elf_domain = 1;

static const char *const tools[] = {"aarch64-linux-gnu-addr2line", "llvm-addr2line", "llvm-addr2line-14", "addr2line"};

/* ../../app/DEMO.elf of .../BOARD/DEMO/kernel8.img */
static void beside_image(const char *source)
{
	const char *image = strncmp(source, "qemu:", 5) == 0 ? strchr(source + 5, ':') : NULL, *end, *demo, *board;

	if (!image)
		return;
	image++;
	for (end = image + strlen(image); end > image && *end != '/'; end--)
		;
	for (demo = end; demo > image && demo[-1] != '/'; demo--)
		;
	for (board = demo > image ? demo - 1 : demo; board > image && board[-1] != '/'; board--)
		;
	if (board < demo)
		snprintf(elf, sizeof elf, "%.*sapp/%.*s.elf", (int)(board - image), image, (int)(end - demo), demo);
}

/* Without a readable ELF there are no symbols. */
static void settle_elf(void)
{
	if (*elf && !elf_text(elf, &text))
		*elf = 0;
}

void symbols_from(const struct options *o)
{
	*elf = 0;
	if (o->elf)
		snprintf(elf, sizeof elf, "%s", o->elf);
	else
		beside_image(o->source);
	settle_elf();
}

void symbols_of(const char *elf_file, unsigned domain)
{
	if (domain == elf_domain)
		return;
	elf_domain = domain;
	known_count = 0;
	snprintf(elf, sizeof elf, "%s", elf_file);
	settle_elf();
}

unsigned symbols_domain(void) { return elf_domain; }
bool symbols_elsewhere(uint64_t address) { return *elf && (address < text.begin || address >= text.end); }

static struct known *find(uint64_t address)
{
	for (size_t i = 0; i < known_count; i++)
		if (known[i].address == address)
			return &known[i];
	return NULL;
}

/* The child becomes the tool; its words come through the pipe. Addresses are of the instruction behind the call. */
static pid_t start_tool(const char *tool, const uint64_t *addresses, size_t count, int *from)
{
	char *argv[KNOWN_MOST + 8] = {(char *)tool, "-a", "-f", "-i", "-e", elf};
	static char texts[KNOWN_MOST][24];
	int ends[2], n = 6;
	pid_t child;

	for (size_t i = 0; i < count; i++) {
		snprintf(texts[i], sizeof texts[i], "0x%llx", (unsigned long long)addresses[i] - 4);
		argv[n++] = texts[i];
	}
	if (pipe(ends) != 0)
		return -1;
	child = fork();
	if (child == 0) {
		dup2(ends[1], 1);
		close(2);
		close(0);
		execvp(tool, argv);
		_exit(127);
	}
	close(ends[1]);
	*from = ends[0];
	return child;
}

/* All that it says, or NULL when it takes too long. */
static char *listen_to(int from)
{
	uint64_t end = clock_ms() + TOOL_MS;
	char *answer = calloc(1, ANSWER_MOST + 1);
	size_t n = 0;

	while (answer && n < ANSWER_MOST) {
		struct pollfd p = {.fd = from, .events = POLLIN};
		int left = (int)(end - clock_ms());
		ssize_t got = left > 0 && poll(&p, 1, left) > 0 ? read(from, answer + n, ANSWER_MOST - n) : -1;

		if (got <= 0)
			break;
		n += (size_t)got;
	}
	return answer;
}

static bool is_library(const char *path)
{
	return strstr(path, "os/lib/") || strstr(path, "os/include/") || strstr(path, "os/arch/");
}

/* "/somewhere/demos/philosophers/forks.c:61 (discriminator 2)": file and line; the library's only until something better comes. */
static void take_place(struct known *k, const char *function, char *path)
{
	char *name = strrchr(path, '/'), *blank = strstr(path, " (");

	if (blank)
		*blank = 0;
	if (path[0] == '?' || strstr(path, ":?") || strstr(path, ":0"))
		return;
	snprintf(k->around, sizeof k->around, "%s", function[0] == '?' ? "" : function);
	snprintf(k->around_place, sizeof k->around_place, "%s", name ? name + 1 : path);
	if (*k->place && !(k->library && !is_library(path)))
		return;
	k->library = is_library(path);
	snprintf(k->place, sizeof k->place, "%s", name ? name + 1 : path);
	snprintf(k->function, sizeof k->function, "%s", function[0] == '?' ? "" : function);
}

/* An address in a line of its own, and then its places, innermost first, each a line for the function and one for the place. */
static bool digest(char *answer)
{
	struct known *now = NULL;
	const char *function = NULL;
	bool any = false;

	for (char *rest = answer, *line; (line = strsep(&rest, "\n"));) {
		if (strncmp(line, "0x", 2) == 0) {
			now = find(strtoull(line, NULL, 16) + 4);
			function = NULL;
		} else if (!function) {
			function = line;
		} else if (now && *line) {
			take_place(now, function, line);
			any = any || *now->place;
			function = NULL;
		}
	}
	return any;
}

static bool ask_tool(const char *tool, const uint64_t *addresses, size_t count)
{
	int from;
	pid_t child = start_tool(tool, addresses, count, &from);
	char *answer;
	bool any;

	if (child < 0)
		return false;
	answer = listen_to(from);
	close(from);
	kill(child, SIGKILL);
	waitpid(child, NULL, 0);
	any = answer && digest(answer);
	free(answer);
	return any;
}

void symbols_ask(const uint64_t *addresses, size_t count)
{
	uint64_t fresh[KNOWN_MOST];
	size_t n = 0;

	for (size_t i = 0; i < count && known_count < KNOWN_MOST; i++) {
		if (!addresses[i] || find(addresses[i]) || symbols_elsewhere(addresses[i] - 4))
			continue;
		known[known_count++] = (struct known){.address = addresses[i]};
		fresh[n++] = addresses[i];
	}
	for (size_t i = 0; n && *elf && i < sizeof tools / sizeof *tools; i++)
		if (ask_tool(tools[i], fresh, n))
			return;
}

bool symbols_name(uint64_t address, char *out, size_t size, bool *library)
{
	const struct known *k = find(address);

	*library = k && k->library;
	if (k && *k->place)
		return snprintf(out, size, "%s", k->place) > 0;
	snprintf(out, size, "%#llx", (unsigned long long)address);
	return false;
}

bool symbols_function(uint64_t address, char *out, size_t size)
{
	const struct known *k = find(address);

	if (k)
		snprintf(out, size, "%s", k->function);
	return k && *k->function;
}

bool symbols_around(uint64_t address, char *out, size_t size)
{
	const struct known *k = find(address);

	if (!k || !*k->function || !*k->around || strcmp(k->function, k->around) == 0)
		return false;
	return snprintf(out, size, "%s (%s)", k->around, k->around_place) > 0;
}

bool symbols_same(uint64_t address, uint64_t other)
{
	const struct known *a = find(address), *b = find(other);

	return a && b && *a->around && strcmp(a->around, b->around) == 0;
}
