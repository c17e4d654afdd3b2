/* BCM2836 local interrupt controller (QA7) and the BCM2835 one behind it: what the Pi 3 and Zero 2 W have instead of a GIC. Bases are given. */
#ifndef DRIVERS_BCM2836_H
#define DRIVERS_BCM2836_H

#include <stdbool.h>
#include <stdint.h>

#define BCM2836_VIRTUAL_TIMER (1u << 3)
#define BCM2836_MAILBOX (1u << 4) /* mailbox 0: another core */
#define BCM2836_GPU (1u << 8)     /* something on the BCM2835 controller */

/* The BCM2835 controller leads to that core from now on, which sees what was written before. */
void bcm2836_route(uint64_t base, uint32_t core);
/* Lets the virtual timer and mailbox 0 through to this core, and nothing else that the firmware may have left on. */
void bcm2836_init_core(uint64_t base, uint32_t core);
/* Interrupts a core by its mailbox 0; the core's answer to that. */
void bcm2836_send(uint64_t base, uint32_t core);
void bcm2836_received(uint64_t base, uint32_t core);
/* What is pending for this core: bits as above. */
uint32_t bcm2836_pending(uint64_t base, uint32_t core);

/* The BCM2835 controller: interrupts 32..63 in its second bank. */
void bcm2835_disable_all(uint64_t base);
void bcm2835_enable2(uint64_t base, uint32_t interrupt);
bool bcm2835_pending2(uint64_t base, uint32_t interrupt);

#endif
