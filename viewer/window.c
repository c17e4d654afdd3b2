/*
 * The window face: opening it, its loop, its end. One turn of the loop takes the events, drains the session (also when
 * paused or minimised: an unread source stops QEMU's guest) and draws if something changed, at most 60 times a second.
 */
#include "window.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "faces.h"
#include "png.h"

#define WIDTH 1280
#define HEIGHT 800
#define WIDTH_MIN 640
#define HEIGHT_MIN 400
#define FRAME_MS 16
#define WAIT_MS 5  /* for events, when there is nothing else to do */
#define DRAIN_MS 8 /* of a turn for the session */

int px(const struct window *w, double n)
{
	int v = layout_px(&w->layout, n);

	return v > 0 ? v : 1;
}

static bool fail_sdl(const char *what)
{
	fprintf(stderr, "petri-view: %s: %s\n", what, SDL_GetError());
	return false;
}

/* Without a display SDL silently takes a driver that shows nothing. */
static bool open_sdl(void)
{
	SDL_SetHint(SDL_HINT_VIDEO_X11_NET_WM_BYPASS_COMPOSITOR, "0");
	SDL_SetHint(SDL_HINT_MOUSE_FOCUS_CLICKTHROUGH, "1");
	SDL_SetHint(SDL_HINT_RENDER_SCALE_QUALITY, "0");
	SDL_SetHint(SDL_HINT_NO_SIGNAL_HANDLERS, "1");
	SDL_SetHint(SDL_HINT_FRAMEBUFFER_ACCELERATION, "0"); /* the software renderer must not go through OpenGL */
	if (SDL_Init(SDL_INIT_VIDEO))
		return fail_sdl("no window");
	const char *driver = SDL_GetCurrentVideoDriver();

	if (driver && !strcmp(driver, "offscreen") && !SDL_getenv("SDL_VIDEODRIVER")) {
		fprintf(stderr, "petri-view: no window: there is no display (DISPLAY and WAYLAND_DISPLAY are not set);"
				" --tui and --headless work without\n");
		return false;
	}
	return TTF_Init() ? fail_sdl("no fonts") : true;
}

static bool open_renderer(struct window *w)
{
	bool dummy = !strcmp(SDL_GetCurrentVideoDriver(), "dummy");
	uint32_t first = dummy ? SDL_RENDERER_SOFTWARE : SDL_RENDERER_PRESENTVSYNC;

	w->renderer = SDL_CreateRenderer(w->sdl, -1, first);
	if (!w->renderer)
		w->renderer = SDL_CreateRenderer(w->sdl, -1, SDL_RENDERER_SOFTWARE);
	return w->renderer ? true : fail_sdl("no renderer");
}

static bool open_window(struct window *w)
{
	char title[128];
	int ww, wh, ow, oh;

	snprintf(title, sizeof title, "Petri – %s", session_source(w->session));
	w->sdl = SDL_CreateWindow(title, SDL_WINDOWPOS_CENTERED, SDL_WINDOWPOS_CENTERED, WIDTH, HEIGHT,
				  SDL_WINDOW_RESIZABLE | SDL_WINDOW_ALLOW_HIGHDPI);
	if (!w->sdl)
		return fail_sdl("no window");
	SDL_SetWindowMinimumSize(w->sdl, WIDTH_MIN, HEIGHT_MIN);
	if (!open_renderer(w))
		return false;
	SDL_StopTextInput();
	SDL_GetWindowSize(w->sdl, &ww, &wh);
	SDL_GetRendererOutputSize(w->renderer, &ow, &oh);
	w->layout.scale = (ww > 0 ? (double)ow / ww : 1) * w->options->font_scale;
	draw_open(&w->draw, w->renderer);
	font_open(&w->fonts, w->renderer, w->layout.scale);
	return true;
}

/* ---- the demo ---- */

static void leave_demo(struct window *w)
{
	if (w->own && w->face->close)
		w->face->close(w);
	free(w->own);
	w->own = NULL;
}

/* The target's HELLO may name another one than was thought. */
static bool follow_demo(struct window *w)
{
	const struct demo *demo = session_demo(w->session);

	if (w->own && demo == w->demo)
		return true;
	leave_demo(w);
	w->demo = demo;
	w->face = demo->window;
	w->own = calloc(1, w->face->own_size);
	if (!w->own)
		return false;
	w->drag = DRAG_NONE;
	w->prompt.kind = 0;
	w->menu.count = 0;
	w->hot_count = 0;
	w->dirty = true;
	if (w->face->open)
		w->face->open(w);
	return true;
}

