/*
 * Asking for a line of text inside the window. A wrong answer keeps the question open, with the reason below it.
 */
#include "window.h"

#include <stdio.h>
#include <string.h>

void prompt_open(struct window *w, int kind, const char *title, const char *hint, const char *text)
{
	struct prompt *p = &w->prompt;

	memset(p, 0, sizeof *p);
	p->kind = kind;
	p->title = title;
	p->hint = hint;
	snprintf(p->text, sizeof p->text, "%s", text);
	p->length = p->cursor = strlen(p->text);
	w->help = false;
	w->dirty = true;
	SDL_StartTextInput();
}

void prompt_close(struct window *w)
{
	w->prompt.kind = 0;
	w->dirty = true;
	SDL_StopTextInput();
}

/* One line only: what follows a line end is left out. */
void prompt_insert(struct window *w, const char *text)
{
	struct prompt *p = &w->prompt;
	size_t n = strcspn(text, "\r\n");

	if (p->length + n >= sizeof p->text)
		return;
	memmove(p->text + p->cursor + n, p->text + p->cursor, p->length - p->cursor + 1);
	memcpy(p->text + p->cursor, text, n);
	p->cursor += n;
	p->length += n;
	p->error[0] = 0;
	w->dirty = true;
}

static size_t letter_before(const struct prompt *p)
{
	size_t at = p->cursor;

	while (at && (p->text[--at] & 0xc0) == 0x80)
		;
	return at;
}

static size_t letter_after(const struct prompt *p)
{
	size_t at = p->cursor < p->length ? p->cursor + 1 : p->length;

	while ((p->text[at] & 0xc0) == 0x80)
		at++;
	return at;
}

static void cut(struct prompt *p, size_t from, size_t to)
{
	memmove(p->text + from, p->text + to, p->length - to + 1);
	p->length -= to - from;
	p->cursor = from;
	p->error[0] = 0;
}

static void answer(struct window *w)
{
	w->prompt.error[0] = 0;
	if (w->face->answer(w, w->prompt.error, sizeof w->prompt.error))
		prompt_close(w);
}

static void paste(struct window *w)
{
	char *text = SDL_GetClipboardText();

	if (text)
		prompt_insert(w, text);
	SDL_free(text);
}

void prompt_key(struct window *w, SDL_Keysym key)
{
	struct prompt *p = &w->prompt;
	bool control = key.mod & (KMOD_CTRL | KMOD_GUI);

	w->dirty = true;
	switch (key.sym) {
	case SDLK_ESCAPE:
		prompt_close(w);
		break;
	case SDLK_RETURN:
	case SDLK_KP_ENTER:
		answer(w);
		break;
	case SDLK_BACKSPACE:
		cut(p, letter_before(p), p->cursor);
		break;
	case SDLK_DELETE:
		cut(p, p->cursor, letter_after(p));
		break;
	case SDLK_LEFT:
		p->cursor = letter_before(p);
		break;
	case SDLK_RIGHT:
		p->cursor = letter_after(p);
		break;
	case SDLK_HOME:
		p->cursor = 0;
		break;
	case SDLK_END:
		p->cursor = p->length;
		break;
	case SDLK_u:
		if (control)
			cut(p, 0, p->cursor);
		break;
	case SDLK_v:
		if (control)
			paste(w);
		break;
	default:
		break;
	}
}
