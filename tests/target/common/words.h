/*
 * The arguments of a test: words one after the other, each ended by a zero, the app's name first; most are NAME=NUMBER. What tests/target/run.py
 * puts there, the head of the test says.
 */
#ifndef TEST_WORDS_H
#define TEST_WORDS_H

#include <stddef.h>
#include <stdint.h>

/* The number behind NAME=, decimal or 0x...; if there is no such word, the run ends. */
uint64_t word_value(const char *words, size_t size, const char *name);

#endif
