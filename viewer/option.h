/*
 * One option of the command line, and the words with which their values are parsed: shared by options.c and the demos.
 */
#ifndef VIEWER_OPTION_H
#define VIEWER_OPTION_H

#include "options.h"

/* What a value's parser is given. */
struct parsing {
	struct options *o;
	const char *name;
	char *err;
	size_t err_size;
};

struct option {
	const char *name; /* NULL ends a table */
	bool has_value;
	bool (*take)(struct parsing *p, const char *value); /* value is NULL for a plain switch */
};

/* Says what is wrong with the value, and returns false. */
bool option_wrong(struct parsing *p, const char *value, const char *wanted);
/* A decimal number within low..high, nothing behind it. */
bool option_decimal(const char *text, double low, double high, double *value);
/* A whole number within 0..max, nothing behind it. */
bool option_whole(const char *text, uint64_t max, uint64_t *value);

/* options_qemu.c */
extern const struct option qemu_options[];
/* One that only a QEMU of our own can be given, or NULL; a boot script carries some of them to a card. */
const char *qemu_option_given(const struct options *o);
void qemu_options_settle(struct options *o);

#endif
