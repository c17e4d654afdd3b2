/*
 * The console panel: the last lines of what the target prints. A small part of a terminal: lines, carriage returns, tabs;
 * escape sequences are left out, and bytes that are not UTF-8 become question marks.
 */
#include "window.h"

#include <string.h>

static char *current_line(struct console *c) { return c->lines[c->next]; }

static void new_line(struct console *c)
{
	c->next = (c->next + 1) % CONSOLE_LINES;
	c->column = 0;
	if (c->count < CONSOLE_LINES)
		c->count++;
	current_line(c)[0] = 0;
	if (c->back && c->back < c->count)
		c->back++; /* who has scrolled up keeps seeing the same lines */
}

static void put_printable(struct console *c, char byte)
{
	if (c->column + 1 >= CONSOLE_LINE)
		new_line(c);
	current_line(c)[c->column++] = byte;
	current_line(c)[c->column] = 0;
}

/* Escape sequences: ESC [ ... letter, or ESC and one more byte. True while inside one. */
static bool in_escape(struct console *c, unsigned char byte)
{
	if (byte == 0x1b)
		c->escape = 1;
	else if (c->escape == 1)
		c->escape = byte == '[' ? 2 : 3;
	else if (c->escape == 2 && byte >= 0x40)
		c->escape = 3;
	if (c->escape != 3)
		return c->escape != 0;
	c->escape = 0;
	return true;
}

static void put_byte(struct console *c, unsigned char byte)
{
	if (in_escape(c, byte))
		return;
	if (c->carriage && byte != '\n' && byte != '\r') {
		c->column = 0;
		current_line(c)[0] = 0;
	}
	c->carriage = byte == '\r';
	if (byte == '\n' && c->count == 1 && !c->column)
		return; /* empty lines before the first word */
	if (byte == '\n')
		new_line(c);
	else if (byte == '\t')
		do
			put_printable(c, ' ');
		while (c->column % 8);
	else if (byte >= ' ' && byte != 0x7f)
		put_printable(c, (char)byte);
}

void console_put(struct console *c, const char *text, size_t length)
{
	if (!c->count)
		c->count = 1;
	for (size_t i = 0; i < length; i++)
		put_byte(c, (unsigned char)text[i]);
}

bool console_update(struct window *w)
{
	char text[2048];
	bool any = false;
	size_t n;

	while ((n = session_console(w->session, text, sizeof text))) {
		console_put(&w->console, text, n);
		any = true;
	}
	return any;
}

void console_scroll(struct window *w, int lines)
{
	struct console *c = &w->console;
	int back = (int)c->back + lines, most = c->count ? (int)c->count - 1 : 0;

	c->back = back < 0 ? 0 : back > most ? (unsigned)most : (unsigned)back;
	w->dirty = true;
}

/* Length of the UTF-8 letter at p, 0 when it is none. */
static int letter_length(const unsigned char *p)
{
	int n = p[0] < 0x80 ? 1 : p[0] >> 5 == 6 ? 2 : p[0] >> 4 == 14 ? 3 : p[0] >> 3 == 30 ? 4 : 0;

	for (int i = 1; i < n; i++)
		if ((p[i] & 0xc0) != 0x80)
			return 0;
	return n;
}

static void clean(char *out, const char *line)
{
	while (*line) {
		int n = letter_length((const unsigned char *)line);

		if (n)
			memcpy(out, line, (size_t)n);
		else
			*out = '?';
		out += n ? n : 1;
		line += n ? n : 1;
	}
	*out = 0;
}

static void draw_lines(struct window *w, SDL_Rect r)
{
	struct console *c = &w->console;
	int line = font_height(&w->fonts, FONT_CODE) + px(w, 2);
	unsigned rows = (unsigned)(r.h / line), open = current_line(c)[0] ? 0 : 1; /* an empty last line is not shown */
	unsigned skip = open + c->back, shown = c->count > skip ? c->count - skip : 0;

	if (shown > rows)
		shown = rows;
	for (unsigned i = 0; i < shown; i++) {
		unsigned at = (c->next + 2 * CONSOLE_LINES - skip - (shown - 1 - i)) % CONSOLE_LINES;
		char text[CONSOLE_LINE];

		clean(text, c->lines[at]);
		font_draw_fit(&w->fonts, FONT_CODE, r.x, r.y + (int)i * line, r.w, INK_SECOND, text);
	}
}

void console_draw(struct window *w, SDL_Rect r)
{
	SDL_Rect lines = panel_draw(w, r, "Console",
				    w->console.back ? "scrolled up; wheel down for the newest" : "what the target prints");

	if (lines.w)
		draw_lines(w, lines);
}