static void close_window(struct window *w)
{
	font_close(&w->fonts);
	draw_close(&w->draw);
	leave_demo(w);
	if (w->renderer)
		SDL_DestroyRenderer(w->renderer);
	if (w->sdl)
		SDL_DestroyWindow(w->sdl);
	if (TTF_WasInit())
		TTF_Quit();
	SDL_Quit();
}

/* Draws the window and writes what was drawn. */
bool window_photo(struct window *w, const char *path, char *err, size_t err_size)
{
	window_draw(w);
	int width = w->layout.w, height = w->layout.h;
	uint8_t *rgb = malloc((size_t)width * height * 3);
	bool done = false;

	if (!rgb || SDL_RenderReadPixels(w->renderer, NULL, SDL_PIXELFORMAT_RGB24, rgb, width * 3))
		snprintf(err, err_size, "%s: %s", path, rgb ? SDL_GetError() : "no memory");
	else
		done = png_write_rgb(path, (uint32_t)width, (uint32_t)height, rgb, err, err_size);
	free(rgb);
	return done;
}

/* All that the picture shows of the session and that can change by itself. */
static struct glance glance(const struct window *w)
{
	const struct link_stats *link = session_link(w->session);

	return (struct glance){
		.shown = session_shown(w->session),
		.stats = session_counters(w->session)->time_ns,
		.lost = (uint64_t)link->lost + link->damaged,
		.pending = session_pending(w->session),
		.demo = w->face->glance ? w->face->glance(w) : 0,
		.recording = session_recording(w->session),
		.state = (uint32_t)session_state(w->session),
	};
}

/* Reads what the source has, until it is dry or the time is up. */
static void drain(struct window *w)
{
	const struct link_stats *link = session_link(w->session);
	uint64_t start = SDL_GetTicks64(), before;

	do {
		before = link->bytes;
		session_poll(w->session, 0);
	} while (link->bytes != before && SDL_GetTicks64() - start < DRAIN_MS);
}

static void take_news(struct window *w)
{
	struct glance now = glance(w);
	bool changed = memcmp(&now, &w->seen, sizeof now) != 0;

	load_update(w);
	if (!now.pending)
		w->play_asked = PLAY_AS_TOLD;
	if (w->face->news)
		w->face->news(w, changed);
	w->dirty |= console_update(w);
	w->dirty |= notice_update(w);
	w->dirty |= changed;
	w->seen = now;
}

static void draw_if_due(struct window *w)
{
	uint64_t now = SDL_GetTicks64();
	bool notice = notice_text(w) != NULL, tip = tooltip_due(w);

	w->dirty |= notice != w->drawn_notice || tip != w->drawn_tip;
	if (!w->dirty || now - w->drawn < FRAME_MS || SDL_GetWindowFlags(w->sdl) & SDL_WINDOW_MINIMIZED)
		return;
	w->dirty = false;
	w->drawn = now;
	w->drawn_notice = notice;
	w->drawn_tip = tip;
	window_draw(w);
	SDL_RenderPresent(w->renderer);
}

static void last_picture(struct window *w)
{
	char err[256];

	if (w->options->screenshot && !window_photo(w, w->options->screenshot, err, sizeof err)) {
		fprintf(stderr, "petri-view: %s\n", err);
		w->code = 1;
	}
}

/* True when the loop is to end. */
static bool over(struct window *w)
{
	if (quit_signal) {
		w->code = 1;
		return true;
	}
	if (run_over(w->session, w->options, &w->code))
		return true;
	return w->quit ||
	       (w->options->hidden && w->options->screenshot && !w->demo->has_goal(w->options) && session_shown(w->session));
}

int face_window(struct session *s, const struct options *o)
{
	struct window *w = calloc(1, sizeof *w);
	bool opened;

	if (!w)
		return 1;
	w->session = s;
	w->options = o;
	w->palette = o->palette;
	w->mouse_x = w->mouse_y = -1;
	opened = follow_demo(w) && open_sdl() && open_window(w);
	while (opened && !over(w)) {
		window_events(w, WAIT_MS);
		drain(w);
		opened = follow_demo(w);
		take_news(w);
		draw_if_due(w);
	}
	if (opened && !quit_signal)
		last_picture(w);
	int code = opened ? w->code : 1;

	close_window(w);
	free(w);
	return code;
}
