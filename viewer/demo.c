/*
 * The demos there are, and which one is meant.
 */
#include "demo.h"

#include <string.h>

#include "options.h"
#include "source.h"

static const struct demo *const demos[] = {&demo_life, &demo_philosophers};
#define DEMOS (sizeof demos / sizeof *demos)

const struct demo *demo_each(size_t i) { return i < DEMOS ? demos[i] : NULL; }

static const struct demo *named(const char *app, size_t length)
{
	for (size_t i = 0; i < DEMOS; i++)
		if (strlen(demos[i]->app) == length && memcmp(demos[i]->app, app, length) == 0)
			return demos[i];
	return NULL;
}

const struct demo *demo_named(const char *app) { return named(app, strlen(app)); }

/* An image lies in a folder with the name of its app: build/virt/life/kernel8.img. */
static const struct demo *of_image(const char *path)
{
	const char *end = strrchr(path, '/'), *from = end;

	if (!end)
		return NULL;
	while (from > path && from[-1] != '/' && from[-1] != ':')
		from--;
	return named(from, (size_t)(end - from));
}

const struct demo *demo_of(const struct options *o)
{
	if (o->demo || !o->source || source_kind_of(o->source) != SOURCE_QEMU)
		return o->demo;
	return of_image(o->source);
}

const struct demo *demo_default(const struct options *o)
{
	const struct demo *d = demo_of(o);

	return d ? d : &demo_life;
}
