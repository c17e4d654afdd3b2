/*
 * Start and end of the apps: for each in the image a domain, and in it the main thread with its arguments. The boot script may choose another
 * mode and other arguments. Runs at boot and in handlers; no locks of its own.
 */
#include "kernel/app.h"

#include <petri/string.h>
#include <petri/wire.h>

#include "kernel/domain.h"
#include "kernel/later.h"
#include "kernel/line.h"
#include "kernel/log.h"
#include "kernel/runq.h"
#include "kernel/sched.h"
#include "kernel/script.h"
#include "kernel/stream.h"
#include "kernel/system.h"
#include "kernel/thread.h"

#define MAIN_STACK (1024u * 1024) /* programs that others wrote have their arrays there */
#define WORDS_MAX 4096u

extern const struct app_image app_images[];

struct domain domains[DOMAINS_MAX];
uint32_t domain_count;

/* Name and arguments at the top of main's stack. Returns how many bytes, and where they begin. */
static uint64_t put_words(const struct thread *t, const struct app_image *image, const struct script_app *script, uint64_t *at)
{
	uint64_t name = strnlen(image->words, (size_t)(image->words_end - image->words)) + 1;
	const char *rest = image->words + name;
	uint64_t size = (uint64_t)(image->words_end - rest);

	if (script->size > 0) {
		rest = script->words;
		size = script->size;
	}
	if (name + size > WORDS_MAX)
		panic("the arguments of %s have more than %u bytes", image->words, WORDS_MAX);
	*at = (t->stack_base + t->stack_size - name - size) & ~15ull;
	memcpy((void *)*at, image->words, name);
	memcpy((char *)*at + name, rest, size);
	return name + size;
}

static void start(struct core *core, struct domain *d, const struct app_image *image, const struct script_app *script)
{
	struct thread_spec spec = {
		.attr = {.stack = THREAD_GUARDED, .stack_size = MAIN_STACK, .priority = THREAD_PRIORITY_DEFAULT, .flags = THREAD_FP},
		.name = "main",
	};
	struct thread *t = NULL;
	uint64_t words, size;

	domain_make(d, image->words, image->elf, (uint64_t)(image->elf_end - image->elf));
	if (thread_make(d, &spec, d->kernel_mode, &t) != PETRI_OK)
		panic("no memory for the first thread of %s", d->name);
	d->main = t->id;
	size = put_words(t, image, script, &words);
	arch_frame_init(t, d->entry, words, words, size, d->kernel_mode);
	arch_set_core(t, t->core);
	klog("app: %s, %lu KiB, %s threads\n", d->name, (uint64_t)(image->elf_end - image->elf) / 1024,
	     d->kernel_mode ? "kernel" : "user");
	runq_start(core, t);
}

void apps_start(struct core *core)
{
	for (const struct app_image *image = app_images; image->elf != NULL; image++) {
		struct domain *d = &domains[domain_count];
		struct script_app script;

		if (domain_count == DOMAINS_MAX)
			panic("more than %u apps in the image", DOMAINS_MAX);
		d->number = ++domain_count;
		script = script_app(d->number);
		d->kernel_mode = script.mode == 0 ? image->kernel_mode : script.mode == WIRE_MODE_KERNEL;
		start(core, d, image, &script);
	}
}

/* ---- the end --------------------------------------------------------------------------------------------------------------- */

#define SWEEP_PIECE 64u

static uint32_t swept;   /* the next thread to be looked at; 0: nothing to do */
static uint32_t sweeper; /* the core that does it */

/* The code of the first app that did not end well; false: one still runs. */
static bool all_over(uint32_t *code)
{
	*code = 0;
	for (uint32_t i = 0; i < domain_count; i++) {
		if (!domains[i].over)
			return false;
		if (*code == 0)
			*code = domains[i].code;
	}
	return true;
}

static void send_exit(const struct domain *d)
{
	uint8_t p[WIRE_EXIT_SIZE + sizeof(d->name)] = {0};
	size_t n = strnlen(d->name, sizeof(d->name));

	wire_put32(p, d->code);
	p[4] = (uint8_t)d->number;
	memcpy(p + WIRE_EXIT_SIZE, d->name, n);
	stream_frame(WIRE_EXIT, p, WIRE_EXIT_SIZE + n);
}

void app_end(struct core *core, struct domain *d, uint32_t code)
{
	bool last;

	if (d->over)
		return;
	d->over = true;
	d->code = code;
	(void)system_bytes_per_thread(); /* while its threads are there */
	last = all_over(&code);
	if (last)
		line_make_room();
	send_exit(d);
	if (last) {
		spin_unlock(&lives); /* a core that waits for it, with interrupts masked, would not stop */
		system_end(core, code);
	}
	swept = 1;
	sweeper = core->number;
	later_note(LATER_APPS, true);
	timer_knock(core);
}

/* False: it is on its way somewhere; again. */
static bool end_if_over(struct core *core, struct thread *t)
{
	if (t->domain == NULL || !t->domain->over || state_of(t) == THREAD_FREE || state_of(t) == THREAD_ZOMBIE)
		return true;
	return thread_end_other(core, t, PETRI_EKILLED, false) != ENDING_RETRY;
}

/* Somebody may have been made behind our back: then once more. */
static bool all_swept(void)
{
	for (uint32_t i = 0; i < domain_count; i++)
		if (domains[i].over && domains[i].live > 0)
			return false;
	return true;
}

void apps_sweep(struct core *core)
{
	bool stuck = false;

	if (__atomic_load_n(&swept, __ATOMIC_RELAXED) == 0 || sweeper != core->number)
		return;
	spin_lock(&lives);
	for (uint32_t i = 0; i < SWEEP_PIECE && !stuck && swept <= thread_counts.resident; i++) {
		stuck = !end_if_over(core, &threads[swept]);
		swept += !stuck;
	}
	if (swept > thread_counts.resident) {
		swept = all_swept() ? 0 : 1;
		stuck = true;
	}
	later_note(LATER_APPS, swept != 0);
	if (swept != 0)
		(stuck ? timer_soon : timer_knock)(core);
	spin_unlock(&lives);
}
