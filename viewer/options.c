/*
 * Parsing the command line: one table of options, each with the function that takes its value.
 */
#include "options.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <petri/wire.h>

#include "demo.h"
#include "option.h"
#include "source.h"
#include "text.h"

bool option_wrong(struct parsing *p, const char *value, const char *wanted)
{
	return fail(p->err, p->err_size, "%s %s: it wants %s", p->name, value, wanted);
}

bool option_decimal(const char *text, double low, double high, double *value)
{
	char *end;

	if ((*text < '0' || *text > '9') && *text != '.')
		return false;
	*value = strtod(text, &end);
	return !*end && isfinite(*value) && *value >= low && *value <= high;
}

bool option_whole(const char *text, uint64_t max, uint64_t *value)
{
	const char *end;

	return number_parse(text, &end, max, value) && !*end;
}

static bool take_face(struct parsing *p, enum face face)
{
	if (p->o->face != FACE_AUTO && p->o->face != face)
		return fail(p->err, p->err_size, "only one of --window, --tui and --headless is possible");
	p->o->face = face;
	return true;
}

static bool take_window(struct parsing *p, const char *value)
{
	(void)value;
	return take_face(p, FACE_WINDOW);
}

static bool take_tui(struct parsing *p, const char *value)
{
	(void)value;
	return take_face(p, FACE_TUI);
}

static bool take_headless(struct parsing *p, const char *value)
{
	(void)value;
	return take_face(p, FACE_HEADLESS);
}

static bool take_record(struct parsing *p, const char *value)
{
	p->o->record = value;
	return true;
}

static bool take_screenshot(struct parsing *p, const char *value)
{
	p->o->screenshot = value;
	return true;
}

static bool take_boot_script(struct parsing *p, const char *value)
{
	p->o->boot_script = value;
	return true;
}

static bool take_elf(struct parsing *p, const char *value)
{
	if (p->o->elf_count == OPTIONS_ELFS)
		return option_wrong(p, value, "to be given eight times at most");
	p->o->elfs[p->o->elf_count++] = value;
	p->o->elf = p->o->elfs[0];
	return true;
}

/* The wire counts generations per 1,000 s, so the smallest speed is 0.001 a second. */
static bool take_speed(struct parsing *p, const char *value)
{
	double speed = 0;

	if (strcmp(value, "max") != 0 && !option_decimal(value, 0.001, 4e6, &speed))
		return option_wrong(p, value, "generations per second from 0.001 on, or max");
	p->o->speed = (uint32_t)lround(speed * 1000);
	p->o->has_speed = true;
	return true;
}

static bool take_timeout(struct parsing *p, const char *value)
{
	p->o->has_timeout = option_decimal(value, 0.001, 1e7, &p->o->timeout);
	return p->o->has_timeout || option_wrong(p, value, "seconds, more than 0");
}

static bool take_palette(struct parsing *p, const char *value)
{
	bool colourblind = strcmp(value, "colourblind") == 0 || strcmp(value, "colorblind") == 0;

	p->o->palette = colourblind ? PALETTE_COLOURBLIND : PALETTE_DEFAULT;
	return colourblind || strcmp(value, "default") == 0 || option_wrong(p, value, "default or colourblind");
}

static bool take_font_scale(struct parsing *p, const char *value)
{
	return option_decimal(value, FONT_SCALE_MIN, FONT_SCALE_MAX, &p->o->font_scale) ||
	       option_wrong(p, value, "a factor from 0.5 to 4");
}

static bool take_hidden(struct parsing *p, const char *value)
{
	(void)value;
	p->o->hidden = true;
	return true;
}

static bool take_baud(struct parsing *p, const char *value)
{
	uint64_t rate;

	if (!option_whole(value, 20000000, &rate) || rate < 300)
		return option_wrong(p, value, "a rate from 300 to 20000000");
	p->o->baud = (uint32_t)rate;
	return true;
}

static bool take_console(struct parsing *p, const char *value)
{
	(void)value;
	p->o->console = true;
	return true;
}

static bool take_verbose(struct parsing *p, const char *value)
{
	(void)value;
	p->o->verbose = true;
	return true;
}

static const struct option shared[] = {
	{"--console", false, take_console},
	{"--verbose", false, take_verbose},
	{"--window", false, take_window},
	{"--tui", false, take_tui},
	{"--headless", false, take_headless},
	{"--record", true, take_record},
	{"--screenshot", true, take_screenshot},
	{"--speed", true, take_speed},
	{"--timeout", true, take_timeout},
	{"--palette", true, take_palette},
	{"--font-scale", true, take_font_scale},
	{"--hidden", false, take_hidden},
	{"--baud", true, take_baud},
	{"--boot-script", true, take_boot_script},
	{"--elf", true, take_elf},
	{NULL, false, NULL},
};

static const struct option *find_in(const struct option *table, const char *name, size_t length)
{
	for (; table->name; table++)
		if (strlen(table->name) == length && memcmp(table->name, name, length) == 0)
			return table;
	return NULL;
}

