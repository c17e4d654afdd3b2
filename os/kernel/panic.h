/* Programmer's errors in the kernel: words, and a stop of the machine. */
#ifndef KERNEL_PANIC_H
#define KERNEL_PANIC_H

/* Prints (polled, starting with a 0x00 so that no half-sent frame swallows it), and stops for good. Any context. */
__attribute__((noreturn, format(printf, 1, 2))) void panic(const char *format, ...);

/* Makes the log polled, for more words before panic(). */
void panic_begin(void);

/* Checked builds only: hot paths stay as they are. */
#ifdef CHECKED
#define kassert(x) ((x) ? (void)0 : panic("%s:%d: assertion failed: %s", __FILE__, __LINE__, #x))
#else
#define kassert(x) ((void)sizeof(!(x)))
#endif

/* In every build, where the cost does not matter. */
#define kcheck(x) ((x) ? (void)0 : panic("%s:%d: check failed: %s", __FILE__, __LINE__, #x))

#endif
