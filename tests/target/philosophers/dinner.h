/*
 * What the philosophers' tests share: to lay a table, to let them eat until the goal is reached, and to look whether all is as it must be.
 * Main is the controller of the table.
 */
#ifndef DINNER_H
#define DINNER_H

#include <stdbool.h>
#include <stdint.h>

#include "../../../demos/philosophers/census.h"
#include "../../../demos/philosophers/strategies.h"
#include "../../../demos/philosophers/table.h"

/* Once: main's priority, the reaper. */
void dinner_init(void);

/* They sit down, paused. Short times, uniformly distributed, so that many meals take little time. */
void dinner_lay(uint32_t philosophers, uint8_t strategy, uint64_t goal);
/* And with times that one chooses. */
void dinner_lay_with(uint32_t philosophers, uint8_t strategy, uint64_t goal, const struct times *times);

/* Waits until the goal is reached; false: not within so many seconds. */
bool dinner_await(uint32_t seconds);
/* Waits until each living philosopher (but those frozen) has eaten so many meals more than now, or has none left to eat; false: not within a
 * second. */
bool dinner_all_eat(uint64_t meals);

/* Is the sum of meals the goal, has each meal one wait, and was nothing violated? */
bool dinner_is_right(void);
/* The same as a line of its own. Returns the fairness. */
uint32_t dinner_check(void);

uint64_t meals_of(uint32_t philosopher);

#endif
