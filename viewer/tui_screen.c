/*
 * The terminal: raw mode, size, keys, and output that writes only the lines that changed. Plain ANSI sequences.
 */
#include "tui.h"

#include <errno.h>
#include <langinfo.h>
#include <locale.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include "text.h"

static struct termios saved;
static bool is_open;
static volatile sig_atomic_t size_changed;

/* Output of one frame: written at once, so that nothing flickers. */
static char *pending;
static size_t pending_size, pending_room;

static void emit(const char *text, size_t n)
{
	if (pending_size + n > pending_room) {
		size_t room = (pending_room + n) * 2;
		char *more = realloc(pending, room);

		if (!more)
			return;
		pending = more;
		pending_room = room;
	}
	memcpy(pending + pending_size, text, n);
	pending_size += n;
}

static void emit_text(const char *text) { emit(text, strlen(text)); }

void screen_flush(struct screen *s)
{
	(void)s;
	for (size_t at = 0; at < pending_size;) {
		ssize_t n = write(1, pending + at, pending_size - at);

		if (n < 0 && errno != EINTR && errno != EAGAIN)
			break;
		at += n > 0 ? (size_t)n : 0;
	}
	pending_size = 0;
}

bool screen_ready(void)
{
	struct pollfd p = {.fd = 1, .events = POLLOUT};

	return poll(&p, 1, 0) == 1 && p.revents & POLLOUT;
}

static void on_resize(int number)
{
	(void)number;
	size_changed = 1;
}

static void forget_lines(struct screen *s)
{
	for (size_t i = 0; i < LINES_MAX; i++) {
		free(s->before[i]);
		s->before[i] = NULL;
	}
	emit_text("\x1b[0m\x1b[2J");
}

static void take_size(struct screen *s)
{
	struct winsize w = {0};

	s->columns = 80;
	s->rows = 24;
	if (ioctl(1, TIOCGWINSZ, &w) < 0 || !w.ws_col || !w.ws_row)
		return;
	s->columns = w.ws_col;
	s->rows = w.ws_row < LINES_MAX ? w.ws_row : LINES_MAX;
}

bool screen_resized(struct screen *s)
{
	if (!size_changed)
		return false;
	size_changed = 0;
	take_size(s);
	forget_lines(s);
	return true;
}

/* Ctrl-C stays a signal; Ctrl-Z would leave a raw terminal to the shell, so it is switched off. */
static bool make_raw(void)
{
	struct termios t;

	if (tcgetattr(0, &saved) < 0)
		return false;
	t = saved;
	t.c_lflag &= ~(tcflag_t)(ICANON | ECHO);
	t.c_iflag &= ~(tcflag_t)(IXON | ICRNL);
	t.c_cc[VMIN] = 0;
	t.c_cc[VTIME] = 0;
	t.c_cc[VSUSP] = _POSIX_VDISABLE;
	return tcsetattr(0, TCSAFLUSH, &t) == 0;
}

bool screen_open(struct screen *s, char *err, size_t err_size)
{
	const char *colour = getenv("COLORTERM");
	struct sigaction a = {.sa_handler = on_resize};

	memset(s, 0, sizeof *s);
	if (!isatty(0) || !isatty(1) || !make_raw())
		return fail(err, err_size, "--tui needs a terminal (--headless does without)");
	is_open = true;
	setlocale(LC_CTYPE, "");
	s->utf8 = strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
	s->truecolour = colour && (strcmp(colour, "truecolor") == 0 || strcmp(colour, "24bit") == 0);
	sigaction(SIGWINCH, &a, NULL);
	take_size(s);
	emit_text("\x1b[?1049h\x1b[?25l");
	forget_lines(s);
	screen_flush(s);
	return true;
}

void screen_close(struct screen *s)
{
	if (!is_open)
		return;
	is_open = false;
	pending_size = 0;
	emit_text("\x1b[0m\x1b[?25h\x1b[?1049l");
	screen_flush(s);
	tcsetattr(0, TCSAFLUSH, &saved);
	for (size_t i = 0; i < LINES_MAX; i++)
		free(s->before[i]);
	memset(s->before, 0, sizeof s->before);
	free(pending);
	pending = NULL;
	pending_room = 0;
}

void screen_show(struct screen *s, unsigned row, const struct line *l)
{
	char go[32];

	if (row >= s->rows || (s->before[row] && strcmp(s->before[row], l->text) == 0))
		return;
	free(s->before[row]);
	s->before[row] = strdup(l->text);
	snprintf(go, sizeof go, "\x1b[%u;1H\x1b[0m", row + 1);
	emit_text(go);
	emit(l->text, l->length);
	emit_text("\x1b[0m\x1b[K");
}

static int read_byte(void)
{
	unsigned char c;
	ssize_t n = read(0, &c, 1);

	if (n == 1)
		return c;
	return n < 0 && errno != EINTR && errno != EAGAIN ? -1 : 0;
}

/* "ESC [ A" and "ESC O A"; what is not known is swallowed. */
static int read_arrow(void)
{
	static const int arrows[] = {KEY_UP, KEY_DOWN, KEY_RIGHT, KEY_LEFT};
	int c = read_byte();

	if (c != '[' && c != 'O')
		return 0;
	do
		c = read_byte();
	while ((c >= '0' && c <= '9') || c == ';');
	return c >= 'A' && c <= 'D' ? arrows[c - 'A'] : 0;
}

int screen_key(void)
{
	struct pollfd p = {.fd = 0, .events = POLLIN};
	int c;

	if (poll(&p, 1, 0) <= 0)
		return 0;
	if (!(p.revents & POLLIN))
		return KEY_END_OF_INPUT;
	c = read_byte();
	if (c == 0x1b)
		return read_arrow();
	return c < 0 ? KEY_END_OF_INPUT : c;
}

void line_clear(struct line *l)
{
	l->length = 0;
	l->text[0] = 0;
	l->foreground = l->background = -1;
}

void line_put(struct line *l, const char *format, ...)
{
	size_t room = LINE_ROOM - l->length;
	va_list args;
	int n;

	va_start(args, format);
	n = vsnprintf(l->text + l->length, room, format, args);
	va_end(args);
	if (n > 0 && (size_t)n < room)
		l->length += (size_t)n;
	l->text[l->length] = 0;
}

/* The nearest colour of the 6 x 6 x 6 cube, or of the grey ramp for what is nearly grey. */
static unsigned cube(long rgb)
{
	unsigned r = rgb >> 16 & 255, g = rgb >> 8 & 255, b = rgb & 255, sum = r + g + b;

	if (sum < 150 && r < 60 && g < 60 && b < 90)
		return sum < 60 ? 233 : 235 + (sum - 60) / 30;
	return 16 + 36 * ((r * 5 + 127) / 255) + 6 * ((g * 5 + 127) / 255) + (b * 5 + 127) / 255;
}

static void put_colour(struct line *l, const struct screen *s, int base, long rgb)
{
	if (rgb < 0)
		line_put(l, "\x1b[%dm", base + 9);
	else if (s->truecolour)
		line_put(l, "\x1b[%d;2;%ld;%ld;%ldm", base + 8, rgb >> 16 & 255, rgb >> 8 & 255, rgb & 255);
	else
		line_put(l, "\x1b[%d;5;%um", base + 8, cube(rgb));
}

void line_colours(struct line *l, const struct screen *s, long foreground, long background)
{
	if (foreground != l->foreground)
		put_colour(l, s, 30, foreground);
	if (background != l->background)
		put_colour(l, s, 40, background);
	l->foreground = foreground;
	l->background = background;
}
