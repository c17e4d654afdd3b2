/* Save areas for FP registers: cut from pages, kept in a chain. */
#ifndef KERNEL_FP_AREA_H
#define KERNEL_FP_AREA_H

/* Zeroed, ARCH_FP_SIZE bytes, 16-byte aligned; NULL: no memory. */
void *fp_area_alloc(void);
void fp_area_free(void *area); /* NULL is fine */

#endif
