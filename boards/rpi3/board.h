/*
 * Raspberry Pi 3 class (BCM2837, BCM2710A1): Pi 3 B, B+, A+, Zero 2 W. Addresses and interrupt numbers: BCM2835 ARM Peripherals
 * (moved to 0x3F000000) and Quad-A7 control.
 */
#ifndef BOARD_H
#define BOARD_H

#define BOARD_RAM 0
#define BOARD_TEXT_OFFSET 0x80000
#define BOARD_IMAGE (BOARD_RAM + BOARD_TEXT_OFFSET)
#define BOARD_BOOT_SCRIPT 0x02000000

#define BOARD_SPIN_TABLE 0xd8 /* one address per core */
#define BOARD_PERIPHERALS 0x3F000000
#define BOARD_PERIPHERALS_END 0x40000000
#define BOARD_INTERRUPTS (BOARD_PERIPHERALS + 0xB200)
#define BOARD_MAILBOX (BOARD_PERIPHERALS + 0xB880)
#define BOARD_GPIO (BOARD_PERIPHERALS + 0x200000)
#define BOARD_UART (BOARD_PERIPHERALS + 0x201000)
#define BOARD_LOCAL 0x40000000

#define BOARD_IRQ_UART 57

/* A Pi 4 (BCM2711), only to tell that it is none of ours. */
#define BOARD_2711_GPIO 0xFE200000
#define BOARD_2711_UART 0xFE201000
#define BOARD_UART_CLOCK 48000000
#define BOARD_BAUD 115200

#endif