/* *demo: the one that alone has this option, or NULL. */
static const struct option *find(const char *name, size_t length, const struct demo **demo)
{
	const struct option *e = find_in(shared, name, length);

	*demo = NULL;
	if (!e)
		e = find_in(qemu_options, name, length);
	for (size_t i = 0; !e && (*demo = demo_each(i)); i++)
		e = find_in((*demo)->options, name, length);
	return e;
}

/* A run is of one demo. */
static bool belongs(struct parsing *p, const struct demo *demo)
{
	if (!demo)
		return true;
	if (p->o->demo && p->o->demo != demo)
		return fail(p->err, p->err_size, "%s is for %s, and %s for %s", p->o->demo_option, p->o->demo->app, p->name,
			    demo->app);
	p->o->demo = demo;
	p->o->demo_option = p->name;
	return true;
}

/* One option at argv[*i], as "--name value" or "--name=value". */
static bool take_option(struct parsing *p, char **argv, int *i)
{
	const char *arg = argv[*i], *equals = strchr(arg, '='), *value = equals ? equals + 1 : NULL;
	const struct demo *demo;
	const struct option *e = find(arg, equals ? (size_t)(equals - arg) : strlen(arg), &demo);

	if (!e)
		return fail(p->err, p->err_size, "%s: no such option (--help tells which there are)", arg);
	p->name = e->name;
	if (!belongs(p, demo))
		return false;
	if (!e->has_value)
		return value ? fail(p->err, p->err_size, "%s takes no value", e->name) : e->take(p, NULL);
	if (!value)
		value = argv[++*i];
	if (!value || !*value)
		return fail(p->err, p->err_size, "%s: its value is missing", e->name);
	return e->take(p, value);
}

static bool take_source(struct parsing *p, const char *arg)
{
	if (p->o->source)
		return fail(p->err, p->err_size, "two sources, %s and %s: only one is possible", p->o->source, arg);
	p->o->source = arg;
	return *arg || fail(p->err, p->err_size, "the source is empty");
}

/* Whether a source with a prefix has the parts that belong to it. */
static bool source_is_sound(const char *source)
{
	const char *colon = strchr(source, ':'), *last = strrchr(source, ':');

	if (strncmp(source, "tcp:", 4) == 0)
		return last > colon + 1 && last[1];
	if (strncmp(source, "qemu:", 5) != 0)
		return true;
	colon = strchr(source + 5, ':');
	return colon && colon[1] && qemu_blob_address(source + 5, (size_t)(colon - source - 5));
}

/* What goes together, and what does not. */
static bool check(struct parsing *p)
{
	struct options *o = p->o;

	for (size_t i = 0; demo_each(i); i++)
		if (!demo_each(i)->check(o, p->err, p->err_size))
			return false;
	if (o->source && !source_is_sound(o->source))
		return fail(p->err, p->err_size, "%s: it wants %s", o->source,
			    *o->source == 'q' ? "qemu:BOARD:IMAGE with virt, rpi3 or zero2w as the board"
					      : "a host and a port, as in tcp:localhost:5555");
	bool qemu = !o->source || strncmp(o->source, "qemu:", 5) == 0;

	if (!qemu && qemu_option_given(o))
		return fail(p->err, p->err_size, "%s needs a QEMU source: a target that runs has chosen already",
			    qemu_option_given(o));
	if (o->console && (!qemu || !o->source))
		return fail(p->err, p->err_size, "--console wants qemu:BOARD:IMAGE");
	if ((o->words || o->verbose) && !o->console)
		return fail(p->err, p->err_size, "%s goes with --console", o->words ? "--" : "--verbose");
	return true;
}

/* The image that the build leaves beside this program. */
static const char *source_default(const struct options *o)
{
	static char path[4096];
	char self[2048];
	ssize_t n = readlink("/proc/self/exe", self, sizeof self - 1);
	char *slash;

	snprintf(self + (n > 0 ? n : 0), sizeof self - (size_t)(n > 0 ? n : 0), "%s", n > 0 ? "" : o->program);
	slash = strrchr(self, '/');
	snprintf(path, sizeof path, "qemu:virt:%.*s/virt/%s/kernel8.img", slash ? (int)(slash - self) : 1, slash ? self : ".",
		 demo_default(o)->app);
	return path;
}

bool options_repeat(const struct options *o) { return o->has_seed || o->icount || o->face == FACE_HEADLESS; }

enum options_result options_parse(struct options *o, int argc, char **argv, char *err, size_t err_size)
{
	struct parsing p = {.o = o, .err = err, .err_size = err_size};

	*o = (struct options){.program = argv[0], .font_scale = 1, .baud = 115200, .qemu = "qemu-system-aarch64"};
	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0)
			return OPTIONS_HELP;
		if (strcmp(argv[i], "--") == 0) {
			o->words = argv + i + 1;
			o->word_count = argc - i - 1;
			break;
		}
		if (argv[i][0] == '-' ? !take_option(&p, argv, &i) : !take_source(&p, argv[i]))
			return OPTIONS_WRONG;
	}
	if (!check(&p))
		return OPTIONS_WRONG;
	if (!o->source)
		o->source = source_default(o);
	qemu_options_settle(o);
	for (size_t i = 0; demo_each(i); i++)
		demo_each(i)->settle(o);
	return OPTIONS_OK;
}
