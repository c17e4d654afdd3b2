/* See words.h. */
#include "words.h"

#include <petri/console.h>
#include <petri/string.h>
#include <petri/system.h>

static uint64_t number(const char *text)
{
	uint64_t value = 0, base = 10;

	if (text[0] == '0' && text[1] == 'x') {
		base = 16;
		text += 2;
	}
	for (; *text; text++)
		value = value * base + (uint64_t)(*text >= 'a' ? *text - 'a' + 10 : *text - '0');
	return value;
}

uint64_t word_value(const char *words, size_t size, const char *name)
{
	size_t length = strlen(name);

	for (const char *word = words; word < words + size; word += strlen(word) + 1)
		if (strncmp(word, name, length) == 0 && word[length] == '=')
			return number(word + length + 1);
	console_printf("Bail out! no argument %s=\n", name);
	system_exit(99);
}
