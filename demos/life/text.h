/* Numbers as people read them. */
#ifndef LIFE_TEXT_H
#define LIFE_TEXT_H

#include <stdint.h>

#define COUNT_TEXT_MAX 27
/* 1234567 as "1,234,567". */
const char *count_text(char out[COUNT_TEXT_MAX], uint64_t n);

#endif
