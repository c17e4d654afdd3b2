/*
 * SDL's events: keys, mouse, drops. Coordinates are turned into physical pixels here and nowhere else.
 */
#include "window.h"

static void to_physical(const struct window *w, int x, int y, int *px_x, int *px_y)
{
	int ww, wh;

	SDL_GetWindowSize(w->sdl, &ww, &wh);
	*px_x = ww > 0 ? x * w->layout.w / ww : x;
	*px_y = wh > 0 ? y * w->layout.h / wh : y;
}

static void on_key(struct window *w, SDL_Keysym key)
{
	if (w->prompt.kind) {
		prompt_key(w, key);
		return;
	}
	if (w->menu.count) {
		menu_key(w, key);
		return;
	}
	int a = action_of_key(w->face->keys, key);

	if (w->help && (a == ACTION_QUIT && key.sym == SDLK_ESCAPE))
		a = ACTION_HELP; /* Esc leaves what is on top */
	window_act(w, a);
}

static void mouse_at(struct window *w, int x, int y)
{
	to_physical(w, x, y, &w->mouse_x, &w->mouse_y);
	w->mouse_still = SDL_GetTicks64();
	w->dirty = true; /* what is under it may light up */
}

static void hover(struct window *w)
{
	if (w->face->hover)
		w->face->hover(w, w->mouse_x, w->mouse_y);
}

static void on_motion(struct window *w, const SDL_MouseMotionEvent *e)
{
	int was_x = w->mouse_x, was_y = w->mouse_y;

	mouse_at(w, e->x, e->y);
	hover(w);
	if (w->menu.count)
		menu_hover(w);
	else if (w->drag == DRAG_PAN && w->face->pan)
		w->face->pan(w, w->mouse_x - was_x, w->mouse_y - was_y);
	else if (w->drag == DRAG_SLIDER)
		w->face->slide(w, w->pressed, w->mouse_x);
	else if (w->drag == DRAG_MAIN && w->face->drag)
		w->face->drag(w);
}

static bool on_main(const struct window *w) { return rect_has(main_area(w), w->mouse_x, w->mouse_y); }

static void press_left(struct window *w)
{
	const struct hot *h = window_hot_at(w, w->mouse_x, w->mouse_y);

	if (h && h->action && w->face->is_slider && w->face->is_slider(h->action)) {
		w->drag = DRAG_SLIDER;
		w->pressed = h->action;
		w->face->slide(w, h->action, w->mouse_x);
	} else if (h && h->action) {
		w->drag = DRAG_BUTTON;
		w->pressed = h->action;
	} else if (on_main(w) && w->face->press && w->face->press(w, action_held(SDL_GetModState()))) {
		w->drag = DRAG_MAIN;
	}
}

static void on_press(struct window *w, const SDL_MouseButtonEvent *e)
{
	mouse_at(w, e->x, e->y);
	hover(w);
	if (w->help) {
		w->help = false;
		return;
	}
	if (w->menu.count) {
		menu_press(w);
		return;
	}
	if (w->prompt.kind || w->drag)
		return;
	if (e->button == SDL_BUTTON_LEFT)
		press_left(w);
	else if (on_main(w))
		w->drag = DRAG_PAN;
}

/* A button does its work when it is let go where it was pressed. */
static void on_release(struct window *w, const SDL_MouseButtonEvent *e)
{
	enum drag drag = w->drag;

	mouse_at(w, e->x, e->y);
	if ((drag == DRAG_PAN) == (e->button == SDL_BUTTON_LEFT))
		return; /* another button than the one that began */
	w->drag = DRAG_NONE;
	const struct hot *h = window_hot_at(w, w->mouse_x, w->mouse_y);

	if (drag == DRAG_BUTTON && h && h->action == w->pressed)
		window_act(w, w->pressed);
}

static void on_wheel(struct window *w, const SDL_MouseWheelEvent *e)
{
	int steps = e->direction == SDL_MOUSEWHEEL_FLIPPED ? -e->y : e->y;

	if (w->help || w->prompt.kind || !steps)
		return;
	if (on_main(w) && w->face->zoom)
		w->face->zoom(w, steps, w->mouse_x, w->mouse_y);
	else if (w->face->wheel)
		w->face->wheel(w, steps);
	hover(w);
}

static void on_drop(struct window *w, SDL_DropEvent *e)
{
	char err[256];
	bool done = true;

	if (e->type == SDL_DROPFILE && w->face->open_file)
		done = w->face->open_file(w, e->file, err, sizeof err);
	else if (e->type == SDL_DROPTEXT && w->face->paste)
		done = w->face->paste(w, e->file, "what was dropped", err, sizeof err);
	if (!done)
		window_say(w, true, "%s", err);
	SDL_free(e->file);
}

static void on_window(struct window *w, const SDL_WindowEvent *e)
{
	w->dirty = true;
	if (e->event == SDL_WINDOWEVENT_LEAVE) {
		w->mouse_x = w->mouse_y = -1;
		hover(w);
	} else if (e->event == SDL_WINDOWEVENT_FOCUS_LOST) {
		w->drag = DRAG_NONE;
	}
}

static void renderer_lost(struct window *w)
{
	draw_forget(&w->draw);
	font_forget(&w->fonts);
	if (w->face->forget)
		w->face->forget(w);
	w->dirty = true;
}

static void dispatch(struct window *w, SDL_Event *e)
{
	switch (e->type) {
	case SDL_QUIT:
		w->quit = true;
		break;
	case SDL_KEYDOWN:
		on_key(w, e->key.keysym);
		break;
	case SDL_TEXTINPUT:
		if (w->prompt.kind)
			prompt_insert(w, e->text.text);
		break;
	case SDL_MOUSEMOTION:
		on_motion(w, &e->motion);
		break;
	case SDL_MOUSEBUTTONDOWN:
		on_press(w, &e->button);
		break;
	case SDL_MOUSEBUTTONUP:
		on_release(w, &e->button);
		break;
	case SDL_MOUSEWHEEL:
		on_wheel(w, &e->wheel);
		break;
	case SDL_DROPFILE:
	case SDL_DROPTEXT:
		on_drop(w, &e->drop);
		break;
	case SDL_WINDOWEVENT:
		on_window(w, &e->window);
		break;
	case SDL_RENDER_TARGETS_RESET:
	case SDL_RENDER_DEVICE_RESET:
		renderer_lost(w);
		break;
	default:
		break;
	}
}

void window_events(struct window *w, int timeout_ms)
{
	SDL_Event e;

	if (!SDL_WaitEventTimeout(&e, timeout_ms))
		return;
	do
		dispatch(w, &e);
	while (SDL_PollEvent(&e));
}
