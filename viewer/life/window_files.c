/*
 * Dishes in and out: patterns from files, drops and the clipboard; RLE to files.
 * Whatever is wrong with the input, the dish stays as it was and the reason is told.
 */
#include "window_life.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "../text.h"

static struct rule current_rule(const struct window *w)
{
	const struct dish *d = life_dish(w->session);

	return (struct rule){d->birth, d->survive, d->topology, d->width, d->height};
}

/* A pattern that names no size goes on a dish like the present one if it fits there, else on one of its own size. */
static bool use_pattern(struct window *w, const struct pattern *p, const char *name, char *err, size_t err_size)
{
	struct rule present = current_rule(w);
	const struct rule *wanted = NULL;
	struct board b;

	if (!(p->has_rule && p->rule.width) && p->width <= present.width && p->height <= present.height) {
		wanted = &present;
		if (p->has_rule) {
			present.birth = p->rule.birth;
			present.survive = p->rule.survive;
		}
	}
	if (!board_from_pattern(&b, p, wanted, name, err, err_size))
		return false;
	bool sent = window_load(w, &b);

	if (sent)
		window_say(w, false, "%s: %u × %u cells", name, p->width, p->height);
	else
		snprintf(err, err_size, "%s", "the target does not take a new dish now");
	board_free(&b);
	return sent;
}

bool files_open(struct window *w, const char *path, char *err, size_t err_size)
{
	struct pattern p;

	if (!pattern_load(&p, path, err, err_size))
		return false;
	bool done = use_pattern(w, &p, path, err, err_size);

	pattern_free(&p);
	return done;
}

bool files_paste(struct window *w, const char *text, const char *name, char *err, size_t err_size)
{
	struct pattern p;

	if (!pattern_parse(&p, text, strlen(text), name, err, err_size))
		return false;
	bool done = use_pattern(w, &p, name, err, err_size);

	pattern_free(&p);
	return done;
}

void files_copy(struct window *w)
{
	struct board b;

	if (!life_snapshot(w->session, &b)) {
		window_say(w, true, "nothing to copy yet");
		return;
	}
	char *rle = board_to_rle(&b);

	if (rle && !SDL_SetClipboardText(rle))
		window_say(w, false, "generation %llu is on the clipboard as RLE", (unsigned long long)b.generation);
	else
		window_say(w, true, "the clipboard does not take it: %s", SDL_GetError());
	free(rle);
	board_free(&b);
}

static bool save_as(struct window *w, const char *path, char *err, size_t err_size)
{
	struct board b;

	if (!life_snapshot(w->session, &b))
		return fail(err, err_size, "nothing to save yet");
	bool done = board_save(&b, path, err, err_size);

	if (done)
		window_say(w, false, "generation %llu saved as %s", (unsigned long long)b.generation, path);
	board_free(&b);
	return done;
}

/* The cells of the present dish, as many as the new one has room for, middle on middle. */
static void keep_cells(const struct dish *d, struct board *b)
{
	int64_t dx = (int64_t)b->rule.width / 2 - d->width / 2, dy = (int64_t)b->rule.height / 2 - d->height / 2;

	for (uint32_t y = 0; y < d->height; y++)
		for (uint32_t x = 0; x < d->width; x++) {
			int64_t nx = x + dx, ny = y + dy;

			if (nx >= 0 && ny >= 0 && nx < b->rule.width && ny < b->rule.height)
				b->cells[(size_t)ny * b->rule.width + (size_t)nx] = d->cells[(size_t)y * d->width + x];
		}
}

static bool make_rule(struct window *w, const char *text, char *err, size_t err_size)
{
	const struct dish *d = life_dish(w->session);
	struct board b = {.generation = d->generation};

	if (!rule_parse(&b.rule, text, err, err_size))
		return false;
	if (!b.rule.width) {
		b.rule.width = d->width;
		b.rule.height = d->height;
		b.rule.topology = d->topology;
	}
	b.cells = calloc((size_t)b.rule.width * b.rule.height + 1, 1);
	if (!b.cells)
		return fail(err, err_size, "no memory for a dish of %u × %u", b.rule.width, b.rule.height);
	if (d->cells)
		keep_cells(d, &b);
	bool sent = window_load(w, &b);

	board_free(&b);
	return sent ? true : fail(err, err_size, "the target does not take a new dish now");
}

/* An existing file is replaced only when Enter is pressed a second time for the same name. */
static bool save(struct window *w, const char *path, char *err, size_t err_size)
{
	char *overwrite = life_of(w)->overwrite;

	if (!access(path, F_OK) && strcmp(path, overwrite) != 0) {
		snprintf(overwrite, PROMPT_MAX, "%s", path);
		return fail(err, err_size, "this file exists; Enter again replaces it");
	}
	return save_as(w, path, err, err_size);
}

bool files_answer(struct window *w, char *err, size_t err_size)
{
	const char *text = w->prompt.text;

	switch (w->prompt.kind) {
	case PROMPT_OPEN:
		return files_open(w, text, err, err_size);
	case PROMPT_SAVE:
		return save(w, text, err, err_size);
	case PROMPT_RULE:
		return make_rule(w, text, err, err_size);
	}
	return true;
}
