/* QEMU virt: addresses and interrupt numbers (hw/arm/virt.c's memory map, fixed by QEMU for this machine). */
#ifndef BOARD_H
#define BOARD_H

#define BOARD_RAM 0x40000000
#define BOARD_TEXT_OFFSET 0x80000
#define BOARD_IMAGE (BOARD_RAM + BOARD_TEXT_OFFSET)
#define BOARD_BOOT_SCRIPT 0x42000000

#define BOARD_GIC_DISTRIBUTOR 0x08000000
#define BOARD_GIC_CPU 0x08010000
#define BOARD_UART 0x09000000
#define BOARD_UART_CLOCK 24000000
#define BOARD_IRQ_TIMER 27 /* PPI 11: virtual timer */
#define BOARD_IRQ_UART 33  /* SPI 1 */
#define BOARD_IRQ_TOLD 0   /* SGI 0: another core */

#endif
